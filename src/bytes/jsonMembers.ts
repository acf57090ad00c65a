import { endOfString, parseBoundedJson, toObject } from './boundedJson'
import type { BoundedJson, JsonObject } from './boundedJson'
import type { ByteReader } from './byteReader'
import { corruptJson } from './jsonText'
import { LIMITS } from './limits'

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Bytes of a top-level object that are looked at in one piece. */
const BATCH = 262_144

/** Members of an object as text, without the braces: `"a":1,"b":2`. */
export interface MemberBatch {
  /** Valid until the next batch is asked for: the buffer is filled anew. */
  readonly bytes: Uint8Array
  /** Where the text begins in the file. */
  readonly offset: number
}

/**
 * The members of one top-level object of any size, in batches: neither the text nor the whole object is ever in memory.
 * A key that comes again in a later batch is for the caller to notice. Ends at the closing brace; what follows it must
 * be white space. Errors are those of `parseBoundedJson`.
 */
export function* readJsonMembers(
  reader: ByteReader,
  offset = 0,
  length = reader.size - offset,
): Generator<BoundedJson<JsonObject>> {
  for (const batch of readMemberBatches(reader, offset, length)) yield parseMembers(batch)
}

/** The same as text: for a caller who knows the usual form of its members, and needs no objects to read it. */
export function* readMemberBatches(
  reader: ByteReader,
  offset = 0,
  length = reader.size - offset,
): Generator<MemberBatch> {
  let position = offset
  const end = offset + length
  if (length === 0 || reader.u8(position) !== OPEN_OBJECT) {
    throw corruptJson('A JSON object is expected.', reader.base + offset)
  }
  position++
  let buffer = new Uint8Array(Math.min(BATCH, end - position))
  let batches = 0
  for (;;) {
    const bytes = buffer.subarray(0, Math.min(buffer.length, end - position))
    reader.readInto(bytes, position)
    const { comma, close } = boundary(bytes)
    if (close >= 0) {
      checkEnd(reader, bytes, position, close, end)
      const last = bytes.subarray(0, close)
      if (batches > 0 && last.every(isSpace)) {
        throw corruptJson('A JSON member is expected after the comma.', reader.base + position)
      }
      yield { bytes: last, offset: reader.base + position }
      return
    }
    if (comma >= 0) {
      yield { bytes: bytes.subarray(0, comma), offset: reader.base + position }
      position += comma + 1
      batches++
    } else if (bytes.length === end - position) {
      throw corruptJson('The JSON object is not closed.', reader.base + end)
    } else {
      if (buffer.length * 2 > LIMITS.json) {
        throw corruptJson('A JSON member is too large.', reader.base + position)
      }
      buffer = new Uint8Array(Math.min(buffer.length * 2, end - position))
    }
  }
}

/** The first member of a batch, as a batch of its own. */
export function firstMember({ bytes, offset }: MemberBatch): MemberBatch {
  let depth = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === QUOTE) index = endOfString(bytes, index)
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--
    else if (byte === COMMA && depth === 0) return { bytes: bytes.subarray(0, index), offset }
  }
  return { bytes, offset }
}

/** Throws unless the bracket at `close` is the object's, and only white space follows it. */
function checkEnd(
  reader: ByteReader,
  bytes: Uint8Array,
  position: number,
  close: number,
  end: number,
): void {
  if (bytes[close] !== CLOSE_OBJECT) {
    throw corruptJson('The end of the JSON object is expected.', reader.base + position + close)
  }
  const rest = bytes.subarray(close + 1).findIndex((byte) => !isSpace(byte))
  if (rest >= 0 || !isBlank(reader, position + bytes.length, end)) {
    const at = rest >= 0 ? position + close + 1 + rest : position + bytes.length
    throw corruptJson('Something follows the end of the JSON object.', reader.base + at)
  }
}

/** Parses a batch, or the part of one that begins at a member. */
export function parseMembers({ bytes: members, offset }: MemberBatch): BoundedJson<JsonObject> {
  const bytes = new Uint8Array(members.length + 2)
  bytes[0] = OPEN_OBJECT
  bytes.set(members, 1)
  bytes[members.length + 1] = CLOSE_OBJECT
  const { value, duplicateKeys } = parseBoundedJson(bytes, { offset: offset - 1 })
  return { value: toObject(value) ?? {}, duplicateKeys }
}

/** In bytes that begin inside an object: the last comma between its members, and its closing brace, or -1. */
function boundary(bytes: Uint8Array): { comma: number; close: number } {
  // Made before the loop: a loop that was compiled while it ran has no code for what comes after it.
  const found = { comma: -1, close: -1 }
  let depth = 1
  for (let index = 0; index < bytes.length && depth > 0; index++) {
    const byte = bytes[index]
    if (byte === QUOTE) {
      index = endOfString(bytes, index)
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (--depth === 0) found.close = index
    } else if (byte === COMMA && depth === 1) {
      found.comma = index
    }
  }
  return found
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isBlank(reader: ByteReader, from: number, end: number): boolean {
  for (let position = from; position < end; position += BATCH) {
    if (!reader.bytes(position, Math.min(BATCH, end - position)).every(isSpace)) return false
  }
  return true
}
