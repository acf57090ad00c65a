import { escapeText } from '../../base/text'
import { completeQuery, type KnownNames, type Suggestion } from '../../registry/search/complete'
import type { QueryErrorDetails } from '../../registry/search/queryError'

/** A way to go on with a filter: what it adds, and the whole text with it. */
export interface Continuation extends Pick<Suggestion, 'label' | 'kind' | 'detail'> {
  readonly text: string
}

/** More are not read: typing one more letter is faster. */
const LIMIT = 30

/** What can be written at the end of a filter; a list has no cursor, so its end is where a person types. */
export function continuations(text: string, known: KnownNames): readonly Continuation[] {
  const here = completeQuery(text, text.length, known)
  // After a complete word the next one begins behind a space, which a person should not have to type to see it.
  const isComplete = here.length === 0 && text !== '' && !/\s$/.test(text)
  const base = isComplete ? `${text} ` : text
  const found = isComplete ? completeQuery(base, base.length, known) : here
  return found
    .map(({ label, kind, detail, insert, start, end }) => ({
      label,
      kind,
      text: `${base.slice(0, start)}${insert}${base.slice(end)}${kind === 'value' ? '' : ' '}`,
      ...(detail === undefined ? {} : { detail }),
    }))
    .filter((one) => one.text.trimEnd() !== text.trimEnd())
    .slice(0, LIMIT)
}

const CONTEXT = 40

/** The filter around the place of an error, which is marked: `stage = ▸prod`. */
export function pointAt({ text, offset }: QueryErrorDetails): string {
  const from = Math.max(0, offset - CONTEXT)
  const before = `${from > 0 ? '…' : ''}${text.slice(from, offset)}`
  const after = text.slice(offset, offset + CONTEXT)
  const rest = offset + CONTEXT < text.length ? '…' : ''
  return escapeText(`${before}▸${after}${rest}`)
}
