import { isDeepStrictEqual } from 'node:util'

export type Side = 'ours' | 'theirs'

/** A field that both sides changed to different values, and whose value was taken. */
export interface MergeConflict {
  /** `versions[1.2.0].metrics.accuracy` */
  readonly path: string
  readonly ours: unknown
  readonly theirs: unknown
  readonly taken: Side
}

/** The values of one field. `hasBase` tells a field that the base lacks from a base that is not known. */
export interface Sides<T = unknown> {
  readonly hasBase: boolean
  readonly base: T | undefined
  readonly ours: T | undefined
  readonly theirs: T | undefined
}

export interface MergeContext {
  readonly path: string
  /** Which side changed the field later; `undefined` where nobody knows. */
  readonly later: Side | undefined
  /** True where both sides edited the field since the base, also if one of them came back to the value of the base. */
  readonly isContested?: boolean
  readonly conflicts: MergeConflict[]
}

// Documents are a few levels deep; what lies deeper is taken whole, so that no document can exhaust the call stack.
const MAX_DEPTH = 20

/**
 * Merges one value: what one side alone changed is taken, objects are merged by key, and of two different changes the
 * later one; where that is not known, one that does not depend on which side is which. A value that one side removed
 * and the other changed stays.
 */
export function mergeValue(sides: Sides, context: MergeContext, depth = 0): unknown {
  const { hasBase, base, ours, theirs } = sides
  if (isDeepStrictEqual(ours, theirs)) return ours
  // The history knows when a record was edited, and not which of its keys: those are told apart by their values.
  const isContested =
    context.isContested && context.later !== undefined && !isRecord(ours) && !isRecord(theirs)
  if (hasBase && !isContested) {
    if (isDeepStrictEqual(base, ours)) return theirs
    if (isDeepStrictEqual(base, theirs)) return ours
  }
  if (ours === undefined || theirs === undefined) {
    const taken = ours === undefined ? 'theirs' : 'ours'
    // Without a base nobody can tell a removal from an addition.
    if (hasBase) context.conflicts.push({ path: context.path, ours, theirs, taken })
    return ours ?? theirs
  }
  if (isRecord(ours) && isRecord(theirs) && depth < MAX_DEPTH) {
    const isKnown = hasBase && isRecord(base)
    const inner = { hasBase: isKnown, base: isKnown ? base : undefined, ours, theirs }
    return mergeKeys(inner, (key, values) =>
      mergeValue(
        values,
        { ...context, path: `${context.path}.${key}`, isContested: false },
        depth + 1,
      ),
    )
  }
  const taken = context.later ?? arbitrarySide(ours, theirs)
  context.conflicts.push({ path: context.path, ours, theirs, taken })
  return taken === 'ours' ? ours : theirs
}

/** An object of every key of both sides that the merge of its values leaves. */
export function mergeKeys(
  sides: Sides<Readonly<Record<string, unknown>>>,
  merge: (key: string, values: Sides) => unknown,
): Record<string, unknown> {
  const { hasBase, base, ours = {}, theirs = {} } = sides
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const entries = [...keys].map((key): [string, unknown] => [
    key,
    merge(key, { hasBase, base: own(base, key), ours: own(ours, key), theirs: own(theirs, key) }),
  ])
  // From entries, since assigning a key named __proto__ would lose it.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function own(record: Readonly<Record<string, unknown>> | undefined, key: string): unknown {
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The side whose value is the greater text: no better than the other, but the same from both sides. */
export function arbitrarySide(ours: unknown, theirs: unknown): Side {
  return (JSON.stringify(ours) ?? '') >= (JSON.stringify(theirs) ?? '') ? 'ours' : 'theirs'
}
