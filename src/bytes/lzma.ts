import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { Inflated } from './inflate'
import { LzmaDecoder } from './lzmaDecoder'

/**
 * The .lzma and .xz containers of xz-utils (`doc/lzma-file-format.txt`, `doc/xz-file-format.txt`). joblib writes both. The
 * packages that read them are asynchronous, read xz only, or allocate the dictionary that the file asks for; this one
 * ends at a given number of bytes and never holds more.
 */

const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const
/** Bytes of a block's checksum, for the check ids 0, 1 to 3, 4 to 6 and so on. */
const CHECK_SIZES = [0, 4, 8, 16, 32, 64] as const
/** Bytes of compressed data that are taken into memory. */
const MAX_INPUT = 64 * 1024 * 1024

export function isXz(head: Uint8Array): boolean {
  return XZ_MAGIC.every((byte, index) => head[index] === byte)
}

/** A .lzma file has no magic: properties below 225 (0x5D is what every writer takes), a dictionary, a size. */
export function isLzmaAlone(head: Uint8Array): boolean {
  return head.length >= 13 && head[0] === 0x5d && head[1] === 0 && head[2] === 0 && head[13] === 0
}

/** Decompresses at most `limit` bytes of a .lzma file. */
export function decompressLzmaAlone(reader: ByteReader, limit: number): Inflated {
  const input = reader.head(0, MAX_INPUT)
  if (input.length < 13) throw corrupt(reader, 0)
  const declared = reader.u64(5)
  const size = declared === 0xffffffffffffffffn ? undefined : Number(declared)
  const decoder = new LzmaDecoder(input, 13, Math.min(limit, size ?? limit))
  decoder.setProperties(input[0] ?? 0)
  decoder.startChunk()
  const ended = decoder.run(Math.min(limit, size ?? limit), size === undefined)
  const bytes = decoder.output()
  if (bytes.length === 0 && size !== 0) throw corrupt(reader, 13)
  return { bytes, complete: size === undefined ? ended : bytes.length === size }
}

/** Decompresses at most `limit` bytes of an .xz file: its blocks, LZMA2 without further filters. */
export function decompressXz(reader: ByteReader, limit: number): Inflated {
  const input = reader.head(0, MAX_INPUT)
  const decoder = new LzmaDecoder(input, 12, limit)
  let complete = false
  let at = 12
  // A block's header begins with its size in words; the index that follows the last block begins with 0.
  while (at < input.length) {
    const headerSize = ((input[at] ?? 0) + 1) * 4
    if (input[at] === 0) {
      complete = true
      break
    }
    if (!isPlainLzma2(input.subarray(at, at + headerSize))) break
    decoder.seek(at + headerSize)
    if (!runLzma2(decoder, limit)) break
    const checkSize = CHECK_SIZES[Math.ceil(((input[7] ?? 0) & 15) / 3)] ?? 0
    const padded = at + headerSize + Math.ceil((decoder.position - at - headerSize) / 4) * 4
    at = padded + checkSize
  }
  const bytes = decoder.output()
  if (bytes.length === 0 && !complete) throw corrupt(reader, 12)
  return { bytes, complete }
}

/** Whether a block's only filter is LZMA2 (id 0x21): the only one that joblib and Python write by default. */
function isPlainLzma2(header: Uint8Array): boolean {
  const flags = header[1] ?? 0
  let at = 2
  for (const bit of [0x40, 0x80]) {
    if ((flags & bit) === 0) continue
    while (((header[at] ?? 0) & 0x80) !== 0 && at < header.length) at++
    at++
  }
  return (flags & 3) === 0 && header[at] === 0x21
}

/** The chunks of an LZMA2 stream; false where it is damaged, cut off or beyond the limit. */
function runLzma2(decoder: LzmaDecoder, limit: number): boolean {
  for (;;) {
    const control = decoder.byte()
    if (control === undefined) return false
    if (control === 0) return true
    if (control === 1 || control === 2) {
      if (!decoder.copy((decoder.word() ?? 0) + 1)) return false
      continue
    }
    if (control < 0x80) return false
    const size = ((control & 0x1f) << 16) + (decoder.word() ?? 0) + 1
    const compressed = (decoder.word() ?? 0) + 1
    const reset = (control >> 5) & 3
    if (reset >= 2 && !decoder.setProperties(decoder.byte() ?? 255)) return false
    if (reset === 1) decoder.resetState()
    const end = decoder.position + compressed
    const target = decoder.length + size
    decoder.startChunk()
    decoder.run(Math.min(limit, target), false)
    if (decoder.length !== target) return false
    decoder.seek(end)
  }
}

function corrupt(reader: ByteReader, at: number): AppError {
  const offset = reader.base + at
  return new AppError('corrupt', `The LZMA data at offset ${offset} can't be decompressed.`, {
    location: { offset },
  })
}
