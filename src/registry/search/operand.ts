import { escapeText } from '../../base/text'
import type { Cursor } from './cursor'
import { definitionOf, findField, isKeyed, nearestField } from './fields'
import { FIELD_PHRASE } from './expectation'
import type { FieldType } from './fields'
import { sizeUnit } from './literals'
import { REFERENCES } from './query'
import type { ArithmeticOperator, Field, Operand } from './query'
import type { PathToken, Token } from './tokens'

/** An operand, its type, and the token that it starts with, for errors that speak of the whole. */
export interface TypedOperand {
  readonly operand: Operand
  readonly type: FieldType | 'boolean'
  readonly start: Token
}

/** Reads a field. `order` takes the version's own only: what to order by is not another version's. */
export function parseField(cursor: Cursor, purpose: 'condition' | 'order' | 'operand'): Field {
  const { token } = cursor
  if (token.type !== 'path' || !token.closed) throw cursor.unexpected(quotingHint(token))
  const field = resolveField(cursor, token, purpose)
  if (purpose === 'order' && field.of) {
    throw cursor.error(
      `ORDER BY takes the version's own fields, not those of ${field.of}, at character ${token.start + 1}.`,
    )
  }
  cursor.advance()
  return field
}

/** MLflow writes `attributes.name` for what is no metric, parameter or tag. */
const ATTRIBUTES: readonly string[] = ['attributes', 'attribute', 'attr']

/** Words of the language, which are no names of fields. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'AND OR NOT IN LIKE ILIKE IS NULL TRUE FALSE ORDER BY ASC DESC LIMIT'.split(' '),
)

function resolveField(cursor: Cursor, token: PathToken, purpose: string): Field {
  const [first, ...others] = segmentsOf(token)
  const of = REFERENCES.find(
    (reference) => reference === first?.text.toLowerCase() && others.length > 0,
  )
  const [head, ...rest] = of ? others : segmentsOf(token)
  const name = head && !head.quoted ? findField(head.text) : undefined
  if (!head || name === undefined) throw unknownField(cursor, token, purpose)
  const owner = of ? { of } : {}
  if (!isKeyed(name)) {
    if (rest.length > 0) throw unknownField(cursor, token, purpose)
    return { kind: 'field', ...owner, name }
  }
  const field: Field = { kind: 'field', ...owner, name }
  if (rest.length === 0 || rest.some(({ text }) => text === '')) {
    throw cursor.error(
      `Expected a name after ${name}. at character ${token.end + 1}, such as ${name}.${EXAMPLE_KEYS[name]}.`,
      { type: 'end', start: token.end, end: token.end },
      [`a name after ${name}.`],
    )
  }
  return { ...field, key: rest.map(({ text }) => text).join('.') }
}

function segmentsOf({ segments }: PathToken): PathToken['segments'] {
  const [first, second, ...others] = segments
  const isPrefix = first && second && others.length === 0 && !second.quoted
  return isPrefix && ATTRIBUTES.includes(first.text.toLowerCase()) ? [second] : segments
}

const EXAMPLE_KEYS = { metrics: 'accuracy', parameters: 'lr', tags: 'team' }

function unknownField(cursor: Cursor, token: PathToken, purpose: string): Error {
  const word = escapeText(cursor.text.slice(token.start, token.end), 60)
  const place = `at character ${token.start + 1}`
  const isBare = token.segments.length === 1
  if (isBare && KEYWORDS.has(word.toUpperCase())) return cursor.unexpected()
  const nearest = isBare ? nearestField(word) : undefined
  let remedy = 'use metrics.…, parameters.…, tags.… or a field such as stage.'
  if (isBare && purpose === 'operand') remedy = `write '${word}' in quotes for a text.`
  else if (nearest) remedy = `did you mean ${nearest}?`
  else if (isBare) remedy = `write metrics.${word}, parameters.${word} or tags.${word}.`
  return cursor.error(`There is no field ${word} ${place}: ${remedy}`, token, [FIELD_PHRASE])
}

function quotingHint(token: Token): string {
  return token.type === 'text' ? "Write the field first: stage = 'staging'." : ''
}

/** Reads the right side of a comparison with `field`: literals and fields, joined by + - * / in the usual order. */
export function parseOperand(cursor: Cursor, field: Field): TypedOperand {
  return parseChain(cursor, ['+', '-'], () =>
    parseChain(cursor, ['*', '/'], () => parseUnary(cursor, field)),
  )
}

function parseChain(
  cursor: Cursor,
  operators: readonly ArithmeticOperator[],
  read: () => TypedOperand,
): TypedOperand {
  let left = read()
  for (;;) {
    const operator = operators.find((symbol) => cursor.isSymbol(symbol))
    if (!operator) return left
    requireNumber(cursor, left, operator)
    cursor.countCalculation()
    cursor.advance()
    const right = read()
    requireNumber(cursor, right, operator)
    left = {
      operand: { kind: 'arithmetic', operator, left: left.operand, right: right.operand },
      type: 'number',
      start: left.start,
    }
  }
}

function requireNumber(cursor: Cursor, { type, start }: TypedOperand, operator: string): void {
  if (type === 'number' || type === 'size' || type === 'scalar') return
  throw cursor.error(
    `Only numbers can be calculated with: ${operator} has another value at character ${start.start + 1}.`,
    start,
    ['a number'],
  )
}

function parseUnary(cursor: Cursor, field: Field): TypedOperand {
  cursor.expect({ kind: 'value', field })
  const start = cursor.token
  if (cursor.isSymbol('+')) {
    cursor.advance()
    const inner = cursor.nest(() => parseUnary(cursor, field))
    requireNumber(cursor, inner, '+')
    return { ...inner, start }
  }
  if (cursor.isSymbol('-')) {
    cursor.advance()
    const inner = cursor.nest(() => parseUnary(cursor, field))
    requireNumber(cursor, inner, '-')
    const { operand } = inner
    const negated: Operand =
      operand.kind === 'number'
        ? { ...operand, value: 0 - operand.value }
        : { kind: 'negative', operand }
    return { operand: negated, type: 'number', start }
  }
  if (cursor.isSymbol('(')) {
    cursor.advance()
    const inner = cursor.nest(() => parseOperand(cursor, field))
    cursor.requireSymbol(')')
    return { ...inner, start }
  }
  return parseAtom(cursor, field)
}

function parseAtom(cursor: Cursor, field: Field): TypedOperand {
  const start = cursor.token
  if (start.type === 'number') return parseNumberLiteral(cursor, field)
  if (start.type === 'text' && start.closed) {
    cursor.advance()
    return { operand: { kind: 'text', value: start.value }, type: 'text', start }
  }
  if (cursor.isKeyword('TRUE') || cursor.isKeyword('FALSE')) {
    const value = cursor.isKeyword('TRUE')
    cursor.advance()
    return { operand: { kind: 'boolean', value }, type: 'boolean', start }
  }
  if (start.type === 'path' && start.closed) {
    if (cursor.isKeyword('NULL')) throw cursor.unexpected('Use IS NULL or IS NOT NULL.')
    const operand = parseField(cursor, 'operand')
    return { operand, type: definitionOf(operand.name).type, start }
  }
  throw cursor.unexpected()
}

function parseNumberLiteral(cursor: Cursor, field: Field): TypedOperand {
  const start = cursor.token
  if (start.type !== 'number') throw cursor.unexpected()
  if (!Number.isFinite(start.value)) {
    throw cursor.error(`The number at character ${start.start + 1} is too large.`, start)
  }
  const takesUnit = definitionOf(field.name).type === 'size'
  if (start.unit !== undefined && (!takesUnit || sizeUnit(start.unit) === undefined)) {
    const remedy = takesUnit
      ? 'use B, kB, MB, GB, TB, KiB, MiB, GiB or TiB'
      : 'only size takes a unit'
    throw cursor.error(
      `The number at character ${start.start + 1} has the unit ${escapeText(start.unit, 20)}: ${remedy}.`,
      { type: 'end', start: start.end - start.unit.length, end: start.end },
      takesUnit ? ['a unit of size'] : ['a number'],
    )
  }
  cursor.advance()
  const unit = start.unit ?? (takesUnit ? takeUnit(cursor) : undefined)
  const operand = { kind: 'number', value: start.value, ...(unit && { unit }) } as const
  return { operand, type: 'number', start }
}

/** The unit of `100 MB`, which stands apart from its number. */
function takeUnit(cursor: Cursor): string | undefined {
  const { token } = cursor
  const [segment, ...rest] = token.type === 'path' ? token.segments : []
  if (!segment || rest.length > 0 || sizeUnit(segment.text) === undefined) return undefined
  cursor.advance()
  return segment.text
}
