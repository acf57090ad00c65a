import { laterSide, type MergeSide, type Placed } from './mergeSide'
import { mergeKeys, mergeValue, type MergeConflict, type Side } from './mergeValue'
import type { MergeSides } from './mergeVersions'
import { nameKey } from './names'
import { compareMoments, type Moment } from './timeTravelEvents'

interface Report {
  readonly notes: string[]
  readonly conflicts: MergeConflict[]
}

/** An alias, and the version that it names. */
type Alias = readonly [alias: string, version: string]

/** Each alias where it was set last; of two that differ only in case, the one that was set last. */
export function mergeAliases(
  sides: MergeSides,
  live: readonly Placed[],
  report: Report,
): Record<string, string> {
  const names = new Map(live.map(({ record }) => [record.id, record.version]))
  const targets = mergeTargets(sides, report)
  const aliases: Alias[] = []
  for (const alias of Object.keys(targets).sort()) {
    const version = names.get(String(targets[alias]))
    if (version !== undefined) aliases.push([alias, version])
    else
      report.notes.push(
        `The alias ${alias} pointed at a version that is not there any more: it is removed.`,
      )
  }
  return Object.fromEntries(distinct(aliases, sides, report))
}

/** The ids that aliases point at, since a version's name can change here. */
function mergeTargets(
  { base, ours, theirs }: MergeSides,
  { conflicts }: Report,
): Readonly<Record<string, unknown>> {
  const targets = {
    hasBase: base !== undefined,
    base: base && targetsOf(base),
    ours: targetsOf(ours),
    theirs: targetsOf(theirs),
  }
  return mergeKeys(targets, (alias, values) => {
    const path = `aliases.${alias}`
    const later = laterSide(ours.lastAliasMove(alias), theirs.lastAliasMove(alias))
    if (!later) return mergeValue(values, { path, later, conflicts })
    if (isContested(values)) conflicts.push({ ...sidesOf(values), path, taken: later })
    return values[later]
  })
}

interface Values {
  readonly base: unknown
  readonly ours: unknown
  readonly theirs: unknown
}

function isContested({ base, ours, theirs }: Values): boolean {
  return ours !== theirs && ours !== base && theirs !== base
}

function sidesOf({ ours, theirs }: Values): Record<Side, unknown> {
  return { ours, theirs }
}

function targetsOf(side: MergeSide): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.keys(side.document.aliases).map((alias) => [alias, side.aliasTarget(alias)]),
  )
}

/** Each side may have made one of two aliases that differ only in case; nobody could set them in one registry. */
function distinct(
  aliases: readonly Alias[],
  { ours, theirs }: MergeSides,
  { notes }: Report,
): readonly Alias[] {
  const since = (alias: string): Moment | undefined => {
    const moments = [ours.lastAliasMove(alias), theirs.lastAliasMove(alias)]
    return moments
      .filter((moment) => moment !== undefined)
      .sort(compareMoments)
      .at(-1)
  }
  const kept = new Map<string, Alias>()
  for (const alias of aliases) {
    const key = nameKey(alias[0])
    const other = kept.get(key)
    const isLater = other !== undefined && isAfter(since(alias[0]), since(other[0]))
    const stays = other && !isLater ? other : alias
    if (other) notes.push(clash(other, alias, stays))
    kept.set(key, stays)
  }
  return [...kept.values()]
}

function isAfter(moment: Moment | undefined, other: Moment | undefined): boolean {
  return moment !== undefined && (other === undefined || compareMoments(moment, other) > 0)
}

function clash(first: Alias, second: Alias, stays: Alias): string {
  const [alias, version] = stays
  const [gone, from] = stays === first ? second : first
  return `The aliases ${first[0]} and ${second[0]} differ only in case, and the one that was set last stays: ${alias} at ${version}; ${gone} at ${from} is removed.`
}
