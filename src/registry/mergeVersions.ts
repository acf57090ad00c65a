import { isDeepStrictEqual } from 'node:util'
import { laterSide } from './mergeSide'
import type { MergeSide, Placed, Status } from './mergeSide'
import { arbitrarySide, mergeKeys, mergeValue } from './mergeValue'
import type { MergeConflict, Side, Sides } from './mergeValue'
import type { TrashRecord, VersionRecord } from './model'

/** The three documents of a merge; `base` is absent where the sides have no common ancestor. */
export interface MergeSides {
  readonly base: MergeSide | undefined
  readonly ours: MergeSide
  readonly theirs: MergeSide
}

interface Report {
  readonly notes: string[]
  readonly conflicts: MergeConflict[]
}

/** Every version of both sides, merged field by field; one that a side removed and the other left alone is gone. */
export function mergeVersions(sides: MergeSides, report: Report): Placed[] {
  const ids = new Set([...sides.ours.versions.keys(), ...sides.theirs.versions.keys()])
  return [...ids].flatMap((id) => mergeVersion(id, sides, report) ?? [])
}

function mergeVersion(id: string, sides: MergeSides, report: Report): Placed | undefined {
  const { base, ours, theirs } = sides
  const status = mergeStatus(id, sides)
  if (status === 'absent') return undefined
  const mine = ours.versions.get(id)
  const other = theirs.versions.get(id)
  const only = mine ?? other
  if (!mine || !other) return only && { ...only, status }
  if (mine.status === other.status && isDeepStrictEqual(mine.record, other.record)) return mine
  const before = base?.versions.get(id)?.record
  const records = {
    hasBase: before !== undefined,
    base: before,
    ours: mine.record,
    theirs: other.record,
  }
  const label = `versions[${mine.record.version}]`
  const name = mergeName(records)
  const keeper = keeperOf(status, name, mine, other)
  const merged = mergeKeys(
    {
      ...records,
      base: fieldsOf(before),
      ours: fieldsOf(mine.record),
      theirs: fieldsOf(other.record),
    },
    (key, values) => {
      const later = laterSide(ours.lastEdit(id, key), theirs.lastEdit(id, key))
      switch (key) {
        case 'version':
          return name
        case 'stage':
          return mergeStage(id, sides, values)
        case 'artifact':
          // Its place follows from status and name, so it comes from the side that has both.
          return keeper ? values[keeper] : mergeWhole(values, later)
        case 'scan':
        case 'inspection':
          return mergeWhole(values, later)
        case 'createdAt':
          return least(values)
        case 'updatedAt':
          return greatest(values)
        case 'deletedAt':
        case 'deletedBy':
          return status === 'live' ? undefined : values[laterDeleted(mine, other)]
        default:
          return mergeValue(values, {
            path: `${label}.${key}`,
            later,
            isContested: [ours, theirs].every((side) => side.hasEdited(id, key, base)),
            conflicts: report.conflicts,
          })
      }
    },
  )
  const record = merged as unknown as VersionRecord | TrashRecord
  noteTrash(status, mine, other, before, report)
  return { status, record }
}

function fieldsOf(record: object | undefined): Readonly<Record<string, unknown>> | undefined {
  return record && Object.fromEntries(Object.entries(record))
}

/**
 * Whether a version is there, in the trash or gone. Of a deletion and a restore the later one holds. What one side
 * emptied from its trash stays where the other side has it back or has changed it: nothing is lost by a merge.
 */
function mergeStatus(id: string, { base, ours, theirs }: MergeSides): Status {
  const mine = ours.statusOf(id)
  const other = theirs.statusOf(id)
  if (mine === other) return mine
  if (mine !== 'absent' && other !== 'absent') {
    const later = laterSide(ours.lastStatusMove(id), theirs.lastStatusMove(id))
    if (later) return later === 'ours' ? mine : other
    const before = base?.statusOf(id)
    if (before === mine) return other
    return before === other ? mine : 'trash'
  }
  const present = mine === 'absent' ? other : mine
  const before = base?.versions.get(id)
  if (!before) return present
  const now = (mine === 'absent' ? theirs : ours).versions.get(id)
  return isDeepStrictEqual(before, now) ? 'absent' : present
}

/** The later move wins, whether or not it ended where it began. */
function mergeStage(id: string, { ours, theirs }: MergeSides, values: Sides): unknown {
  const later = laterSide(ours.lastStageMove(id), theirs.lastStageMove(id))
  return later ? values[later] : mergeWhole(values, undefined)
}

/** A version gets another name only by a merge, which adds to it. */
function mergeName({ hasBase, base, ours, theirs }: Sides<VersionRecord>): string {
  const [mine = '', other = ''] = [ours?.version, theirs?.version]
  if (mine === other) return mine
  if (hasBase && base?.version === mine) return other
  if (hasBase && base?.version === other) return mine
  if (mine.length !== other.length) return mine.length > other.length ? mine : other
  return mine > other ? mine : other
}

/** The one side that already has the version where, and under the name which, the merge gives it. */
function keeperOf(status: Status, name: string, mine: Placed, other: Placed): Side | undefined {
  const score = (placed: Placed): number =>
    (placed.status === status ? 2 : 0) + (placed.record.version === name ? 1 : 0)
  const difference = score(mine) - score(other)
  return difference === 0 ? undefined : difference > 0 ? 'ours' : 'theirs'
}

/** A value that makes sense only as a whole, such as the report of one scan. */
function mergeWhole({ hasBase, base, ours, theirs }: Sides, later: Side | undefined): unknown {
  if (hasBase && isDeepStrictEqual(base, ours)) return theirs
  if (hasBase && isDeepStrictEqual(base, theirs)) return ours
  if (ours === undefined || theirs === undefined) return ours ?? theirs
  return (later ?? arbitrarySide(ours, theirs)) === 'ours' ? ours : theirs
}

function least({ ours, theirs }: Sides): unknown {
  const [mine, other] = [String(ours ?? theirs), String(theirs ?? ours)]
  return mine < other ? mine : other
}

function greatest({ ours, theirs }: Sides): unknown {
  const [mine, other] = [String(ours ?? theirs), String(theirs ?? ours)]
  return mine > other ? mine : other
}

/** Both sides may have deleted the version; who did it last, did it. */
function laterDeleted(mine: Placed, other: Placed): Side {
  const deletion = ({ record }: Placed): string =>
    'deletedAt' in record ? `${record.deletedAt} ${record.deletedBy}` : ''
  return deletion(mine) >= deletion(other) ? 'ours' : 'theirs'
}

function noteTrash(
  status: Status,
  mine: Placed,
  other: Placed,
  before: VersionRecord | undefined,
  { notes }: Report,
): void {
  if (mine.status === other.status) return
  const { record } = mine.status === 'live' ? mine : other
  const isChanged = before === undefined || !isDeepStrictEqual(before, record)
  if (status === 'live') {
    notes.push(
      `Version ${record.version} was deleted on one side and brought back later on the other: it stays.`,
    )
  } else if (isChanged) {
    notes.push(
      `Version ${record.version} was deleted on one side and changed on the other: it is in the trash, with the changes.`,
    )
  }
}
