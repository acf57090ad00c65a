import type { BigIntStats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, sep } from 'node:path'
import { AppError, systemCode, throwIfCancelled } from '../base/errors'
import { formatBytes, plural } from '../base/text'
import type { PathSource } from '../registry/ports'
import { explainUnreadable, notRegular } from './sourceErrors'

/** More files than this are no model but a data set or an environment. */
const MAX_FILES = 100_000
/** Nested deeper than this is a loop of mounts or a mistake. */
const MAX_DEPTH = 64

/** One file that will be copied: from where, to which path in the artifact, and what it was when it was planned. */
export interface PlannedFile {
  /** Absolute, with every link resolved. */
  readonly from: string
  /** Relative to the artifact, with `/`. */
  readonly path: string
  readonly size: number
  /** Changes when the file is written or replaced. */
  readonly identity: string
}

export interface Plan {
  readonly kind: 'file' | 'folder'
  readonly files: readonly PlannedFile[]
  /** In bytes. */
  readonly size: number
}

export interface PlanOptions {
  /** Links that lead out of this folder need `follow`. */
  readonly workspace?: string
  /** The registry's own folder, which is never a part of an artifact. */
  readonly registry?: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks at what shall be registered, before the first byte is read: walks folders, resolves links, and refuses what is
 * no artifact.
 * @throws AppError `notFound`, `invalid` naming the path and the remedy.
 */
export async function planSource(source: PathSource, options: PlanOptions = {}): Promise<Plan> {
  const [first, ...others] = source.paths
  if (first === undefined) throw new AppError('invalid', 'No file or folder is named to register.')
  const planner = new Planner(source, options)
  if (others.length === 0) {
    const target = await planner.named(first)
    if (target.stats.isDirectory()) {
      await planner.walk(target.path, '', 0, [])
      if (planner.files.length === 0) {
        throw new AppError('invalid', `${first} holds no files, so there is nothing to register.`)
      }
      return planner.plan('folder')
    }
    planner.add(target, basename(first))
    return planner.plan('file')
  }
  const names = new Set<string>()
  for (const path of source.paths) {
    const name = basename(path)
    if (names.has(name.toLowerCase())) {
      throw new AppError(
        'invalid',
        `Two of the files are named ${name}; the parts of one model need different names.`,
      )
    }
    names.add(name.toLowerCase())
    const target = await planner.named(path)
    if (target.stats.isDirectory()) await planner.walk(target.path, name, 0, [])
    else planner.add(target, name)
  }
  return planner.plan('folder')
}

/** What a source's paths hold, for a question to a person: the number of files and their size in bytes. */
export function describePlan(plan: Plan): string {
  return `${plural(plan.files.length, 'file')}, ${formatBytes(plan.size)}`
}

interface Target {
  readonly path: string
  readonly stats: BigIntStats
}

class Planner {
  readonly files: PlannedFile[] = []
  readonly #source: PathSource
  readonly #workspace: string | undefined
  readonly #registry: string | undefined
  readonly #signal: AbortSignal | undefined
  #root: Promise<string> | undefined
  #own: Promise<string> | undefined
  readonly #excluded: ReadonlySet<string>

  constructor(source: PathSource, { workspace, registry, signal }: PlanOptions) {
    this.#source = source
    this.#workspace = workspace
    this.#registry = registry
    this.#signal = signal
    this.#excluded = new Set(source.exclude)
  }

  plan(kind: Plan['kind']): Plan {
    let size = 0
    for (const file of this.files) size += file.size
    if (size === 0) {
      throw new AppError(
        'invalid',
        kind === 'file'
          ? `${this.#source.paths[0]} is empty, so there is nothing to register.`
          : `All files in ${this.#source.paths.join(', ')} are empty, so there is nothing to register.`,
      )
    }
    return { kind, files: this.files, size }
  }

  /** What a path that somebody named means. The registry itself would be a copy of all copies. */
  async named(path: string): Promise<Target> {
    if (path === '') throw new AppError('invalid', 'A path must not be empty.')
    const target = await this.resolve(path)
    if (!(await this.#isRegistry(target.path))) return target
    throw new AppError(
      'invalid',
      `${path} is the registry itself; name the file or folder of a model.`,
    )
  }

  async #isRegistry(real: string): Promise<boolean> {
    if (this.#registry === undefined) return false
    this.#own ??= realOrSame(this.#registry)
    return real === (await this.#own)
  }

  /** The file or folder that a path means, with links followed where that is allowed. */
  async resolve(path: string): Promise<Target> {
    const stats = await this.#lstat(path)
    const real = await this.#realpath(path)
    if (await this.#leadsOut(path, real, stats.isSymbolicLink())) {
      throw new AppError(
        'invalid',
        `${path} is a symbolic link out of the workspace, to ${real}. Register it by content with --follow, or name the target itself.`,
      )
    }
    const target = stats.isSymbolicLink() ? await stat(real, { bigint: true }) : stats
    if (!target.isFile() && !target.isDirectory()) throw notRegular(path, target)
    return { path: real, stats: target }
  }

  /** A link, or a path through one, that starts in the workspace and ends outside. */
  async #leadsOut(path: string, real: string, isLink: boolean): Promise<boolean> {
    if (this.#source.follow || this.#workspace === undefined) return false
    this.#root ??= realOrSame(this.#workspace)
    const root = await this.#root
    if (isInside(root, real)) return false
    return isLink || isInside(this.#workspace, path) || isInside(root, path)
  }

  async #lstat(path: string): Promise<BigIntStats> {
    try {
      return await lstat(path, { bigint: true })
    } catch (error) {
      throw explainUnreadable(path, error)
    }
  }

  async #realpath(path: string): Promise<string> {
    try {
      return await realpath(path)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') {
        throw new AppError('notFound', `${path} is a symbolic link whose target does not exist.`, {
          cause: error,
        })
      }
      throw explainUnreadable(path, error)
    }
  }

  add(target: Target, path: string): void {
    if (this.files.length >= MAX_FILES) {
      throw new AppError(
        'invalid',
        `${this.#source.paths[0]} holds more than ${plural(MAX_FILES, 'file')}; leave out what is not the model.`,
      )
    }
    this.files.push({
      from: target.path,
      path,
      size: Number(target.stats.size),
      identity: fileIdentity(target.stats),
    })
  }

  /** @param above Real paths of the folders that lead here, to notice a link back to one of them. */
  async walk(
    folder: string,
    prefix: string,
    depth: number,
    above: readonly string[],
  ): Promise<void> {
    throwIfCancelled(this.#signal)
    if (depth > MAX_DEPTH) {
      throw new AppError('invalid', `${folder} is nested deeper than ${MAX_DEPTH} folders.`)
    }
    if (above.includes(folder)) {
      throw new AppError(
        'invalid',
        `A symbolic link leads from ${prefix} back to ${folder}; remove the loop.`,
      )
    }
    let entries
    try {
      entries = await readdir(folder, { withFileTypes: true })
    } catch (error) {
      throw explainUnreadable(folder, error)
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    for (const entry of entries) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (this.#excluded.has(path)) continue
      const target = await this.resolve(join(folder, entry.name))
      if (await this.#isRegistry(target.path)) continue
      if (target.stats.isDirectory())
        await this.walk(target.path, path, depth + 1, [...above, folder])
      else this.add(target, path)
    }
  }
}

/** With every link resolved; what is not there yet is itself. */
async function realOrSame(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path
    throw error
  }
}

/** True for a path inside a folder or the folder itself; both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** Inode, size and times: one of them changes when a file is written or replaced. */
export function fileIdentity(stats: BigIntStats): string {
  return `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`
}
