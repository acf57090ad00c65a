export type Token =
  | {
      readonly kind: 'name' | 'operator' | 'number'
      readonly text: string
      readonly offset: number
    }
  | { readonly kind: 'text'; readonly text: string; readonly offset: number }

/** What stands in one `{{ }}` or `{% %}`. */
export interface Block {
  readonly code: string
  readonly offset: number
  readonly isStatement: boolean
  readonly isClosed: boolean
}

/** The expressions and statements of a template, without comments and raw blocks. */
export function* blocksOf(template: string): Generator<Block> {
  const open = /\{([{%#])[-+]?/g
  for (let match = open.exec(template); match; match = open.exec(template)) {
    const start = open.lastIndex
    const isStatement = match[1] === '%'
    if (match[1] === '#') {
      const end = template.indexOf('#}', start)
      if (end < 0) return
      open.lastIndex = end + 2
      continue
    }
    const end = findEnd(template, start, isStatement ? '%}' : '}}')
    const code = template.slice(start, end ?? template.length).replace(/[-+]$/, '')
    yield { code, offset: start, isStatement, isClosed: end !== undefined }
    if (end === undefined) return
    open.lastIndex = end + 2
    if (isStatement && /^\s*raw\s*$/.test(code)) {
      const raw = /\{%[-+]?\s*endraw\s*[-+]?%\}/g
      raw.lastIndex = open.lastIndex
      if (!raw.exec(template)) return
      open.lastIndex = raw.lastIndex
    }
  }
}

/** Where a block ends, outside of its strings and, for expressions, of its dicts. */
function findEnd(template: string, start: number, close: string): number | undefined {
  let depth = 0
  for (let at = start; at < template.length; at++) {
    const character = template[at]
    if (character === '"' || character === "'") {
      const end = stringEnd(template, at)
      if (end === undefined) return undefined
      at = end
    } else if (depth === 0 && template.startsWith(close, at)) {
      return at
    } else if (character === '{' || character === '(' || character === '[') {
      depth++
    } else if (depth > 0 && (character === '}' || character === ')' || character === ']')) {
      depth--
    }
  }
  return undefined
}

function stringEnd(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === text[start]) return at
  }
  return undefined
}

const TOKEN =
  /\s*(?:([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|(\d[\d_]*(?:\.\d+)?)|("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|(\*\*|\/\/|[=!<>]=|[^\s]))/gy

/** Names, numbers, texts (as Python reads them) and operators. */
export function tokenize(code: string, offset: number): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(code); match; match = TOKEN.exec(code)) {
    const at = offset + match.index
    const [, name, number, text, operator = ''] = match
    if (name !== undefined) tokens.push({ kind: 'name', text: name.normalize('NFKC'), offset: at })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, offset: at })
    else if (text !== undefined)
      tokens.push({ kind: 'text', text: unescape(text.slice(1, -1)), offset: at })
    else tokens.push({ kind: 'operator', text: operator, offset: at })
  }
  return tokens
}

/** Python's escapes in a string literal. */
function unescape(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g,
    (all: string, hex?: string, short?: string, long?: string, octal?: string, other?: string) => {
      const code = hex ?? short ?? long
      if (code !== undefined) {
        const value = Number.parseInt(code, 16)
        return value > 0x10ffff ? all : String.fromCodePoint(value)
      }
      return octal === undefined ? (other ?? '') : String.fromCharCode(Number.parseInt(octal, 8))
    },
  )
}
