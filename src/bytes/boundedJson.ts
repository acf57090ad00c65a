import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import { LIMITS } from './limits'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** An object without a prototype: `__proto__` and `constructor` are names like any other (and legal names of tensors). */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

export interface BoundedJson<T = JsonValue> {
  readonly value: T
  /** Keys that an object has more than once, each named once; the last value of such a key wins, as in Python. */
  readonly duplicateKeys: readonly string[]
}

export interface BoundedJsonOptions {
  readonly maxBytes?: number
  readonly maxDepth?: number
  /** Added to the offsets of errors: where the text lies in its file. */
  readonly offset?: number
}

/** Different keys reported as duplicates for one text; more say nothing new. */
const REPORTED_DUPLICATES = 20

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * JSON out of a file that nobody vouches for: UTF-8 of at most `maxBytes` and `maxDepth`, as `json.load` of Python reads
 * it (`NaN` and `Infinity` are numbers). Anything else is `AppError('corrupt')` with the offset of the first wrong byte.
 *
 * The native parser does the work. It silently keeps the last of equal keys and recurses, so a scan of the bytes bounds
 * the nesting before and counts the members: when the parsed objects have as many, no key came twice. Only when they
 * haven't, or the native parser refuses, the text is read again by `JsonText`, which knows where and why.
 */
export function parseBoundedJson(
  input: Uint8Array | string,
  options: BoundedJsonOptions = {},
): BoundedJson {
  const { maxBytes = LIMITS.json, maxDepth = LIMITS.depth, offset = 0 } = options
  const bytes = typeof input === 'string' ? encoder.encode(input) : input
  if (bytes.length > maxBytes) {
    throw corrupt(
      `The JSON text has ${bytes.length} bytes, more than the ${maxBytes} that are read.`,
      offset,
    )
  }
  const members = countMembers(bytes, maxDepth, offset)
  const text = typeof input === 'string' ? input : decode(bytes, offset)
  let value: JsonValue
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return new JsonText(text, offset).read()
  }
  return dropPrototypes(value) === members
    ? { value, duplicateKeys: [] }
    : new JsonText(text, offset).read()
}

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
    throw corrupt('A JSON object is expected.', reader.base + offset)
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
        throw corrupt('A JSON member is expected after the comma.', reader.base + position)
      }
      yield { bytes: last, offset: reader.base + position }
      return
    }
    if (comma >= 0) {
      yield { bytes: bytes.subarray(0, comma), offset: reader.base + position }
      position += comma + 1
      batches++
    } else if (bytes.length === end - position) {
      throw corrupt('The JSON object is not closed.', reader.base + end)
    } else {
      if (buffer.length * 2 > LIMITS.json) {
        throw corrupt('A JSON member is too large.', reader.base + position)
      }
      buffer = new Uint8Array(Math.min(buffer.length * 2, end - position))
    }
  }
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
    throw corrupt('The end of the JSON object is expected.', reader.base + position + close)
  }
  const rest = bytes.subarray(close + 1).findIndex((byte) => !isSpace(byte))
  if (rest >= 0 || !isBlank(reader, position + bytes.length, end)) {
    const at = rest >= 0 ? position + close + 1 + rest : position + bytes.length
    throw corrupt('Something follows the end of the JSON object.', reader.base + at)
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
  let comma = -1
  let depth = 1
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === QUOTE) {
      index = endOfString(bytes, index)
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (--depth === 0) return { comma, close: index }
    } else if (byte === COMMA && depth === 1) {
      comma = index
    }
  }
  return { comma, close: -1 }
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

/** The value as an object, if it is one. */
export function toObject(value: JsonValue | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

/** The value as a list; anything else is an empty one. */
export function toArray(value: JsonValue | undefined): readonly JsonValue[] {
  return isArray(value) ? value : []
}

export function toText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A finite number, also one that is written as a string, as XGBoost does. */
export function toNumber(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true })
const lenientDecoder = new TextDecoder()

function decode(bytes: Uint8Array, offset: number): string {
  try {
    return strictDecoder.decode(bytes)
  } catch (error) {
    const before = lenientDecoder.decode(bytes).indexOf('\ufffd')
    const at = encoder.encode(lenientDecoder.decode(bytes).slice(0, Math.max(0, before))).length
    throw corrupt('The JSON text is not UTF-8.', offset + at, error)
  }
}

/** Index of the quote that ends the string whose first quote is at `start`; the end of the bytes if there is none. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start + 1
  while (index < bytes.length && bytes[index] !== QUOTE) {
    index += bytes[index] === BACKSLASH ? 2 : 1
  }
  return index
}

/** How many members all objects have, by the colons outside of strings; throws where brackets nest too deep. */
function countMembers(bytes: Uint8Array, maxDepth: number, offset: number): number {
  let members = 0
  let depth = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === QUOTE) {
      index = endOfString(bytes, index)
    } else if (byte === COLON) {
      members++
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > maxDepth) {
        throw corrupt(`The JSON text nests deeper than ${maxDepth} levels.`, offset + index)
      }
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--
    }
  }
  return members
}

/** Takes every object's prototype away; returns how many members there are. The nesting is bounded by then. */
function dropPrototypes(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object' && item !== null) members += dropPrototypes(item)
    }
    return members
  }
  Object.setPrototypeOf(value, null)
  for (const key in value) {
    members++
    const inner = value[key]
    if (typeof inner === 'object' && inner !== null) members += dropPrototypes(inner)
  }
  return members
}

function corrupt(message: string, offset: number, cause?: unknown): AppError {
  return new AppError('corrupt', message, { cause, location: { offset } })
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y
const LITERALS: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]

/** The careful parser: slower than the native one, and it says where. The nesting of its text is already bounded. */
class JsonText {
  readonly #text: string
  readonly #offset: number
  readonly #duplicates = new Set<string>()
  #position = 0

  constructor(text: string, offset: number) {
    this.#text = text
    this.#offset = offset
  }

  read(): BoundedJson {
    const value = this.#value()
    this.#space()
    if (this.#position < this.#text.length)
      throw this.#error('The JSON text goes on after its end.')
    return { value, duplicateKeys: [...this.#duplicates] }
  }

  #error(message: string): AppError {
    const before = encoder.encode(this.#text.slice(0, this.#position)).length
    return corrupt(message, this.#offset + before)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#position += found.length
    return found
  }

  #space(): void {
    this.#match(SPACE)
  }

  #accept(character: string): boolean {
    this.#space()
    if (this.#text[this.#position] !== character) return false
    this.#position++
    return true
  }

  #value(): JsonValue {
    this.#space()
    if (this.#accept('{')) return this.#object()
    if (this.#accept('[')) return this.#array()
    if (this.#text[this.#position] === '"') return this.#string()
    for (const [literal, value] of LITERALS) {
      if (this.#text.startsWith(literal, this.#position)) {
        this.#position += literal.length
        return value
      }
    }
    const number = this.#match(NUMBER)
    if (number === undefined) throw this.#error('A JSON value is expected.')
    return Number(number)
  }

  #string(): string {
    const start = this.#position
    if (this.#text[start] !== '"') throw this.#error('A JSON string is expected.')
    let end = start + 1
    while (end < this.#text.length && this.#text[end] !== '"') {
      end += this.#text[end] === '\\' ? 2 : 1
    }
    try {
      // The native parser knows the escapes, and that no control may stand in a string.
      const value = String(JSON.parse(this.#text.slice(start, end + 1)))
      this.#position = end + 1
      return value
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw this.#error(
        'The JSON string is not closed, or holds a control character or an unknown escape.',
      )
    }
  }

  #array(): JsonValue {
    const items: JsonValue[] = []
    if (this.#accept(']')) return items
    do items.push(this.#value())
    while (this.#accept(','))
    if (!this.#accept(']')) throw this.#error('A comma or the end of the JSON array is expected.')
    return items
  }

  #object(): JsonValue {
    const object: Record<string, JsonValue> = Object.create(null)
    if (this.#accept('}')) return object
    do {
      this.#space()
      const key = this.#string()
      if (!this.#accept(':')) throw this.#error('A colon is expected after the JSON key.')
      if (key in object && this.#duplicates.size < REPORTED_DUPLICATES) this.#duplicates.add(key)
      object[key] = this.#value()
    } while (this.#accept(','))
    if (!this.#accept('}')) throw this.#error('A comma or the end of the JSON object is expected.')
    return object
  }
}
