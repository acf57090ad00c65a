import { byCreation } from './mergeNames'
import { MergeSide } from './mergeSide'
import type { Placed } from './mergeSide'
import type { MergeSides } from './mergeVersions'
import type { HistoryEntry } from './model'
import { ModelStage } from './stage'
import { compareMoments } from './timeTravelEvents'
import type { Moment } from './timeTravelEvents'

/**
 * Gives every version the stage that it would have if all moves of both sides had been made in one place, in the order
 * of time: so the later move wins, and a version that goes to production takes the place of the other side's too.
 * A version whose own history does not lead to its stage, since somebody edited the document, keeps what the merge of
 * its fields gave; then, too, at most one version stays in production.
 */
export function mergeStages(
  versions: readonly Placed[],
  history: readonly HistoryEntry[],
  sides: MergeSides,
  notes: string[],
): Placed[] {
  const records = versions.map(({ record }) => record)
  const united = new MergeSide({ ...sides.ours.document, versions: records, trash: [], history })
  const replayed = versions.map((placed): Placed => {
    const { id } = placed.record
    const stage = united.stageByHistory(id)
    const isTold = isToldByHistory(sides.ours, id) && isToldByHistory(sides.theirs, id)
    return isTold && stage ? withStage(placed, stage) : placed
  })
  const holders = replayed.filter(isInProduction)
  const since = ({ record }: Placed): Moment =>
    united.lastPromotion(record.id) ?? { at: record.updatedAt, id: record.id }
  const [winner] = holders.toSorted(
    (a, b) => compareMoments(since(b), since(a)) || byCreation(b, a),
  )
  const merged = replayed.map((placed) =>
    isInProduction(placed) && placed !== winner ? withStage(placed, ModelStage.archived) : placed,
  )
  noteDisplaced(merged, winner, sides, notes)
  return merged
}

function isToldByHistory(side: MergeSide, id: string): boolean {
  const placed = side.versions.get(id)
  return !placed || side.stageByHistory(id) === placed.record.stage
}

function isInProduction({ status, record }: Placed): boolean {
  return status === 'live' && record.stage === ModelStage.production
}

function withStage(placed: Placed, stage: ModelStage): Placed {
  return { ...placed, record: { ...placed.record, stage } }
}

/** Says which version of one side lost production to one that the other side did not know of. */
function noteDisplaced(
  merged: readonly Placed[],
  winner: Placed | undefined,
  { ours, theirs }: MergeSides,
  notes: string[],
): void {
  for (const [side, other] of [
    [ours, theirs],
    [theirs, ours],
  ] as const) {
    const holder = [...side.versions.values()].find(isInProduction)
    if (!holder) continue
    const now = merged.find(({ record }) => record.id === holder.record.id)
    const promotion = side.lastPromotion(holder.record.id)
    const isKnown = other.document.history.some(({ id }) => id === promotion?.id)
    if (!now || isKnown || now.status !== 'live' || isInProduction(now)) continue
    const { version } = now.record
    notes.push(
      winner
        ? `Versions ${version} and ${winner.record.version} were both in production: ${winner.record.version} went there later and stays, ${version} is ${now.record.stage}.`
        : `Version ${version} was in production on one side; the moves of the other side since then left it ${now.record.stage}.`,
    )
  }
}
