import type { ParameterValue } from '../model'
import { definitionOf } from './fields'
import type { FieldValue } from './fields'
import type { Comparator, Comparison, Field, Operand } from './query'
import { fieldReader } from './reader'
import type { Reader, Test } from './reader'
import { literalValue, toNumber, toTime } from './values'
import { compareSemVer } from './versionOrder'

type Ordered = number | string

/** Compiles `field comparator right`; false wherever either side has no value. */
export function compileComparison({ field, comparator, right }: Comparison): Test {
  const left = fieldReader(field)
  switch (definitionOf(field.name).type) {
    case 'number':
    case 'size':
      return compareWith(
        relation(comparator),
        (v, r) => toNumber(left(v, r)),
        numberReader(field, right),
      )
    case 'date':
      return compareWith(
        relation(comparator),
        (v, r) => toTime(left(v, r)),
        timeReader(field, right),
      )
    case 'scalar':
      return compareWith(
        scalarRelation(comparator),
        (v, r) => single(left(v, r)),
        valueReader(field, right),
      )
    case 'set':
      return compareSet(comparator, left, textReader(field, right))
    case 'version':
      return compareWith(
        versionRelation(comparator),
        (v, r) => text(left(v, r)),
        textReader(field, right),
      )
    default:
      return compareWith(relation(comparator), (v, r) => text(left(v, r)), textReader(field, right))
  }
}

type Relation<T> = (left: T, right: T) => boolean

function compareWith<T>(holds: Relation<T>, left: Reader<T>, right: Constant<T> | Reader<T>): Test {
  if (typeof right === 'object') {
    const { value } = right
    return (version, references) => {
      const own = left(version, references)
      return own !== undefined && holds(own, value)
    }
  }
  return (version, references) => {
    const own = left(version, references)
    if (own === undefined) return false
    const other = right(version, references)
    return other !== undefined && holds(own, other)
  }
}

/** A value that is the same for every version. */
interface Constant<T> {
  readonly value: T
}

function relation(comparator: Comparator): Relation<Ordered> {
  switch (comparator) {
    case '=':
      return (left, right) => left === right
    case '!=':
      return (left, right) => left !== right
    case '<':
      return (left, right) => left < right
    case '<=':
      return (left, right) => left <= right
    case '>':
      return (left, right) => left > right
    default:
      return (left, right) => left >= right
  }
}

function isEquality(comparator: Comparator): boolean {
  return comparator === '=' || comparator === '!='
}

/** Names are equal as texts; their order is SemVer's, and there is none for other names. */
function versionRelation(comparator: Comparator): Relation<string> {
  const holds = relation(comparator)
  if (isEquality(comparator)) return holds
  return (left, right) => {
    const order = compareSemVer(left, right)
    return order !== undefined && holds(order, 0)
  }
}

type Scalar = NonNullable<ParameterValue>

/**
 * Parameters are logged as numbers by one tool and as text by another: where one side is a number, a text that spells a
 * number counts as one; what can't be compared has no order, and is unequal.
 */
function scalarRelation(comparator: Comparator): Relation<Scalar> {
  const holds = relation(comparator)
  return (left, right) => {
    if (typeof left === 'number' || typeof right === 'number') {
      const [a, b] = [toNumber(left), toNumber(right)]
      if (a !== undefined && b !== undefined) return holds(a, b)
    } else if (typeof left === 'string' && typeof right === 'string') {
      return holds(left, right)
    }
    return isEquality(comparator) && holds(plain(left), plain(right))
  }
}

/** `True`, as Python prints it, is `true`. */
function plain(value: Scalar): string {
  const word = String(value)
  return /^(?:true|false)$/i.test(word) ? word.toLowerCase() : word
}

/** `=` holds for a set with this text, `!=` for one without it, an order where any of its texts has it. */
function compareSet(
  comparator: Comparator,
  left: Reader,
  right: Constant<string> | Reader<string>,
): Test {
  const wanted: Reader<string> = typeof right === 'object' ? () => right.value : right
  return (version, references) => {
    const own = left(version, references)
    const other = wanted(version, references)
    if (!Array.isArray(own) || other === undefined) return false
    return own.includes(other) === (comparator === '=')
  }
}

function numberReader(field: Field, operand: Operand): Constant<number> | Reader<number> {
  switch (operand.kind) {
    case 'number':
    case 'text':
    case 'boolean':
      return { value: Number(literalValue(field, operand)) }
    case 'field': {
      const read = fieldReader(operand)
      return (version, references) => toNumber(read(version, references))
    }
    case 'negative': {
      const read = asReader(numberReader(field, operand.operand))
      return (version, references) => {
        const value = read(version, references)
        return value === undefined ? undefined : -value
      }
    }
    default: {
      const calculate = CALCULATIONS[operand.operator]
      const left = asReader(numberReader(field, operand.left))
      const right = asReader(numberReader(field, operand.right))
      return (version, references) => {
        const a = left(version, references)
        const b = right(version, references)
        if (a === undefined || b === undefined) return undefined
        const result = calculate(a, b)
        // A division by zero has no value.
        return Number.isFinite(result) ? result : undefined
      }
    }
  }
}

const CALCULATIONS = {
  '+': (a: number, b: number): number => a + b,
  '-': (a: number, b: number): number => a - b,
  '*': (a: number, b: number): number => a * b,
  '/': (a: number, b: number): number => a / b,
}

function asReader<T>(source: Constant<T> | Reader<T>): Reader<T> {
  return typeof source === 'object' ? () => source.value : source
}

function timeReader(field: Field, operand: Operand): Constant<number> | Reader<number> {
  if (operand.kind !== 'field') return numberReader(field, operand)
  const read = fieldReader(operand)
  return (version, references) => toTime(read(version, references))
}

function textReader(field: Field, operand: Operand): Constant<string> | Reader<string> {
  if (operand.kind === 'text') return { value: String(literalValue(field, operand)) }
  const read = asReader(valueReader(field, operand))
  return (version, references) => text(read(version, references))
}

function valueReader(field: Field, operand: Operand): Constant<Scalar> | Reader<Scalar> {
  if (operand.kind === 'text' || operand.kind === 'boolean') {
    return { value: literalValue(field, operand) }
  }
  if (operand.kind !== 'field') return numberReader(field, operand)
  const read = fieldReader(operand)
  return (version, references) => single(read(version, references))
}

function single(value: FieldValue): Scalar | undefined {
  return value === null || typeof value === 'object' ? undefined : value
}

function text(value: FieldValue): string | undefined {
  const scalar = single(value)
  return scalar === undefined ? undefined : String(scalar)
}
