import Bunzip from 'seek-bzip'
import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { Inflated } from './inflate'

/** Bytes of compressed data that are taken into memory. */
const MAX_INPUT = 64 * 1024 * 1024

/** Thrown into the library to end it: the bytes so far are kept. */
class LimitReached extends Error {}

/** Decompresses at most `limit` bytes. Throws `corrupt` where there is not even a beginning. */
export function decompressBzip2(reader: ByteReader, limit: number): Inflated {
  const input = Buffer.from(reader.head(0, MAX_INPUT))
  let bytes = Buffer.alloc(65_536)
  let length = 0
  const output = {
    writeByte(byte: number): void {
      if (length >= limit) throw new LimitReached()
      if (length === bytes.length) {
        const larger = Buffer.alloc(Math.min(limit, length * 2))
        bytes.copy(larger)
        bytes = larger
      }
      bytes[length++] = byte
    },
  }
  let complete = false
  try {
    Bunzip.decode(input, output)
    complete = true
  } catch (error) {
    // The library throws errors of its own and, on damaged tables, TypeErrors: whatever it says, the data end here.
    if (length === 0) {
      throw new AppError('corrupt', `The bzip2 data can't be decompressed.`, {
        cause: error,
        location: { offset: reader.base },
      })
    }
  }
  return { bytes: bytes.subarray(0, length), complete }
}
