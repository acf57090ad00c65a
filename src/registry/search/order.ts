import type { ModelVersion } from '../model'
import { isStage, STAGES } from '../stage'
import { definitionOf, readField } from './fields'
import type { FieldValue } from './fields'
import type { Field, OrderKey } from './query'
import { compareTexts } from './references'
import { toNumber, toTime } from './values'
import { compareVersionNames } from './versionOrder'

/** What a version is ordered by under one key; `undefined` goes last, whichever the direction. */
type Rank = number | string | undefined

interface RankedKey {
  readonly rank: (version: ModelVersion) => Rank
  readonly compareTexts: (a: string, b: string) => number
}

/**
 * The versions in the order of the keys; equal ones keep their order, those without a value come last in both
 * directions. Without keys, the first `limit`.
 */
export function orderVersions(
  versions: readonly ModelVersion[],
  orderBy: readonly OrderKey[],
  limit = versions.length,
): ModelVersion[] {
  if (orderBy.length === 0) return versions.slice(0, limit)
  // Ranks are computed once for each version, as numbers, and not at each of the n log n comparisons.
  const columns = orderBy.map(({ field, descending }) => {
    const key = rankedKey(field)
    return toColumn(versions.map(key.rank), key, descending ? -1 : 1)
  })
  const compare = (a: number, b: number): number => {
    for (const column of columns) {
      // Plain variables: destructuring would make two arrays for each comparison.
      const left = column[a] ?? 0
      const right = column[b] ?? 0
      if (left !== right) return left < right ? -1 : 1
    }
    return a - b
  }
  const found: ModelVersion[] = []
  for (const position of firstOf(versions.length, limit, compare)) {
    const version = versions[position]
    if (version) found.push(version)
  }
  return found
}

/** Numbers that sort as the ranks do: the ranks themselves where all are numbers, else their places in order. */
function toColumn(ranks: readonly Rank[], key: RankedKey, sign: number): Float64Array {
  const places = new Map<Rank, number>()
  if (ranks.some((rank) => typeof rank === 'string')) {
    const distinct = [...new Set(ranks)].filter((rank) => rank !== undefined)
    distinct.sort((a, b) => compareRanks(a, b, key))
    for (const [place, rank] of distinct.entries()) places.set(rank, place)
  }
  const place = (rank: Rank): number | undefined =>
    places.size > 0 ? places.get(rank) : typeof rank === 'number' ? rank : undefined
  return Float64Array.from(ranks, (rank) => {
    const value = place(rank)
    return value === undefined ? Infinity : value * sign
  })
}

function compareRanks(a: number | string, b: number | string, key: RankedKey): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return key.compareTexts(a, b)
  // A parameter that is a number here and a text there: numbers first.
  return typeof a === 'number' ? -1 : 1
}

/** The first `limit` of the positions 0 to `count` in their order. */
function firstOf(
  count: number,
  limit: number,
  compare: (a: number, b: number) => number,
): number[] {
  const chunk = Math.max(4 * limit, 1024)
  const kept: number[] = []
  // Sorting a few thousand at a time and keeping the best is several times faster than sorting 100,000 for LIMIT 10.
  for (let from = 0; from < count; from += chunk) {
    const to = Math.min(count, from + chunk)
    for (let position = from; position < to; position++) kept.push(position)
    kept.sort(compare)
    if (kept.length > limit) kept.length = limit
  }
  return kept
}

function rankedKey(field: Field): RankedKey {
  const read = readField(field)
  const { type } = definitionOf(field.name)
  const key = { compareTexts: type === 'version' ? compareVersionNames : compareTexts }
  if (type === 'date') return { ...key, rank: (version) => toTime(read(version)) }
  if (type === 'number' || type === 'size')
    return { ...key, rank: (version) => toNumber(read(version)) }
  if (field.name === 'stage') return { ...key, rank: ({ stage }) => stageRank(stage) }
  return { ...key, rank: (version) => rankOf(read(version)) }
}

/** Stages go in the order of the lifecycle. */
function stageRank(stage: string): number | undefined {
  return isStage(stage) ? STAGES.indexOf(stage) : undefined
}

function rankOf(value: FieldValue): Rank {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'object') return value.join(' ')
  return typeof value === 'boolean' ? String(value) : value
}
