import { AppError } from '../base/errors'
import { inSlices } from './slices'

/** Nesting that is parsed; result files stay below 10. */
const MAX_DEPTH = 64
/** Text that `JSON.parse` takes at once (about a millisecond); longer text is parsed in slices. */
const AT_ONCE = 65_536
/** Tokens between two chances to let the event loop turn. */
const TOKENS_IN_A_ROW = 2000

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** What Python's `json.dump` writes beyond the standard. */
const WORD = /true|false|null|NaN|Infinity|-Infinity/y
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])

type Frame =
  | { readonly kind: 'list'; readonly value: unknown[] }
  | { readonly kind: 'map'; readonly value: Record<string, unknown>; key: string }

/**
 * JSON with the bare `NaN`, `Infinity` and `-Infinity` that Python writes.
 * @throws AppError `corrupt` with line and column where the text is neither.
 */
export async function parseLooseJson(
  text: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (text.length <= AT_ONCE) {
    try {
      return JSON.parse(text)
    } catch (error) {
      // The tolerant parser decides: it accepts more, and names the place where it doesn't.
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return await inSlices(looseJson(text), signal)
}

function* looseJson(text: string): Generator<undefined, unknown> {
  const stack: Frame[] = []
  let at = 0
  let tokens = 0

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)?.[0]
    if (match !== undefined) at += match.length
    return match
  }
  const fail = (): AppError => {
    const before = text.slice(0, at).split('\n')
    const location = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
    return new AppError(
      'corrupt',
      `It isn't valid JSON at line ${location.line}, column ${location.column}.`,
      { location },
    )
  }
  const string = (): string => {
    const written = take(STRING)
    if (written === undefined) throw fail()
    return written.includes('\\') ? String(JSON.parse(written)) : written.slice(1, -1)
  }
  const key = (): string => {
    take(SPACE)
    const name = string()
    take(SPACE)
    if (text[at] !== ':') throw fail()
    at++
    return name
  }

  for (;;) {
    if (++tokens % TOKENS_IN_A_ROW === 0) yield
    take(SPACE)
    let value: unknown
    const first = text[at]
    if (first === '{' || first === '[') {
      at++
      take(SPACE)
      const close = first === '{' ? '}' : ']'
      if (text[at] === close) {
        at++
        value = first === '{' ? {} : []
      } else {
        if (stack.length >= MAX_DEPTH) throw fail()
        stack.push(
          first === '{'
            ? // Without a prototype, so that a key `__proto__` is a key like any other.
              { kind: 'map', value: Object.create(null) as Record<string, unknown>, key: key() }
            : { kind: 'list', value: [] },
        )
        continue
      }
    } else if (first === '"') {
      value = string()
    } else {
      const word = take(WORD)
      if (word === undefined) {
        const number = take(NUMBER)
        if (!number) throw fail()
        value = Number(number)
      } else {
        value = WORDS.get(word)
      }
    }
    // The value is complete: hand it to the container around it, which it may complete in turn.
    for (;;) {
      const frame = stack.at(-1)
      take(SPACE)
      if (!frame) {
        if (at < text.length) throw fail()
        return value
      }
      if (frame.kind === 'list') frame.value.push(value)
      else frame.value[frame.key] = value
      const next = text[at]
      if (next === ',') {
        at++
        if (frame.kind === 'map') frame.key = key()
        break
      }
      if (next !== (frame.kind === 'list' ? ']' : '}')) throw fail()
      at++
      stack.pop()
      value = frame.value
    }
  }
}
