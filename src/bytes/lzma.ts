import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { Inflated } from './inflate'
import { Budget } from './limits'
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

/** Decompresses at most `limit` bytes of a .lzma file: its streams one after the other. */
export function decompressLzmaAlone(
  reader: ByteReader,
  limit: number,
  budget: Budget = new Budget(),
): Inflated {
  const input = reader.head(0, MAX_INPUT)
  if (input.length < 13) throw corrupt(reader, 0)
  const decoder = new LzmaDecoder(input, 0, limit, budget)
  let complete = false
  for (let at = 0; at === 0 || isLzmaAlone(input.subarray(at));) {
    const declared = Buffer.from(input.subarray(at + 5, at + 13)).readBigUInt64LE(0)
    const size = declared === 0xffffffffffffffffn ? undefined : Number(declared)
    const target = Math.min(limit, decoder.length + (size ?? limit))
    decoder.seek(at + 13)
    decoder.resetDictionary()
    decoder.setProperties(input[at] ?? 0)
    decoder.startChunk()
    const start = decoder.length
    const ended = decoder.run(target, size === undefined)
    complete = size === undefined ? ended : decoder.length - start === size
    at = decoder.position
    if (!complete) break
  }
  const bytes = decoder.output()
  if (bytes.length === 0 && !complete) throw corrupt(reader, 13)
  return { bytes, complete }
}

/** Decompresses a member of a ZIP archive (APPNOTE 5.8.8): a version, the size of the properties, and these before it. */
export function decompressLzmaMember(
  reader: ByteReader,
  limit: number,
  budget: Budget = new Budget(),
): Inflated {
  const input = reader.head(0, MAX_INPUT)
  const start = 4 + ((input[2] ?? 0) | ((input[3] ?? 0) << 8))
  const decoder = new LzmaDecoder(input, start, limit, budget)
  if (start > input.length || !decoder.setProperties(input[4] ?? 255)) throw corrupt(reader, 0)
  decoder.startChunk()
  const complete = decoder.run(limit, true)
  return { bytes: decoder.output(), complete }
}

/** Decompresses at most `limit` bytes of an .xz file: its streams one after the other, LZMA2 without further filters. */
export function decompressXz(
  reader: ByteReader,
  limit: number,
  budget: Budget = new Budget(),
): Inflated {
  const input = reader.head(0, MAX_INPUT)
  const decoder = new LzmaDecoder(input, 12, limit, budget)
  let complete = false
  for (let at: number | undefined = 0; at !== undefined;) {
    const index = runBlocks(decoder, input, at, limit)
    complete = index !== undefined
    at = index === undefined ? undefined : nextStream(input, index)
  }
  const bytes = decoder.output()
  if (bytes.length === 0 && !complete) throw corrupt(reader, 12)
  return { bytes, complete }
}

/** Decodes the blocks of the stream at `start`; returns where its index begins, if it is reached. */
function runBlocks(
  decoder: LzmaDecoder,
  input: Uint8Array,
  start: number,
  limit: number,
): number | undefined {
  const checkSize = CHECK_SIZES[Math.ceil(((input[start + 7] ?? 0) & 15) / 3)] ?? 0
  let at = start + 12
  // A block's header begins with its size in words; the index that follows the last block begins with 0.
  while (at < input.length) {
    if (input[at] === 0) return at
    const headerSize = ((input[at] ?? 0) + 1) * 4
    if (!isPlainLzma2(input.subarray(at, at + headerSize))) return undefined
    decoder.seek(at + headerSize)
    if (!runLzma2(decoder, limit)) return undefined
    at += headerSize + Math.ceil((decoder.position - at - headerSize) / 4) * 4 + checkSize
  }
  return undefined
}

/** Where another stream begins behind an index, the footer and padding: readers take them for one. */
function nextStream(input: Uint8Array, index: number): number | undefined {
  for (let at = index; at + 12 <= input.length; at += 4) {
    if (input[at] === XZ_MAGIC[0] && isXz(input.subarray(at, at + XZ_MAGIC.length))) return at
  }
  return undefined
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
    if (control === 1 || control >= 0xe0) decoder.resetDictionary()
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
