import type { ParameterValue } from '../registry/model'

/** Nesting that is followed: deeper names are longer than what can be stored. */
const MAX_DEPTH = 100
/** Values of one file: the widest real tables (DVC projects) have about 1,000 columns; who takes them has a lower cap, and says so. */
const MAX_VALUES = 10_000
/** Characters of a list that is kept as one parameter: `target_modules` and the like are short. */
const MAX_LIST_TEXT = 500

export type Scalar = ParameterValue

/** True for a plain object of a parsed file. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** A field of a parsed file, by its keys; `undefined` where a step is missing. */
export function field(value: unknown, ...keys: readonly string[]): unknown {
  let inner = value
  for (const key of keys) {
    if (!isRecord(inner) || !Object.hasOwn(inner, key)) return undefined
    inner = inner[key]
  }
  return inner
}

/** The elements, where it is a list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * The scalars of nested maps, with their keys joined by `.`, and short lists of scalars as JSON text. Longer lists and
 * lists of maps are left out: they are data, not settings.
 */
export function* flatten(
  value: unknown,
  prefix = '',
): Generator<readonly [key: string, value: Scalar]> {
  let count = 0
  let nodes = 0
  function* walk(inner: unknown, key: string, depth: number): Generator<readonly [string, Scalar]> {
    // Nodes are counted too: YAML aliases can make a small file a large tree.
    if (count >= MAX_VALUES || ++nodes > 10 * MAX_VALUES) return
    if (isScalar(inner)) {
      // A scalar where a map is expected has no key.
      if (key === '') return
      count++
      yield [key, inner]
    } else if (Array.isArray(inner) || inner instanceof Set) {
      // YAML's `!!set`, which Python's sets are written as.
      const items = [...inner]
      if (!items.every(isScalar)) return
      const written = JSON.stringify(items)
      if (written.length > MAX_LIST_TEXT) return
      count++
      yield [key, written]
    } else if (isRecord(inner) && depth < MAX_DEPTH) {
      for (const [name, part] of Object.entries(inner)) {
        yield* walk(part, key ? `${key}.${name}` : name, depth + 1)
      }
    }
  }
  yield* walk(value, prefix, 0)
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** Text of a log as the scalar it stands for, as Python writes it: `0.1`, `True`, `None`; anything else stays text. */
export function scalarOf(written: string): Scalar {
  const trimmed = written.trim()
  // `007` is a name: as a number it would lose its zeros.
  if (NUMBER.test(trimmed) && !/^[+-]?0\d/.test(trimmed)) {
    const value = Number(trimmed)
    // An id of 20 digits is not a number: it would not survive being one.
    if (!Number.isInteger(value) || Number.isSafeInteger(value) || /[.e]/i.test(trimmed)) {
      return value
    }
  }
  if (/^true$/i.test(trimmed)) return true
  if (/^false$/i.test(trimmed)) return false
  if (trimmed === 'None' || trimmed === 'null') return null
  return written
}

/** A number of a log: also `nan`, `inf` and `-Infinity`; `undefined` for an empty cell, `NA`, or no number. */
export function numberOf(written: string): number | undefined {
  const trimmed = written.trim()
  if (NUMBER.test(trimmed)) return Number(trimmed)
  const word = trimmed.toLowerCase()
  if (word === 'nan') return Number.NaN
  const infinite = /^([+-]?)inf(?:inity)?$/.exec(word)
  if (!infinite) return undefined
  return infinite[1] === '-' ? -Infinity : Infinity
}
