import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { throwIfCancelled } from '../base/errors'

/** Large enough that the calls cost little, small enough that the event loop is free again after a millisecond. */
const CHUNK = 1024 * 1024

export interface CopyOptions {
  readonly signal?: AbortSignal
  /** Hears of bytes that are copied and digested, as they come. */
  readonly onBytes?: (count: number) => void
}

export interface CopyResult {
  /** Of the bytes that were written, in hex. */
  readonly sha256: string
  readonly size: number
}

/** Copies a file to a new one, flushes it, and says what was written. */
export type CopyFile = (from: string, to: string, options: CopyOptions) => Promise<CopyResult>

/** One pass in this thread: read, digest, write. Hosts with a worker use `copyInBackground` instead. */
export const copyInThread: CopyFile = async (from, to, options) => {
  const source = await open(from, 'r')
  try {
    const target = await open(to, 'wx', 0o600)
    try {
      const hash = createHash('sha256')
      const buffer = Buffer.allocUnsafe(CHUNK)
      let size = 0
      for (;;) {
        throwIfCancelled(options.signal)
        const { bytesRead } = await source.read(buffer, 0, CHUNK, size)
        if (bytesRead === 0) break
        const part = buffer.subarray(0, bytesRead)
        hash.update(part)
        for (let written = 0; written < bytesRead;) {
          const { bytesWritten } = await target.write(
            part,
            written,
            bytesRead - written,
            size + written,
          )
          written += bytesWritten
        }
        size += bytesRead
        options.onBytes?.(bytesRead)
      }
      await target.sync()
      return { sha256: hash.digest('hex'), size }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
