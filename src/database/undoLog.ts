import { appendFile, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { ensureFolder, withTemporary } from '../base/durable'
import { systemCode } from '../base/errors'
import { SIDE, type ModelsFolder } from '../base/modelsFolder'
import type { OwnChange, UndoLog } from '../registry/ports'

const NAME = 'own-changes.jsonl'
/** Beyond this size the older half goes: nobody undoes a thousand changes, and every change reads the end only. */
const MAX_BYTES = 200_000

/** Lines of JSON in the side folder, which git ignores: it never leaves this machine. */
export class FileUndoLog implements UndoLog {
  readonly #folder: ModelsFolder

  constructor(folder: ModelsFolder) {
    this.#folder = folder
  }

  get #path(): string {
    return this.#folder.join(SIDE, NAME)
  }

  async append(change: OwnChange): Promise<void> {
    await ensureFolder(this.#folder.join(SIDE))
    await appendFile(this.#path, `${JSON.stringify(change)}\n`)
    if ((await stat(this.#path)).size > MAX_BYTES) await this.#shorten()
  }

  async #shorten(): Promise<void> {
    const changes = await this.read()
    const kept = changes.slice(Math.floor(changes.length / 2))
    await withTemporary(this.#folder.temporary, 'jsonl', async (temporary) => {
      await writeFile(temporary, kept.map((change) => `${JSON.stringify(change)}\n`).join(''))
      await rename(temporary, this.#path)
    })
  }

  async read(): Promise<readonly OwnChange[]> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw error
    }
    return text.split('\n').flatMap(parseLine)
  }
}

/** A line that a crash cut off says nothing. */
function parseLine(line: string): OwnChange[] {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null) return []
    const { model, entry, actor } = value as Record<string, unknown>
    return typeof model === 'string' && typeof entry === 'string' && typeof actor === 'string'
      ? [{ model, entry, actor }]
      : []
  } catch {
    return []
  }
}

export class MemoryUndoLog implements UndoLog {
  readonly #changes: OwnChange[] = []

  async append(change: OwnChange): Promise<void> {
    this.#changes.push(change)
  }

  async read(): Promise<readonly OwnChange[]> {
    return this.#changes
  }
}
