import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import type { TensorInfo } from '../registry/inspection'

/** Bytes that are read at a time: large enough for the disk, small enough to be cancelled soon. */
const CHUNK = 4 * 1024 * 1024

export interface DigestOptions {
  readonly signal?: AbortSignal
  /** Bytes done, of all that there are. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * SHA-256 of each tensor whose bytes the format places in a file, by name. `open` gives the reader of a tensor's file
 * (`undefined` stands for the inspected file itself); tensors of files that it doesn't give, or that end before them, are
 * left out. Throws `cancelled`.
 */
export async function digestTensors(
  tensors: readonly TensorInfo[],
  open: (file: string | undefined) => ByteReader | undefined,
  options: DigestOptions = {},
): Promise<Map<string, string>> {
  const placed = tensors.filter(
    ({ offset, length }) => offset !== undefined && length !== undefined,
  )
  const total = placed.reduce((sum, { length = 0 }) => sum + length, 0)
  const digests = new Map<string, string>()
  let done = 0
  for (const { name, file, offset = 0, length = 0 } of placed) {
    const reader = open(file)
    if (!reader || offset + length > reader.size) continue
    const hash = createHash('sha256')
    for (let at = 0; at < length; at += CHUNK) {
      throwIfCancelled(options.signal)
      const size = Math.min(CHUNK, length - at)
      hash.update(reader.bytesUncached(offset + at, size))
      done += size
      options.onProgress?.(done, total)
      // Lets a cancellation in.
      await setImmediate()
    }
    digests.set(name, hash.digest('hex'))
  }
  return digests
}
