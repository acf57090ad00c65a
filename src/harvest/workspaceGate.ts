import { constants } from 'node:fs'
import type { Dirent, Stats } from 'node:fs'
import { open, opendir, realpath, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, sep } from 'node:path'
import { isAppError, orMissing, systemCode, throwIfCancelled } from '../base/errors'
import type { Refusal, RunFile, RunFolder } from './harvester'

/** Entries listed of one folder: beyond it is a data set, not a run. */
export const MAX_ENTRIES = 5000
/** Links resolved in one folder; each costs two calls. */
const MAX_LINKS = 100

// Without blocking: opening a named pipe must not wait for a writer. Windows has no such flag.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Names that a harvester would look at: only for these it matters that a link leads out. */
const RESULT =
  /^(?!debug\b).*\.(?:json|jsonl|ya?ml|csv|tsv|log|md|lock|txt)$|^(?:MLmodel|Kitfile|\.hydra|dvclive|wandb|mlruns|lightning_logs|catboost_info)$/

export type Listing = Pick<RunFolder, 'files' | 'folders' | 'isCut'>

/** The one gate to the files of a workspace folder: nothing outside it is listed or opened, and what was refused is noted. */
export class WorkspaceGate {
  readonly refused: Refusal[] = []

  /** @param root The workspace folder, without links. */
  constructor(
    readonly root: string,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** A path as it is reported. */
  relative(path: string): string {
    return relative(this.root, path).split(sep).join('/')
  }

  refuse(file: Pick<RunFile, 'relative'>, key: string | undefined, reason: string): void {
    const known = this.refused.some(
      (other) => other.file === file.relative && other.key === key && other.reason === reason,
    )
    if (known) return
    this.refused.push({ file: file.relative, ...(key === undefined ? {} : { key }), reason })
  }

  /** What the regular file at a path is, where it lies inside. */
  async stat(path: string): Promise<Stats | undefined> {
    const real = await this.inside(path)
    const stats = real === undefined ? undefined : await orMissing(stat(real))
    return stats?.isFile() ? stats : undefined
  }

  /** Opens a regular file for reading; close the handle. */
  async open(file: RunFile): Promise<FileHandle | undefined> {
    const real = await this.inside(file.path)
    if (real === undefined) return undefined
    let handle: FileHandle
    try {
      handle = await open(real, READ)
    } catch (error) {
      this.refuse(file, undefined, `It can't be read (${systemCode(error) ?? 'unknown error'}).`)
      return undefined
    }
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
    return undefined
  }

  /** The path without links, where it lies inside the workspace folder; what leads out is noted and not followed. */
  async inside(path: string): Promise<string | undefined> {
    // A path that is outside by its own words was asked for by nobody's link.
    if (!isWithin(this.root, path)) return undefined
    const real = await orMissing(realpath(path))
    if (real === undefined) return undefined
    if (isWithin(this.root, real)) return real
    if (RESULT.test(basename(path))) {
      const reason = 'It is a link that leads out of the workspace.'
      this.refuse({ relative: this.relative(path) }, undefined, reason)
    }
    return undefined
  }

  /** The names in a folder, where it can be read; links that lead out are in neither list. */
  async list(path: string): Promise<Listing | undefined> {
    const files = new Set<string>()
    const folders = new Set<string>()
    const links: string[] = []
    let count = 0
    try {
      // The iterator closes the folder, also when it is left early.
      for await (const entry of await opendir(path, { bufferSize: 256 })) {
        throwIfCancelled(this.signal)
        if (++count > MAX_ENTRIES) break
        place(entry)
      }
    } catch (error) {
      // A folder without permission, or deleted meanwhile, has nothing to give.
      if (systemCode(error) === undefined || isAppError(error)) throw error
      return undefined
    }
    for (const name of links.slice(0, MAX_LINKS)) {
      const real = await this.inside(join(path, name))
      const stats = real === undefined ? undefined : await orMissing(stat(real))
      if (stats?.isFile()) files.add(name)
      if (stats?.isDirectory()) folders.add(name)
    }
    return { files, folders, isCut: count > MAX_ENTRIES }

    function place(entry: Dirent): void {
      if (entry.isFile()) files.add(entry.name)
      else if (entry.isDirectory()) folders.add(entry.name)
      else if (entry.isSymbolicLink()) links.push(entry.name)
    }
  }
}

function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}
