/**
 * The tree of a filter. The language is the field's own: MLflow's filter strings
 * (https://mlflow.org/docs/latest/search-runs), with OR, NOT, parentheses and arithmetic on the right side.
 */
import type { FieldName } from './fields'

/** Whose field it is: absent for the version itself; `production` and `previous` are other versions of its model. */
export type ReferenceName = 'production' | 'previous'
export const REFERENCES: readonly ReferenceName[] = ['production', 'previous']

export interface Field {
  readonly kind: 'field'
  readonly of?: ReferenceName
  readonly name: FieldName
  /** The name of the metric, parameter or tag. */
  readonly key?: string
}

export interface NumberLiteral {
  readonly kind: 'number'
  readonly value: number
  /** A unit of `size` as it was written: `MB`, `KiB`. */
  readonly unit?: string
}

export interface TextLiteral {
  readonly kind: 'text'
  readonly value: string
}

export interface BooleanLiteral {
  readonly kind: 'boolean'
  readonly value: boolean
}

export type Literal = NumberLiteral | TextLiteral | BooleanLiteral

export type ArithmeticOperator = '+' | '-' | '*' | '/'

export interface Arithmetic {
  readonly kind: 'arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Operand
  readonly right: Operand
}

/** The sign of anything but a number, whose sign belongs to its value. */
export interface Negative {
  readonly kind: 'negative'
  readonly operand: Operand
}

export type Operand = Literal | Field | Arithmetic | Negative

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>='
export const COMPARATORS: readonly Comparator[] = ['=', '!=', '<', '<=', '>', '>=']

export interface Comparison {
  readonly kind: 'comparison'
  readonly field: Field
  readonly comparator: Comparator
  readonly right: Operand
}

/** `%` is any text, `_` one character, `\` takes the next character as it is. */
export interface Like {
  readonly kind: 'like'
  readonly field: Field
  readonly pattern: string
  readonly ignoreCase: boolean
  readonly negated: boolean
}

export interface In {
  readonly kind: 'in'
  readonly field: Field
  readonly values: readonly Literal[]
  readonly negated: boolean
}

export interface IsNull {
  readonly kind: 'null'
  readonly field: Field
  readonly negated: boolean
}

export interface Not {
  readonly kind: 'not'
  readonly operand: Condition
}

/** Two operands or more. */
export interface Junction {
  readonly kind: 'and' | 'or'
  readonly operands: readonly Condition[]
}

/** What is said of one field. */
export type Predicate = Comparison | Like | In | IsNull

export type Condition = Predicate | Not | Junction

export interface OrderKey {
  readonly field: Field
  readonly descending: boolean
}

export interface Query {
  readonly where?: Condition
  readonly orderBy: readonly OrderKey[]
  readonly limit?: number
}

/** Every field that a condition speaks of, each once, in the order of the text. */
export function fieldsOf(condition: Condition): Field[] {
  const fields = new Map<string, Field>()
  const add = (field: Field): void => {
    const id = JSON.stringify([field.of, field.name, field.key])
    if (!fields.has(id)) fields.set(id, field)
  }
  const visitOperand = (operand: Operand): void => {
    if (operand.kind === 'field') add(operand)
    else if (operand.kind === 'negative') visitOperand(operand.operand)
    else if (operand.kind === 'arithmetic') {
      visitOperand(operand.left)
      visitOperand(operand.right)
    }
  }
  const visit = (node: Condition): void => {
    if (node.kind === 'not') visit(node.operand)
    else if ('operands' in node) node.operands.forEach(visit)
    else {
      add(node.field)
      if (node.kind === 'comparison') visitOperand(node.right)
    }
  }
  visit(condition)
  return [...fields.values()]
}
