import type { Condition, Field, OrderKey, Query } from './query'
import { Cursor } from './cursor'
import { parsePredicate } from './predicate'
import { parseField } from './operand'

/**
 * Reads a filter with its ORDER BY and LIMIT; an empty text takes every version. Takes linear time for any text.
 * @throws {QueryError} `invalid`: at which character, and what was expected there.
 */
export function parseQuery(text: string): Query {
  return readQuery(new Cursor(text))
}

/**
 * Reads a condition alone, as a promotion rule is.
 * @throws {QueryError} `invalid`
 */
export function parseCondition(text: string): Condition {
  const cursor = new Cursor(text)
  const condition = readOr(cursor)
  if (!cursor.isAtEnd()) throw cursor.unexpected()
  return condition
}

export function readQuery(cursor: Cursor): Query {
  const orderBy: OrderKey[] = []
  let limit: number | undefined
  const isTail = cursor.isAtEnd() || cursor.isKeyword('ORDER') || cursor.isKeyword('LIMIT')
  if (isTail) {
    cursor.expect({ kind: 'field' })
    cursor.expect({ kind: 'keyword', text: 'NOT' })
  }
  const where = isTail ? undefined : readOr(cursor)
  if (cursor.takeKeyword('ORDER BY', 'ORDER')) {
    if (!cursor.takeKeyword('BY')) throw cursor.unexpected()
    do orderBy.push(readOrderKey(cursor))
    while (cursor.takeSymbol(','))
  }
  if (cursor.takeKeyword('LIMIT')) limit = readCount(cursor)
  if (!cursor.isAtEnd()) throw cursor.unexpected()
  return { ...(where && { where }), orderBy, ...(limit !== undefined && { limit }) }
}

function readOr(cursor: Cursor): Condition {
  return readJunction(cursor, 'or', (inner) => readJunction(inner, 'and', readPrimary))
}

function readJunction(
  cursor: Cursor,
  kind: 'and' | 'or',
  readOperand: (cursor: Cursor) => Condition,
): Condition {
  const first = readOperand(cursor)
  const operands = [first]
  while (cursor.takeKeyword(kind.toUpperCase())) operands.push(readOperand(cursor))
  return operands.length === 1 ? first : { kind, operands }
}

function readPrimary(cursor: Cursor): Condition {
  cursor.expect({ kind: 'field' })
  if (cursor.takeKeyword('NOT')) {
    return { kind: 'not', operand: cursor.nest(() => readPrimary(cursor)) }
  }
  if (cursor.takeSymbol('(')) {
    return cursor.nest(() => {
      const condition = readOr(cursor)
      cursor.requireSymbol(')')
      return condition
    })
  }
  return parsePredicate(cursor, parseField(cursor, 'condition'))
}

function readOrderKey(cursor: Cursor): OrderKey {
  cursor.expect({ kind: 'order' })
  const field: Field = parseField(cursor, 'order')
  const descending = cursor.takeKeyword('DESC')
  if (!descending) cursor.takeKeyword('ASC')
  return { field, descending }
}

function readCount(cursor: Cursor): number {
  cursor.expect({ kind: 'count' })
  const { token } = cursor
  if (token.type !== 'number' || token.unit || !Number.isSafeInteger(token.value)) {
    throw cursor.unexpected()
  }
  cursor.advance()
  return token.value
}
