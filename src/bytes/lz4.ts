import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { Inflated } from './inflate'

/** The LZ4 frame format 1.6.2: header, blocks of LZ4 sequences, an end mark. Checksums are not verified. */
export const LZ4_MAGIC = 0x184d2204

/** Decompresses at most `limit` bytes: a frame, and those that follow it. Throws `corrupt` where there is not even a beginning. */
export function decompressLz4(reader: ByteReader, limit: number): Inflated {
  const output = new Output(limit)
  for (let at: number | undefined = 0; ;) {
    at = readFrame(reader, at, output)
    if (at === undefined) return { bytes: output.bytes(), complete: false }
    if (at + 7 > reader.size || reader.u32(at) !== LZ4_MAGIC) {
      return { bytes: output.bytes(), complete: true }
    }
  }
}

/** Decodes the frame at `start`; returns where it ends, or `undefined` where that is not reached. */
function readFrame(reader: ByteReader, start: number, output: Output): number | undefined {
  const flags = reader.u8(start + 4)
  const hasSize = (flags & 0x08) !== 0
  const hasChecksum = (flags & 0x04) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  const hasBlockChecksum = (flags & 0x10) !== 0
  let at = start + 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0)
  for (;;) {
    if (at + 4 > reader.size) return undefined
    const header = reader.u32(at)
    at += 4
    if (header === 0) return at + (hasChecksum ? 4 : 0)
    const length = header & 0x7fffffff
    // The format's largest block; what is longer is damage.
    if (length > 4 * 1024 * 1024 || length > reader.size - at) return undefined
    const block = reader.bytes(at, length)
    const isWhole = header >= 0x80000000 ? output.append(block) : decodeBlock(block, output)
    if (!isWhole) return undefined
    at += length + (hasBlockChecksum ? 4 : 0)
  }
}

/** Bytes that grow up to a limit, and can be copied from their own past. */
class Output {
  readonly #limit: number
  #bytes = new Uint8Array(65_536)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  bytes(): Uint8Array {
    if (this.#length === 0) {
      throw new AppError('corrupt', 'The LZ4 data are damaged at their beginning.')
    }
    return this.#bytes.subarray(0, this.#length)
  }

  /** Makes room; false where the limit is reached. */
  #reserve(count: number): boolean {
    const needed = this.#length + count
    if (needed > this.#limit) return false
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.#bytes.length * 2)))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    return true
  }

  append(part: Uint8Array): boolean {
    if (!this.#reserve(part.length)) return false
    this.#bytes.set(part, this.#length)
    this.#length += part.length
    return true
  }

  repeat(distance: number, count: number): boolean {
    if (distance === 0 || distance > this.#length || !this.#reserve(count)) return false
    for (let index = 0; index < count; index++) {
      this.#bytes[this.#length] = this.#bytes[this.#length - distance] ?? 0
      this.#length++
    }
    return true
  }
}

/** One block of sequences: a token, literals, a match. False where it is damaged or the limit is reached. */
function decodeBlock(block: Uint8Array, output: Output): boolean {
  let at = 0
  const length = (start: number): number => {
    let total = start
    if (start !== 15) return total
    for (;;) {
      const byte = block[at++] ?? 0
      total += byte
      if (byte !== 255) return total
    }
  }
  while (at < block.length) {
    const token = block[at++] ?? 0
    const literals = length(token >> 4)
    if (literals > block.length - at || !output.append(block.subarray(at, at + literals)))
      return false
    at += literals
    // The last sequence has no match.
    if (at === block.length) return true
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8)
    at += 2
    if (at > block.length || !output.repeat(distance, length(token & 15) + 4)) return false
  }
  return true
}
