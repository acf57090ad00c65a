import type { HistoryEntry, ModelDocument, TrashRecord, VersionRecord } from './model'
import { ModelStage } from './stage'
import { compareMoments, stageEvents } from './timeTravelEvents'
import type { Moment, StageEvent } from './timeTravelEvents'

export type Status = 'live' | 'trash' | 'absent'

/** A version where it lies in a document. */
export interface Placed {
  readonly status: 'live' | 'trash'
  readonly record: VersionRecord | TrashRecord
}

/** A document with what its history says of when each thing was last changed. */
export class MergeSide {
  /** By id. */
  readonly versions: ReadonlyMap<string, Placed>
  readonly #idByName: ReadonlyMap<string, string>
  readonly #moves: ReadonlyMap<string, readonly StageEvent[]>
  /** The last entry about each thing: `alias champion`, `update <id> metrics`, `updateModel tags`. */
  readonly #lastEntries = new Map<string, HistoryEntry>()
  readonly #entries: ReadonlySet<string>
  #lastOfAll: HistoryEntry | undefined

  constructor(readonly document: ModelDocument) {
    const placed = [
      ...document.versions.map((record): Placed => ({ status: 'live', record })),
      ...document.trash.map((record): Placed => ({ status: 'trash', record })),
    ]
    this.versions = new Map(placed.map((version) => [version.record.id, version]))
    this.#idByName = new Map(placed.map(({ record }) => [record.version, record.id]))
    this.#moves = grouped(stageEvents(document))
    this.#entries = new Set(document.history.map(({ id }) => id))
    const undone = new Set(document.history.flatMap(({ undoes }) => undoes ?? []))
    for (const entry of document.history) {
      if (isLater(entry, this.#lastOfAll)) this.#lastOfAll = entry
      // What was taken back has changed nothing.
      if (undone.has(entry.id)) continue
      for (const subject of subjectsOf(entry)) {
        if (isLater(entry, this.#lastEntries.get(subject))) this.#lastEntries.set(subject, entry)
      }
    }
  }

  statusOf(id: string): Status {
    return this.versions.get(id)?.status ?? 'absent'
  }

  /** The version that an alias points at, by id; by name where there is none of that name. */
  aliasTarget(alias: string): string | undefined {
    const { aliases } = this.document
    const name = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined
    return name === undefined ? undefined : (this.#idByName.get(name) ?? name)
  }

  /** The stage that the history leads to; `undefined` where it says nothing of the version. */
  stageByHistory(id: string): ModelStage | undefined {
    return this.#moves.get(id)?.at(-1)?.stage
  }

  /** When the version last went to another stage. */
  lastStageMove(id: string): Moment | undefined {
    return this.#moves.get(id)?.findLast(({ isMove }) => isMove)
  }

  /** When the version last went to the trash or came out of it. */
  lastStatusMove(id: string): Moment | undefined {
    return this.#moves.get(id)?.findLast(({ isArrival }) => isArrival)
  }

  /** When the version last came to be in production. */
  lastPromotion(id: string): Moment | undefined {
    const moves = this.#moves.get(id) ?? []
    return moves.findLast(({ stage, isMove }) => isMove && stage === ModelStage.production)
  }

  lastAliasMove(alias: string): Moment | undefined {
    return this.#lastEntries.get(`alias ${alias}`)
  }

  /** When a field of a version was last edited; when the version was, where the history does not say. */
  lastEdit(id: string, field: string): Moment | undefined {
    const record = this.versions.get(id)?.record
    return (
      this.#lastEntries.get(`update ${id} ${field}`) ?? (record && { at: record.updatedAt, id: '' })
    )
  }

  /** True where a field of a version was edited after the base, whatever came of it. */
  hasEdited(id: string, field: string, base: MergeSide | undefined): boolean {
    return this.#isNewEntry(`update ${id} ${field}`, base)
  }

  /** True where a field of the model was edited after the base, whatever came of it. */
  hasEditedModel(field: string, base: MergeSide | undefined): boolean {
    return this.#isNewEntry(`updateModel ${field}`, base)
  }

  #isNewEntry(subject: string, base: MergeSide | undefined): boolean {
    const last = this.#lastEntries.get(subject)
    return last !== undefined && base !== undefined && !base.#entries.has(last.id)
  }

  /** When a field of the model was last edited; when anything was, where the history does not say. */
  lastModelEdit(field: string): Moment | undefined {
    return this.#lastEntries.get(`updateModel ${field}`) ?? this.#lastOfAll
  }
}

function subjectsOf({ action, versionId, before = {} }: HistoryEntry): string[] {
  const { alias } = before
  const fields = Object.keys(before)
  return [
    ...(typeof alias === 'string' ? [`alias ${alias}`] : []),
    ...(action === 'update' ? fields.map((field) => `update ${versionId} ${field}`) : []),
    ...(action === 'updateModel' ? fields.map((field) => `updateModel ${field}`) : []),
  ]
}

function isLater(entry: Moment, other: Moment | undefined): boolean {
  return !other || compareMoments(entry, other) >= 0
}

function grouped(events: readonly StageEvent[]): Map<string, StageEvent[]> {
  const groups = new Map<string, StageEvent[]>()
  for (const event of events) {
    const group = groups.get(event.version)
    if (group) group.push(event)
    else groups.set(event.version, [event])
  }
  return groups
}

/** Which of two moments is the later; `undefined` where they are one, or neither is known. */
export function laterSide(
  ours: Moment | undefined,
  theirs: Moment | undefined,
): 'ours' | 'theirs' | undefined {
  if (!ours || !theirs) return ours ? 'ours' : theirs ? 'theirs' : undefined
  const order = compareMoments(ours, theirs)
  return order === 0 ? undefined : order > 0 ? 'ours' : 'theirs'
}
