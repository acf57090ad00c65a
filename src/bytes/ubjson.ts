import { AppError } from '../base/errors'
import type { JsonValue } from './boundedJson'
import type { ByteReader } from './byteReader'
import { ByteWindow } from './byteWindow'
import { LIMITS } from './limits'
import type { Budget } from './limits'

/** Text of a value that is kept; the rest of a longer one is skipped. */
const KEPT_TEXT = 4_000_000
/** Items or members of one container that are kept; further ones are walked over. */
const KEPT_ITEMS = LIMITS.entries

/** Bytes of a number by its type marker (ubjson.org). All numbers are big-endian. */
const NUMBER_BYTES: ReadonlyMap<string, number> = new Map([
  ['i', 1],
  ['U', 1],
  ['I', 2],
  ['l', 4],
  ['L', 8],
  ['d', 4],
  ['D', 8],
])

/**
 * Reads Universal Binary JSON, without what makes models large: an array of one numeric type, and the value of a member
 * that is named in `skipped`, is known by the number of its items only. Damage is `AppError('corrupt')` with its offset.
 */
export function readUbjson(
  reader: ByteReader,
  budget: Budget,
  skipped: ReadonlySet<string>,
): JsonValue {
  return new UbjsonWalk(reader, budget, skipped).value(true, 0)
}

class UbjsonWalk {
  readonly #window: ByteWindow
  readonly #budget: Budget
  readonly #skipped: ReadonlySet<string>
  #position = 0

  constructor(reader: ByteReader, budget: Budget, skipped: ReadonlySet<string>) {
    this.#window = new ByteWindow(reader, false)
    this.#budget = budget
    this.#skipped = skipped
  }

  /** Reads one value; without `keep` it is walked over, and an array gives its number of items. */
  value(keep: boolean, depth: number, type = this.#marker()): JsonValue {
    this.#budget.step()
    if (depth > LIMITS.depth)
      throw this.#corrupt(`The value nests deeper than ${LIMITS.depth} levels.`)
    switch (type) {
      case 'Z':
        return null
      case 'T':
        return true
      case 'F':
        return false
      case 'C':
        return String.fromCharCode(this.#window.u8(this.#take(1)))
      case 'S':
      case 'H':
        return this.#text(keep)
      case '[':
        return this.#array(keep, depth)
      case '{':
        return this.#object(keep, depth)
      default:
        return this.#number(type)
    }
  }

  /** The next type marker that is no padding. */
  #marker(): string {
    for (;;) {
      const marker = String.fromCharCode(this.#window.u8(this.#position++))
      if (marker !== 'N') return marker
      this.#budget.step()
    }
  }

  #peek(): string {
    return String.fromCharCode(this.#window.u8(this.#position))
  }

  #take(length: number): number {
    const start = this.#position
    this.#window.reader.check(start, length)
    this.#position += length
    return start
  }

  #number(type: string): number {
    const length = NUMBER_BYTES.get(type)
    if (length === undefined) throw this.#corrupt('A value is expected.')
    const at = this.#take(length)
    switch (type) {
      case 'i':
        return this.#window.i8(at)
      case 'U':
        return this.#window.u8(at)
      case 'I':
        return this.#window.i16(at)
      case 'l':
        return this.#window.i32(at)
      case 'L':
        return Number(this.#window.i64(at))
      case 'd':
        return this.#window.f32(at)
      default:
        return this.#window.f64(at)
    }
  }

  #length(): number {
    const length = this.#number(this.#marker())
    if (!Number.isSafeInteger(length) || length < 0) throw this.#corrupt('A length is expected.')
    return length
  }

  #text(keep: boolean): string {
    const length = this.#length()
    const at = this.#take(length)
    return keep ? this.#window.text(at, length, KEPT_TEXT) : ''
  }

  /** What may stand at the beginning of a container: one type for all items, and their number. */
  #header(): { type: string | undefined; count: number | undefined } {
    let type: string | undefined
    if (this.#peek() === '$') {
      this.#position++
      type = String.fromCharCode(this.#window.u8(this.#take(1)))
    }
    if (this.#peek() !== '#') {
      if (type !== undefined) throw this.#corrupt('A container of one type needs a count.')
      return { type, count: undefined }
    }
    this.#position++
    return { type, count: this.#length() }
  }

  #array(keep: boolean, depth: number): JsonValue {
    const { type, count } = this.#header()
    const size = type === undefined ? undefined : NUMBER_BYTES.get(type)
    if (size !== undefined && count !== undefined) {
      this.#take(count * size)
      return count
    }
    const items: JsonValue[] = []
    let length = 0
    while (count === undefined ? this.#peek() !== ']' : length < count) {
      const item = this.value(keep && length < KEPT_ITEMS, depth + 1, type)
      if (keep && length < KEPT_ITEMS) items.push(item)
      length++
    }
    if (count === undefined) this.#position++
    return keep ? items : length
  }

  #object(keep: boolean, depth: number): JsonValue {
    const { type, count } = this.#header()
    const object: Record<string, JsonValue> = Object.create(null)
    let length = 0
    while (count === undefined ? this.#peek() !== '}' : length < count) {
      this.#budget.step()
      const isKept = keep && length < KEPT_ITEMS
      const key = this.#text(isKept)
      const value = this.value(isKept && !this.#skipped.has(key), depth + 1, type)
      if (isKept) object[key] = value
      length++
    }
    if (count === undefined) this.#position++
    return keep ? object : length
  }

  #corrupt(message: string): AppError {
    return new AppError('corrupt', message, {
      location: { offset: this.#window.reader.base + this.#position },
    })
  }
}
