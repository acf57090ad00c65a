import { printField, printLiteral } from '../../../../src/registry/search/print'
import type { Arithmetic, Condition, Operand, Query } from '../../../../src/registry/search/query'

/** The text of a query in its canonical form: reading it again gives an equal query. */
export function printQuery(query: Query): string {
  const parts: string[] = []
  if (query.where) parts.push(printCondition(query.where))
  if (query.orderBy.length > 0) {
    const keys = query.orderBy.map(
      ({ field, descending }) => `${printField(field)}${descending ? ' DESC' : ''}`,
    )
    parts.push(`ORDER BY ${keys.join(', ')}`)
  }
  if (query.limit !== undefined) parts.push(`LIMIT ${query.limit}`)
  return parts.join(' ')
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      // OR binds least and a junction within one of its own kind keeps its parentheses.
      const nested = condition.kind === 'and' ? ['and', 'or'] : ['or']
      return condition.operands
        .map((operand) =>
          nested.includes(operand.kind) ? `(${printCondition(operand)})` : printCondition(operand),
        )
        .join(condition.kind === 'and' ? ' AND ' : ' OR ')
    }
    case 'not': {
      const { operand } = condition
      const text = printCondition(operand)
      return operand.kind === 'and' || operand.kind === 'or' ? `NOT (${text})` : `NOT ${text}`
    }
    case 'comparison':
      return `${printField(condition.field)} ${condition.comparator} ${printOperand(condition.right)}`
    case 'like': {
      const operator = `${condition.negated ? 'NOT ' : ''}${condition.ignoreCase ? 'ILIKE' : 'LIKE'}`
      return `${printField(condition.field)} ${operator} ${printLiteral({ kind: 'text', value: condition.pattern })}`
    }
    case 'in': {
      const values = condition.values.map(printLiteral).join(', ')
      return `${printField(condition.field)} ${condition.negated ? 'NOT IN' : 'IN'} (${values})`
    }
    default:
      return `${printField(condition.field)} IS ${condition.negated ? 'NOT NULL' : 'NULL'}`
  }
}

function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'field':
      return printField(operand)
    case 'negative':
      return operand.operand.kind === 'arithmetic'
        ? `-(${printOperand(operand.operand)})`
        : `-${printOperand(operand.operand)}`
    case 'arithmetic': {
      const level = precedence(operand.operator)
      const wrap = (side: Operand, least: number): string =>
        side.kind === 'arithmetic' && precedence(side.operator) < least
          ? `(${printOperand(side)})`
          : printOperand(side)
      // Left to right: a right side of the same rank needs parentheses.
      return `${wrap(operand.left, level)} ${operand.operator} ${wrap(operand.right, level + 1)}`
    }
    default:
      return printLiteral(operand)
  }
}

function precedence(operator: Arithmetic['operator']): number {
  return operator === '+' || operator === '-' ? 1 : 2
}
