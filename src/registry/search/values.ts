import { definitionOf } from './fields'
import type { FieldValue } from './fields'
import { parseDate, parseNumber, parseSize, sizeUnit } from './literals'
import type { Field, Literal } from './query'

/** A text of a filter in the form in which the field is stored. */
export function normalizeText(field: Field, text: string): string {
  return definitionOf(field.name).normalize?.(text) ?? text
}

/** A literal as the field compares it: bytes for a size, milliseconds since 1970 for a date. */
export function literalValue(field: Field, literal: Literal): string | number | boolean {
  if (literal.kind === 'boolean') return literal.value
  if (literal.kind === 'number') {
    const factor = literal.unit === undefined ? 1 : sizeUnit(literal.unit)
    return literal.value * (factor ?? Number.NaN)
  }
  const { type } = definitionOf(field.name)
  if (type === 'size') return parseSize(literal.value) ?? Number.NaN
  if (type === 'date') return parseDate(literal.value) ?? Number.NaN
  return normalizeText(field, literal.value)
}

/** The finite number that a value is or, for a parameter that was logged as text, spells. */
export function toNumber(value: FieldValue): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' ? parseNumber(value) : undefined
}

/** Milliseconds since 1970 of a stored time. */
export function toTime(value: FieldValue): number | undefined {
  if (typeof value !== 'string') return undefined
  const time = canonicalTime(value) ?? Date.parse(value)
  return Number.isNaN(time) ? undefined : time
}

/**
 * The form that times are stored in, `2026-01-31T14:05:09.123Z`, several times faster than `Date.parse`; `undefined` for
 * another form, and for what would need a calendar to be checked.
 */
function canonicalTime(text: string): number | undefined {
  if (text.length !== 24 || text[4] !== '-' || text[10] !== 'T' || text[19] !== '.')
    return undefined
  if (text[7] !== '-' || text[13] !== ':' || text[16] !== ':' || text[23] !== 'Z') return undefined
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28)) return undefined
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined
  const year = digits(text, 0, 4)
  // Years below 100 mean something else to `Date.UTC`.
  if (!(year >= 100)) return undefined
  const time = Date.UTC(year, month - 1, day, hour, minute, second, digits(text, 20, 23))
  return Number.isNaN(time) ? undefined : time
}

/** The number that these characters are the digits of; `NaN` where one is none. */
function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}
