import { corruptJson, JsonText } from './jsonText'
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

const QUOTE = 0x22
const BACKSLASH = 0x5c
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
    throw corruptJson(
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
    throw corruptJson('The JSON text is not UTF-8.', offset + at, error)
  }
}

/** Index of the quote that ends the string whose first quote is at `start`; the end of the bytes if there is none. */
export function endOfString(bytes: Uint8Array, start: number): number {
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
        throw corruptJson(`The JSON text nests deeper than ${maxDepth} levels.`, offset + index)
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
