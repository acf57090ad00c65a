import { escapeText } from '../../base/text'
import type { Cursor } from './cursor'
import { comparisonsOf, valuePhrase } from './expectation'
import { definitionOf } from './fields'
import type { FieldType } from './fields'
import { parseDate, parseSize } from './literals'
import { parseOperand } from './operand'
import type { TypedOperand } from './operand'
import { printField } from './print'
import { COMPARATORS } from './query'
import type { Comparator, Condition, Field, Literal } from './query'
import { isSemVer } from './versionOrder'

/** Reads what a condition says of its field: `>= 0.9`, `NOT IN ('a', 'b')`, `LIKE 'churn%'`, `IS NULL`. */
export function parsePredicate(cursor: Cursor, field: Field): Condition {
  cursor.expect({ kind: 'comparison', field })
  const { token } = cursor
  const comparator =
    token.type === 'symbol' ? COMPARATORS.find((known) => known === token.symbol) : undefined
  if (comparator) {
    requireAllowed(cursor, field, comparator)
    cursor.advance()
    const right = parseOperand(cursor, field)
    requireComparable(cursor, field, comparator, right)
    return { kind: 'comparison', field, comparator, right: right.operand }
  }
  if (cursor.isKeyword('IS')) {
    cursor.advance()
    const negated = cursor.takeKeyword('NOT')
    if (!cursor.takeKeyword('NULL')) throw cursor.unexpected()
    return { kind: 'null', field, negated }
  }
  const negated = cursor.isKeyword('NOT')
  if (negated) {
    cursor.advance()
    for (const text of ['IN', 'LIKE', 'ILIKE']) cursor.expect({ kind: 'keyword', text })
  }
  if (cursor.isKeyword('IN')) {
    cursor.advance()
    return { kind: 'in', field, values: parseValues(cursor, field), negated }
  }
  const ignoreCase = cursor.isKeyword('ILIKE')
  if (!ignoreCase && !cursor.isKeyword('LIKE')) throw cursor.unexpected(backtickHint(cursor))
  requireAllowed(cursor, field, ignoreCase ? 'ILIKE' : 'LIKE')
  cursor.advance()
  cursor.expect({ kind: 'text' })
  const pattern = cursor.token
  if (pattern.type !== 'text' || !pattern.closed) throw cursor.unexpected()
  cursor.advance()
  return { kind: 'like', field, pattern: pattern.value, ignoreCase, negated }
}

function parseValues(cursor: Cursor, field: Field): Literal[] {
  cursor.requireSymbol('(')
  const values: Literal[] = []
  do {
    const right = parseOperand(cursor, field)
    const { operand } = right
    if (operand.kind !== 'number' && operand.kind !== 'text' && operand.kind !== 'boolean') {
      throw cursor.error(
        `The list of IN takes numbers and texts, not ${describe(right)}, at character ${right.start.start + 1}.`,
        right.start,
        [valuePhrase(field)],
      )
    }
    requireComparable(cursor, field, '=', right)
    values.push(operand)
  } while (cursor.takeSymbol(','))
  cursor.requireSymbol(')')
  return values
}

function requireAllowed(cursor: Cursor, field: Field, operator: string): void {
  const allowed = comparisonsOf(field)
  if (allowed.includes(operator)) return
  throw cursor.error(
    `${printField(field)} can't be compared with ${operator} at character ${cursor.token.start + 1}: use ${allowed.join(', ')}.`,
    cursor.token,
    allowed,
  )
}

const NUMERIC: readonly (FieldType | 'boolean')[] = ['number', 'size', 'scalar']
const TEXTUAL: readonly (FieldType | 'boolean')[] = ['text', 'version', 'scalar']

function requireComparable(
  cursor: Cursor,
  field: Field,
  comparator: Comparator,
  right: TypedOperand,
): void {
  const reason = incomparable(field, comparator, right)
  if (reason === undefined) return
  throw cursor.error(
    `Expected ${valuePhrase(field)} at character ${right.start.start + 1}, found ${reason}.`,
    right.start,
    [valuePhrase(field)],
  )
}

/** What is on the right side where the field can't be compared with it; `undefined` where it can. */
function incomparable(
  field: Field,
  comparator: Comparator,
  right: TypedOperand,
): string | undefined {
  const { type, values, normalize } = definitionOf(field.name)
  const { operand } = right
  const text = operand.kind === 'text' ? operand.value : undefined
  const shown = describe(right)
  const isOrder = comparator !== '=' && comparator !== '!='
  switch (type) {
    case 'number':
      return NUMERIC.includes(right.type) ? undefined : shown
    case 'size':
      if (NUMERIC.includes(right.type)) return undefined
      return text !== undefined && parseSize(text) !== undefined ? undefined : shown
    case 'date':
      if (right.type === 'date') return undefined
      return text !== undefined && parseDate(text) !== undefined ? undefined : shown
    case 'scalar':
      if (right.type === 'boolean') return isOrder ? `${shown}, which has no order` : undefined
      return NUMERIC.includes(right.type) || TEXTUAL.includes(right.type) ? undefined : shown
    case 'set':
      return right.type === 'text' || right.type === 'scalar' ? undefined : shown
    default:
      if (!TEXTUAL.includes(right.type))
        return right.type === 'number' ? `${shown} without quotes` : shown
      if (text === undefined) return undefined
      if (values && !values.includes(normalize?.(text) ?? text)) return shown
      if (type === 'version' && isOrder && !isSemVer(text)) {
        return `${shown}, which is no SemVer version and has no order`
      }
      return undefined
  }
}

function describe({ operand, type }: TypedOperand): string {
  if (operand.kind === 'text') return `the text '${escapeText(operand.value, 40)}'`
  if (operand.kind === 'field') return printField(operand)
  if (operand.kind === 'boolean') return operand.value ? 'TRUE' : 'FALSE'
  if (operand.kind === 'number') return `the number ${operand.value}`
  return type === 'number' ? 'a calculated number' : 'another value'
}

/** `metrics.val-loss` reads as a subtraction: its name needs backticks. */
function backtickHint(cursor: Cursor): string {
  const { token, previous } = cursor
  const isJoined = previous?.type === 'path' && previous.end === token.start && token.type !== 'end'
  return isJoined && previous.segments.length > 1
    ? 'Put backticks around a name with other characters: metrics.`val-loss`.'
    : ''
}
