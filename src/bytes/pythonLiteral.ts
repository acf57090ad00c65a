import { AppError } from '../base/errors'
import { LIMITS } from './limits'

/** What `ast.literal_eval` gives for the literals in file headers; tuples and lists are both lists. */
export type PythonLiteral =
  | null
  | boolean
  | number
  | string
  | readonly PythonLiteral[]
  | ReadonlyMap<string, PythonLiteral>

const TOKEN =
  /\s*(?:(-?\d+(?:\.\d+)?)L?|[bu]?'((?:[^'\\]|\\.)*)'|[bu]?"((?:[^"\\]|\\.)*)"|(\w+)|([^\s]))/y

/** Reads the literal of None, booleans, numbers, texts, tuples, lists and dicts with text keys; `corrupt` for all else. */
export function parsePythonLiteral(text: string, offset = 0): PythonLiteral {
  const parser = new LiteralParser(text, offset)
  const value = parser.value(0)
  parser.end()
  return value
}

class LiteralParser {
  readonly #text: string
  readonly #offset: number
  #position = 0

  constructor(text: string, offset: number) {
    this.#text = text
    this.#offset = offset
  }

  #error(): AppError {
    const offset = this.#offset + this.#position
    return new AppError('corrupt', `The header is not a Python literal (offset ${offset}).`, {
      location: { offset },
    })
  }

  #next(): RegExpExecArray {
    TOKEN.lastIndex = this.#position
    const match = TOKEN.exec(this.#text)
    if (!match) throw this.#error()
    this.#position = TOKEN.lastIndex
    return match
  }

  /** Takes the sign if it is the next one. */
  #accept(sign: string): boolean {
    const before = this.#position
    if (!this.#isAtEnd() && this.#next()[5] === sign) return true
    this.#position = before
    return false
  }

  #isAtEnd(): boolean {
    return this.#text.slice(this.#position).trim() === ''
  }

  end(): void {
    if (!this.#isAtEnd()) throw this.#error()
  }

  value(depth: number): PythonLiteral {
    if (depth > LIMITS.depth) throw this.#error()
    const [, number, single, double, word, sign] = this.#next()
    if (number !== undefined) return Number(number)
    const text = single ?? double
    if (text !== undefined) return text.replace(/\\(.)/g, '$1')
    if (word === 'None') return null
    if (word === 'True' || word === 'False') return word === 'True'
    if (sign === '(') return this.#sequence(')', depth)
    if (sign === '[') return this.#sequence(']', depth)
    if (sign === '{') return this.#dict(depth)
    throw this.#error()
  }

  #sequence(close: string, depth: number): PythonLiteral {
    const items: PythonLiteral[] = []
    let separators = 0
    while (!this.#accept(close)) {
      items.push(this.value(depth + 1))
      if (this.#accept(',')) separators++
      else if (this.#accept(close)) break
      else throw this.#error()
    }
    // `(3)` is a number in brackets, `(3,)` a tuple of one.
    return close === ')' && separators === 0 && items.length === 1 ? (items[0] ?? null) : items
  }

  #dict(depth: number): PythonLiteral {
    const entries = new Map<string, PythonLiteral>()
    while (!this.#accept('}')) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string' || !this.#accept(':')) throw this.#error()
      entries.set(key, this.value(depth + 1))
      if (this.#accept(',')) continue
      if (this.#accept('}')) break
      throw this.#error()
    }
    return entries
  }
}
