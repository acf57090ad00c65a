import { definitionOf } from './fields'
import { parseTime } from '../time'
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
  return typeof value === 'string' ? parseTime(value) : undefined
}
