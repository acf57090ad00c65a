import { AppError } from '../../base/errors'
import { escapeText } from '../../base/text'

/** Where a filter went wrong. Offsets are in UTF-16 units from 0, as in a JavaScript string. */
export interface QueryErrorDetails {
  readonly text: string
  readonly offset: number
  readonly length: number
  /** What could have stood there, as phrases: `a field`, `AND`. */
  readonly expected: readonly string[]
  /** The line of the filter, and below it a caret under the character: for a monospaced font. */
  readonly excerpt: string
}

/** A filter that can't be read; `invalid`, and its sentence names the character (counted from 1). */
export class QueryError extends AppError {
  readonly details: QueryErrorDetails

  constructor(
    message: string,
    place: {
      readonly text: string
      readonly offset: number
      readonly length?: number
      readonly expected?: readonly string[]
    },
  ) {
    const { text, offset } = place
    const before = text.slice(0, offset)
    const lineStart = before.lastIndexOf('\n') + 1
    super('invalid', message, {
      location: { line: before.split('\n').length, column: offset - lineStart + 1 },
    })
    this.details = {
      text,
      offset,
      length: place.length ?? 1,
      expected: place.expected ?? [],
      excerpt: excerpt(text, lineStart, offset),
    }
  }
}

const CONTEXT = 60

function excerpt(text: string, lineStart: number, offset: number): string {
  const newline = text.indexOf('\n', offset)
  const from = Math.max(lineStart, offset - CONTEXT)
  const to = Math.min(newline < 0 ? text.length : newline, offset + CONTEXT)
  const before = (from > lineStart ? '…' : '') + escapeText(text.slice(from, offset))
  const after = escapeText(text.slice(offset, to)) + (to < text.length && to !== newline ? '…' : '')
  return `${before}${after}\n${' '.repeat(before.length)}^`
}
