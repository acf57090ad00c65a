import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, open } from 'node:fs/promises'
import { tryLink } from '../base/durable'
import { systemCode, throwIfCancelled } from '../base/errors'
import type { CopyOptions, CopyResult } from './copy'

/** How equal artifacts share disk space: by reflink or else a hard link, by reflink only, or not at all. */
export type Sharing = 'auto' | 'reflink' | 'never'

/** A stored file that may have the same content. */
export interface Candidate {
  readonly path: string
  readonly sha256: string
}

/** Reads two files side by side; the SHA-256 of both, or `undefined` where they differ. */
export type MatchFiles = (
  path: string,
  other: string,
  options: CopyOptions,
) => Promise<{ readonly sha256: string | undefined; readonly size: number }>

/** Files of one size that differ mostly differ here: it spares reading the rest. */
const SAMPLE = 65_536
const CHUNK = 1024 * 1024
/** Looked at before a plain copy is cheaper than going on. */
const MAX_CANDIDATES = 4

export const matchInThread: MatchFiles = async (path, other, options) => {
  const first = await open(path, 'r')
  try {
    const second = await open(other, 'r')
    try {
      const hash = createHash('sha256')
      const a = Buffer.allocUnsafe(CHUNK)
      const b = Buffer.allocUnsafe(CHUNK)
      for (let size = 0; ;) {
        throwIfCancelled(options.signal)
        const { bytesRead } = await first.read(a, 0, CHUNK, size)
        const { bytesRead: otherRead } = await second.read(b, 0, CHUNK, size)
        if (bytesRead !== otherRead) return { sha256: undefined, size }
        if (bytesRead === 0) return { sha256: hash.digest('hex'), size }
        const part = a.subarray(0, bytesRead)
        if (part.compare(b, 0, bytesRead) !== 0) return { sha256: undefined, size }
        hash.update(part)
        size += bytesRead
        options.onBytes?.(bytesRead)
      }
    } finally {
      await second.close()
    }
  } finally {
    await first.close()
  }
}

/**
 * Stores a file without a second copy of its bytes, where an equal one is stored already and undamaged: the source and
 * the stored file are read side by side, and the digest must be the registered one. `undefined` where nothing can be
 * shared, and then nothing is left at the target.
 */
export async function shareStored(
  from: string,
  to: string,
  candidates: readonly Candidate[],
  sharing: Exclude<Sharing, 'never'>,
  match: MatchFiles,
  options: CopyOptions,
): Promise<CopyResult | undefined> {
  for (const candidate of candidates.slice(0, MAX_CANDIDATES)) {
    let counted = 0
    const onBytes = (count: number): void => {
      counted += count
      options.onBytes?.(count)
    }
    try {
      if (!(await sameSample(from, candidate.path))) continue
      const { sha256, size } = await match(from, candidate.path, { ...options, onBytes })
      if (sha256 === candidate.sha256) {
        if (await reflink(candidate.path, to)) return { sha256, size }
        if (sharing === 'auto' && (await tryLink(candidate.path, to))) return { sha256, size }
      }
    } catch (error) {
      // Another machine may have it, or somebody deletes it right now: then it is copied.
      if (systemCode(error) !== 'ENOENT') throw error
    }
    options.onBytes?.(-counted)
  }
  return undefined
}

async function sameSample(path: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([sample(path), sample(other)])
  return a.equals(b)
}

/** The first and the last bytes of a file. */
async function sample(path: string): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(2 * SAMPLE)
    await handle.read(buffer, 0, SAMPLE, 0)
    await handle.read(buffer, SAMPLE, SAMPLE, Math.max(0, size - SAMPLE))
    return buffer
  } finally {
    await handle.close()
  }
}

async function reflink(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    const without = ['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY']
    if (without.includes(systemCode(error) ?? '')) return false
    throw error
  }
}
