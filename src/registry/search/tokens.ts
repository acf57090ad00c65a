/** A part of a dotted name; `quoted` is true for one in backticks or double quotes. */
export interface Segment {
  readonly text: string
  readonly quoted: boolean
}

interface Place {
  /** In UTF-16 units from the start of the filter. */
  readonly start: number
  readonly end: number
}

/** A keyword or a dotted name; a trailing dot leaves an empty last segment. */
export interface PathToken extends Place {
  readonly type: 'path'
  readonly segments: readonly Segment[]
  /** False where a backtick is missing. */
  readonly closed: boolean
}

export interface NumberToken extends Place {
  readonly type: 'number'
  readonly value: number
  readonly unit?: string
}

export interface TextToken extends Place {
  readonly type: 'text'
  readonly value: string
  readonly quote: string
  readonly closed: boolean
}

export interface SymbolToken extends Place {
  readonly type: 'symbol'
  /** The canonical form: `==` is `=`, `<>` is `!=`. */
  readonly symbol: string
}

/** `invalid` is a character that begins nothing. */
export interface OtherToken extends Place {
  readonly type: 'end' | 'invalid'
}

export type Token = PathToken | NumberToken | TextToken | SymbolToken | OtherToken

// Each of these is tried at one place only and can match in one way only, so that reading is linear in the text.
const SPACE = /\s+/y
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy
const UNIT = /[\p{L}_]+/uy
const SYMBOL = /==|<>|!=|<=|>=|[=<>(),+\-*/]/y
const FIRST = /[\p{L}_][\p{L}\p{M}\p{N}_@]*/uy
const NEXT = /[\p{L}\p{M}\p{N}_@]*/uy

const SYNONYMS: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' }

/** A name that needs no backticks after `metrics.`, `parameters.` or `tags.`. */
export const BARE_KEY = /^[\p{L}\p{M}\p{N}_@]+(?:\.[\p{L}\p{M}\p{N}_@]+)*$/u

/** Reads a filter into tokens, the last being `end`. Takes any text: what is wrong is a token too. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let position = 0
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = position
    const found = pattern.exec(text)?.[0] ?? ''
    position += found.length
    return found
  }
  for (;;) {
    match(SPACE)
    const start = position
    if (start >= text.length) {
      tokens.push({ type: 'end', start, end: start })
      return tokens
    }
    const character = text[start] ?? ''
    if (character === "'" || character === '"') {
      const { value, end, closed } = readQuoted(text, start)
      position = end
      tokens.push({ type: 'text', value, quote: character, closed, start, end })
      continue
    }
    const number = match(NUMBER)
    if (number) {
      const unit = match(UNIT)
      const token = { type: 'number', value: Number(number), start, end: position } as const
      tokens.push(unit ? { ...token, unit } : token)
      continue
    }
    const symbol = match(SYMBOL)
    if (symbol) {
      tokens.push({ type: 'symbol', symbol: SYNONYMS[symbol] ?? symbol, start, end: position })
      continue
    }
    const first = match(FIRST)
    if (!first) {
      position += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1
      tokens.push({ type: 'invalid', start, end: position })
      continue
    }
    const segments: Segment[] = [{ text: first, quoted: false }]
    let closed = true
    while (closed && text[position] === '.') {
      position++
      const quote = text[position]
      if (quote === '`' || quote === '"') {
        const quoted = readQuoted(text, position)
        position = quoted.end
        closed = quoted.closed
        segments.push({ text: quoted.value, quoted: true })
      } else {
        segments.push({ text: match(NEXT), quoted: false })
      }
    }
    tokens.push({ type: 'path', segments, closed, start, end: position })
  }
}

/** What stands between the quote at `start` and the next single one of its kind; a doubled quote stands for itself. */
function readQuoted(
  text: string,
  start: number,
): { readonly value: string; readonly end: number; readonly closed: boolean } {
  const quote = text[start] ?? ''
  const parts: string[] = []
  let from = start + 1
  for (;;) {
    const at = text.indexOf(quote, from)
    if (at < 0) {
      parts.push(text.slice(from))
      return { value: parts.join(''), end: text.length, closed: false }
    }
    parts.push(text.slice(from, at))
    if (text[at + 1] !== quote) return { value: parts.join(''), end: at + 1, closed: true }
    parts.push(quote)
    from = at + 2
  }
}
