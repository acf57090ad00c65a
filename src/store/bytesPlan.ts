import { AppError } from '../base/errors'
import { writeFlushed } from '../base/durable'
import type { BytesSource } from '../registry/ports'
import { digestBytes } from './digest'
import { isSafePath } from './flight'
import type { PlannedFile } from './plan'

/** What a store names bytes that came without a name. */
export const NAMELESS = 'model.bin'

/** Files to copy, or one whose bytes are in memory. */
export interface ContentPlan {
  readonly kind: 'file' | 'folder'
  readonly size: number
  readonly files: readonly (PlannedFile & {
    /** Writes the bytes to a path, flushed; absent where the file is copied from `from`. */
    readonly bytes?: (path: string) => Promise<{ sha256: string; size: number }>
  })[]
}

/** @throws AppError `invalid` for empty bytes or a name that is no file's. */
export function bytesPlan(source: BytesSource): ContentPlan {
  const { bytes, name = NAMELESS } = source
  if (!(bytes instanceof Uint8Array))
    throw new AppError('invalid', 'The bytes of an artifact must be a Uint8Array.')
  if (bytes.length === 0)
    throw new AppError('invalid', 'The artifact has no bytes, so there is nothing to register.')
  if (!isSafePath(name) || name.includes('/')) {
    throw new AppError('invalid', `${JSON.stringify(name)} is not a file name for an artifact.`)
  }
  const write = async (path: string): Promise<{ sha256: string; size: number }> => {
    await writeFlushed(path, bytes, 0o600)
    return { sha256: digestBytes(bytes), size: bytes.length }
  }
  return {
    kind: 'file',
    size: bytes.length,
    files: [{ from: '', path: name, size: bytes.length, identity: '', bytes: write }],
  }
}
