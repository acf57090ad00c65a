import { stat } from 'node:fs/promises'
import type { Memento } from 'vscode'
import { digestFile } from '../../app'
import { systemCode, throwIfCancelled } from '../../base/errors'

const KEY = 'fileDigests'
/** Files whose digest is remembered over restarts: each is read once, however often the window is opened. */
const MAX_KEPT = 2000

/** A file as it was when it was read. */
interface Known {
  readonly size: number
  readonly mtimeMs: number
  readonly sha256: string
}

/**
 * SHA-256 of files of the workspace, read in the worker, one file at a time, and again only when size or time have
 * changed.
 */
export class FileDigests {
  readonly #memento: Memento
  readonly #known: Map<string, Known>
  #queue: Promise<unknown> = Promise.resolve()

  constructor(memento: Memento) {
    this.#memento = memento
    this.#known = new Map(memento.get<[string, Known][]>(KEY, []))
  }

  /**
   * `undefined` where the file is gone, or is being written.
   * @throws AppError `cancelled`.
   */
  of(path: string, signal: AbortSignal): Promise<string | undefined> {
    const next = this.#queue.then(() => this.#read(path, signal))
    this.#queue = next.catch(() => undefined)
    return next
  }

  async #read(path: string, signal: AbortSignal): Promise<string | undefined> {
    throwIfCancelled(signal)
    const before = await identityOf(path)
    if (!before) return undefined
    const known = this.#known.get(path)
    if (known && known.size === before.size && known.mtimeMs === before.mtimeMs) return known.sha256
    const sha256 = await digestOrUndefined(path, signal)
    const after = await identityOf(path)
    if (sha256 === undefined || after?.size !== before.size || after.mtimeMs !== before.mtimeMs)
      return undefined
    this.#known.delete(path)
    this.#known.set(path, { ...before, sha256 })
    await this.#memento.update(KEY, [...this.#known].slice(-MAX_KEPT))
    return sha256
  }
}

async function identityOf(path: string): Promise<Omit<Known, 'sha256'> | undefined> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { size, mtimeMs }
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}

/** A file without permission, or deleted meanwhile, has no digest. */
async function digestOrUndefined(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await digestFile(path, { signal })
  } catch (error) {
    if (systemCode(error) === undefined || error instanceof RangeError) throw error
    throwIfCancelled(signal)
    return undefined
  }
}
