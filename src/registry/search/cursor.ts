import { escapeText } from '../../base/text'
import { alternatives, phrase } from './expectation'
import type { Expectation } from './expectation'
import { QueryError } from './queryError'
import { tokenize } from './tokens'
import type { Token } from './tokens'

// Far above what a person writes, far below what the call stack holds.
const MAX_DEPTH = 100
// A chain of sums is a tree as deep as it is long.
const MAX_CALCULATIONS = 500

/** Walks over the tokens of a filter and remembers what could have stood at the current one. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #index = 0
  #depth = 0
  #calculations = 0
  #expected: Expectation[] = []

  constructor(readonly text: string) {
    this.#tokens = tokenize(text)
  }

  get token(): Token {
    return this.at(this.#index)
  }

  get previous(): Token | undefined {
    return this.#tokens[this.#index - 1]
  }

  /** What the reader has looked for at the current token. */
  get expected(): readonly Expectation[] {
    return this.#expected
  }

  private at(index: number): Token {
    const end = this.text.length
    return this.#tokens[index] ?? { type: 'end', start: end, end }
  }

  isAtEnd(): boolean {
    return this.token.type === 'end'
  }

  expect(expectation: Expectation): void {
    this.#expected.push(expectation)
  }

  advance(): void {
    this.#index++
    this.#expected = []
  }

  /** True for an unquoted word of this spelling in any case. */
  isKeyword(word: string): boolean {
    const { token } = this
    const [segment, ...rest] = token.type === 'path' ? token.segments : []
    return rest.length === 0 && segment?.text.toUpperCase() === word
  }

  /** Steps over the keyword `word`; `shown` is how a sentence names it. */
  takeKeyword(shown: string, word = shown): boolean {
    this.expect({ kind: 'keyword', text: shown })
    if (!this.isKeyword(word)) return false
    this.advance()
    return true
  }

  isSymbol(symbol: string): boolean {
    return this.token.type === 'symbol' && this.token.symbol === symbol
  }

  takeSymbol(symbol: string): boolean {
    this.expect({ kind: 'symbol', text: symbol })
    if (!this.isSymbol(symbol)) return false
    this.advance()
    return true
  }

  requireSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected()
  }

  /** Runs a reader one level down, within a limit that keeps the call stack safe. */
  nest<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      throw this.error(`The filter is nested more than ${MAX_DEPTH} levels deep: split it.`)
    }
    const result = read()
    this.#depth--
    return result
  }

  /** Counts one + - * or /, within a limit for the whole filter. */
  countCalculation(): void {
    if (++this.#calculations > MAX_CALCULATIONS) {
      throw this.error(`The filter calculates more than ${MAX_CALCULATIONS} times: split it.`)
    }
  }

  /** The error of the current token: what was expected and what is there. */
  unexpected(hint = ''): QueryError {
    const { token } = this
    const phrases = [...new Set(this.#expected.map(phrase))]
    const place = `at character ${token.start + 1}`
    if ((token.type === 'text' || token.type === 'path') && !token.closed) {
      const quote = token.type === 'text' ? token.quote : 'quote or backtick'
      const message = `The filter ends within the text ${place}: add the closing ${quote}.`
      return this.error(message, token, [quote])
    }
    // Behind a LIMIT nothing can follow.
    const wanted = phrases.length === 0 ? 'the end of the filter' : alternatives(phrases)
    const message = `Expected ${wanted} ${place}, found ${this.#found()}.`
    return this.error(hint ? `${message} ${hint}` : message, token, phrases)
  }

  error(message: string, token: Token = this.token, expected: readonly string[] = []): QueryError {
    const length = Math.max(1, token.end - token.start)
    return new QueryError(message, { text: this.text, offset: token.start, length, expected })
  }

  #found(): string {
    const { token } = this
    return token.type === 'end'
      ? 'the end of the filter'
      : escapeText(this.text.slice(token.start, token.end), 40)
  }
}
