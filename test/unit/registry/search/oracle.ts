import type { ModelVersion } from '../../../../src/registry/model'
import type { Condition, Field, Literal, Operand } from '../../../../src/registry/search/query'

/**
 * The meaning of the language again, written for nothing but plainness: it walks the tree for every version, and reads
 * LIKE with regular expressions.
 */
export function holds(
  condition: Condition,
  version: ModelVersion,
  all: readonly ModelVersion[],
): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => holds(operand, version, all))
    case 'or':
      return condition.operands.some((operand) => holds(operand, version, all))
    case 'not':
      return !holds(condition.operand, version, all)
    case 'null':
      return (valuesOf(condition.field, version, all).length === 0) !== condition.negated
    case 'like': {
      const texts = valuesOf(condition.field, version, all).map(String)
      if (texts.length === 0) return false
      const pattern = likePattern(condition.pattern, condition.ignoreCase)
      return texts.some((value) => pattern.test(value)) !== condition.negated
    }
    case 'in': {
      const own = valuesOf(condition.field, version, all)
      if (own.length === 0) return false
      const found = condition.values.some((right) =>
        own.some((left) => compare(condition.field, left, '=', literal(condition.field, right))),
      )
      return found !== condition.negated
    }
    default: {
      const own = valuesOf(condition.field, version, all)
      const right = evaluate(condition.field, condition.right, version, all)
      if (own.length === 0 || right === undefined) return false
      if (condition.field.name === 'alias') {
        return own.includes(String(right)) === (condition.comparator === '=')
      }
      return compare(condition.field, own[0] ?? '', condition.comparator, right)
    }
  }
}

type Value = string | number | boolean

function valuesOf(field: Field, version: ModelVersion, all: readonly ModelVersion[]): Value[] {
  const owner = field.of ? reference(field.of, version, all) : version
  if (!owner) return []
  const own: Readonly<Record<string, unknown>> = {
    name: owner.model,
    version: owner.version,
    full_name: owner.fullName,
    stage: owner.stage,
    framework: owner.framework,
    format: owner.format,
    description: owner.description === '' ? undefined : owner.description,
    created_at: Date.parse(owner.createdAt),
    updated_at: Date.parse(owner.updatedAt),
    created_by: owner.createdBy,
    size: owner.artifact?.size,
    sha256: owner.artifact?.sha256,
    scan: owner.artifact ? owner.scan?.verdict : undefined,
    alias: owner.aliases,
    metrics: owner.metrics[field.key ?? ''],
    parameters: owner.parameters[field.key ?? ''],
    tags: owner.tags[field.key ?? ''],
  }
  return [own[field.name]]
    .flat()
    .filter((value): value is Value => value !== undefined && value !== null)
}

function reference(
  name: string,
  version: ModelVersion,
  all: readonly ModelVersion[],
): ModelVersion | undefined {
  const siblings = all.filter(({ model }) => model === version.model)
  if (name === 'production') return siblings.findLast(({ stage }) => stage === 'production')
  const ordered = siblings.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
  return ordered[ordered.indexOf(version) - 1]
}

function evaluate(
  field: Field,
  operand: Operand,
  version: ModelVersion,
  all: readonly ModelVersion[],
): Value | undefined {
  if (operand.kind === 'field') {
    const [value] = valuesOf(operand, version, all)
    return field.name === 'metrics' || field.name === 'size' ? numeric(value) : value
  }
  if (operand.kind === 'negative') {
    const value = numeric(evaluate(field, operand.operand, version, all))
    return value === undefined ? undefined : -value
  }
  if (operand.kind !== 'arithmetic') return literal(field, operand)
  const a = numeric(evaluate(field, operand.left, version, all))
  const b = numeric(evaluate(field, operand.right, version, all))
  if (a === undefined || b === undefined) return undefined
  const result = { '+': a + b, '-': a - b, '*': a * b, '/': a / b }[operand.operator]
  return Number.isFinite(result) ? result : undefined
}

const FACTORS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GiB: 2 ** 30 }

function literal(field: Field, right: Literal): Value {
  if (right.kind === 'number') return right.value * (FACTORS[right.unit ?? 'B'] ?? Number.NaN)
  if (field.name !== 'created_at' && field.name !== 'updated_at') return right.value
  const time = String(right.value)
  return Date.parse(time.length === 16 ? `${time}Z` : time)
}

function numeric(value: Value | undefined): number | undefined {
  if (typeof value === 'boolean' || value === undefined || value === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

function compare(field: Field, left: Value, comparator: string, right: Value): boolean {
  let pair: readonly [Value, Value] = [left, right]
  if (field.name === 'parameters') {
    const [a, b] = [numeric(left), numeric(right)]
    const isNumber = typeof left === 'number' || typeof right === 'number'
    if (isNumber && a !== undefined && b !== undefined) pair = [a, b]
    else if (isNumber || typeof left === 'boolean' || typeof right === 'boolean') {
      if (comparator !== '=' && comparator !== '!=') return false
      pair = [String(left), String(right)]
    }
  }
  const [a, b] = pair
  switch (comparator) {
    case '=':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    default:
      return a >= b
  }
}

function likePattern(pattern: string, ignoreCase: boolean): RegExp {
  const source = pattern
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${source}$`, ignoreCase ? 'sui' : 'su')
}
