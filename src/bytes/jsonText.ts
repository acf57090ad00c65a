import { AppError } from '../base/errors'
import type { BoundedJson, JsonValue } from './boundedJson'

/** Different keys reported as duplicates for one text; more say nothing new. */
const REPORTED_DUPLICATES = 20

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
const encoder = new TextEncoder()

export class JsonText {
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
    return corruptJson(message, this.#offset + before)
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

/** What all errors of JSON are; `offset` is in bytes of the file. */
export function corruptJson(message: string, offset: number, cause?: unknown): AppError {
  return new AppError('corrupt', message, { cause, location: { offset } })
}
