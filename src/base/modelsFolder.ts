import { lstat, mkdir, readdir, rmdir, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkFolder, ensureFolder, flushFolder } from './durable'
import { AppError, systemCode } from './errors'

/** The registry's own folders inside `.models`; every other folder there is a model's. */
export const TEMPORARY = '.tmp'
export const LOCKS = '.lock'
export const TRASH = '.trash'
export const SIDE = '.side'
export const CARDS = '.cards'
export const POLICY = '.policy.json'
export const INDEX = '.index.json'

/** Artifacts are ignored, documents, rules and cards are tracked. */
const GIT_IGNORE = '/*/\n!/.cards/\n.index.json\n'
const GIT_ATTRIBUTES = '*.json text eol=lf merge=model-registry\n'
const TEXTS = [
  ['.gitignore', GIT_IGNORE],
  ['.gitattributes', GIT_ATTRIBUTES],
] as const

/**
 * The `.models` folder itself. It is made at the first write and not before, and when that write comes to nothing, what
 * was made for it goes again.
 */
export class ModelsFolder {
  /** The topmost folder that `prepare` made, if it made any. */
  #made: string | undefined

  constructor(readonly path: string) {}

  join(...names: string[]): string {
    return join(this.path, ...names)
  }

  get temporary(): string {
    return this.join(TEMPORARY)
  }

  /** True where there is a folder. A symbolic link or a file in its place is `invalid`. */
  async exists(): Promise<boolean> {
    try {
      await lstat(this.path)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      if (systemCode(error) === 'ENOTDIR') throw this.#notFolder(error)
      throw error
    }
    await checkFolder(this.path)
    return true
  }

  /** Makes the folder with its texts, and the folders for what is in flight. */
  async prepare(): Promise<void> {
    if (!(await this.exists())) {
      try {
        this.#made = await mkdir(this.path, { recursive: true })
      } catch (error) {
        if (systemCode(error) === 'ENOTDIR' || systemCode(error) === 'EEXIST')
          throw this.#notFolder(error)
        throw error
      }
      for (const [name, text] of TEXTS) await this.#writeOnce(name, text)
      if (this.#made) await flushFolder(dirname(this.#made))
    }
    for (const name of [TEMPORARY, LOCKS, SIDE]) await ensureFolder(this.join(name))
  }

  /** After a failed first write: removes what `prepare` made, as far as nothing else has come into it. */
  async withdraw(): Promise<void> {
    const made = this.#made
    if (made === undefined) return
    try {
      const names = new Set(await readdir(this.path))
      const own: string[] = [TEMPORARY, LOCKS, SIDE, ...TEXTS.map(([name]) => name)]
      if ([...names].some((name) => !own.includes(name))) return
      for (const name of [TEMPORARY, LOCKS, SIDE]) if (names.has(name)) await rmdir(this.join(name))
      for (const [name] of TEXTS) if (names.has(name)) await unlink(this.join(name))
      for (let folder = this.path; ; folder = dirname(folder)) {
        await rmdir(folder)
        if (folder === made) break
      }
      this.#made = undefined
    } catch (error) {
      // Somebody else writes there already: then the folder is theirs.
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw error
    }
  }

  /** The first change is done: the folder stays, whatever fails later. */
  settle(): void {
    this.#made = undefined
  }

  async #writeOnce(name: string, text: string): Promise<void> {
    try {
      await writeFile(this.join(name), text, { flag: 'wx' })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }

  #notFolder(cause: unknown): AppError {
    return new AppError(
      'invalid',
      `${this.path} can't be a registry: a part of this path is a file. Move it away or name another folder.`,
      { cause },
    )
  }
}
