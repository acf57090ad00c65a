import { compileComparison } from './comparison'
import { definitionOf } from './fields'
import { compileLike } from './like'
import { fieldsOf } from './query'
import type { Condition, In, IsNull, Like, Predicate } from './query'
import { fieldReader } from './reader'
import type { Reader, Test } from './reader'
import { normalizeText } from './values'

/**
 * What a comparison with a version that isn't there means: `false` as with any missing value, or `met`, as promotion
 * rules have it: the first version of a model has nothing to be worse than.
 */
export type WithoutReference = 'false' | 'met'

/** Compiles a condition to a function. A comparison with a missing value is false, also `!=`; NOT negates plainly. */
export function compileCondition(
  condition: Condition,
  withoutReference: WithoutReference = 'false',
): Test {
  return compile(condition, withoutReference, false)
}

function compile(condition: Condition, absent: WithoutReference, negated: boolean): Test {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.operands.map((operand) => compile(operand, absent, negated))
      return (version, references) => tests.every((test) => test(version, references))
    }
    case 'or': {
      const tests = condition.operands.map((operand) => compile(operand, absent, negated))
      return (version, references) => tests.some((test) => test(version, references))
    }
    case 'not': {
      const test = compile(condition.operand, absent, !negated)
      return (version, references) => !test(version, references)
    }
    default: {
      const test = compilePredicate(condition)
      return absent === 'met' ? metWithoutReference(condition, test, !negated) : test
    }
  }
}

/** Under a NOT what counts as met is `false`, so that the whole is met. */
function metWithoutReference(predicate: Predicate, test: Test, met: boolean): Test {
  const needed = new Set(fieldsOf(predicate).flatMap(({ of }) => (of ? [of] : [])))
  if (needed.size === 0) return test
  return (version, references) => {
    for (const reference of needed) if (!references(version, reference)) return met
    return test(version, references)
  }
}

function compilePredicate(predicate: Predicate): Test {
  switch (predicate.kind) {
    case 'comparison':
      return compileComparison(predicate)
    case 'like':
      return compileLikeTest(predicate)
    case 'in':
      return compileIn(predicate)
    default:
      return compileIsNull(predicate)
  }
}

function compileIsNull({ field, negated }: IsNull): Test {
  const read = fieldReader(field)
  return (version, references) => {
    const value = read(version, references)
    return (value === undefined || value === null) !== negated
  }
}

function compileLikeTest({ field, pattern, ignoreCase, negated }: Like): Test {
  const read = fieldReader(field)
  const matches = compileLike(pattern, ignoreCase)
  return eachText(read, matches, negated)
}

/** A set passes where one of its texts does, and with NOT where none does. */
function eachText(read: Reader, matches: (text: string) => boolean, negated: boolean): Test {
  return (version, references) => {
    const value = read(version, references)
    if (value === undefined || value === null) return false
    const found = Array.isArray(value) ? value.some(matches) : matches(String(value))
    return found !== negated
  }
}

function compileIn({ field, values, negated }: In): Test {
  const read = fieldReader(field)
  const { type } = definitionOf(field.name)
  if (type === 'text' || type === 'version' || type === 'set') {
    const texts = new Set(values.map((value) => normalizeText(field, String(value.value))))
    return eachText(read, (text) => texts.has(text), negated)
  }
  const equals = values.map((right) =>
    compileComparison({ kind: 'comparison', field, comparator: '=', right }),
  )
  return (version, references) => {
    const value = read(version, references)
    if (value === undefined || value === null) return false
    return equals.some((test) => test(version, references)) !== negated
  }
}
