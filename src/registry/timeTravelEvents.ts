import type { HistoryEntry, ModelDocument, VersionRecord } from './model'
import { isStage, ModelStage } from './stage'

/** A point of the history: entries of one millisecond are told apart by their ids, which are ULIDs. */
export interface Moment {
  readonly at: string
  readonly id: string
}

/** What an entry did to one version. `stage` is where it is from then on, `undefined` in the trash. */
export interface StageEvent extends Moment {
  /** The version's id, or its name where neither history nor document know the id. */
  readonly version: string
  readonly name: string
  readonly stage: ModelStage | undefined
}

export function compareMoments(a: Moment, b: Moment): number {
  const order = Date.parse(a.at) - Date.parse(b.at)
  if (order !== 0) return order
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

/** The entries in the order of time; the order of the list where times are equal. */
export function inOrder(history: readonly HistoryEntry[]): HistoryEntry[] {
  return [...history].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/**
 * Every arrival of a version at a stage or in the trash, in the order of time: registrations, transitions and the
 * demotions they caused, deletions, restores, and what undo took back.
 */
export function stageEvents(document: ModelDocument): StageEvent[] {
  return new Replay(document).run()
}

interface Place {
  readonly name: string
  readonly stage: ModelStage | undefined
}

class Replay {
  readonly #entries: readonly HistoryEntry[]
  readonly #byId: ReadonlyMap<string, HistoryEntry>
  readonly #records: readonly VersionRecord[]
  readonly #idByName: ReadonlyMap<string, string>
  readonly #nameById: ReadonlyMap<string, string>
  readonly #events: StageEvent[] = []
  /** Where each version is now. */
  readonly #places = new Map<string, Place>()
  /** Where each version was before it went to the trash. */
  readonly #lastStages = new Map<string, ModelStage>()

  constructor(document: ModelDocument) {
    this.#entries = inOrder(document.history)
    this.#byId = new Map(document.history.map((entry) => [entry.id, entry]))
    this.#records = [...document.versions, ...document.trash]
    this.#idByName = new Map(this.#records.map(({ id, version }) => [version, id]))
    this.#nameById = new Map(this.#records.map(({ id, version }) => [id, version]))
  }

  run(): StageEvent[] {
    const unregistered = this.#unregistered()
    for (const entry of this.#entries) {
      // A version whose registration nobody wrote down is there from its creation on.
      while (unregistered[0] && Date.parse(unregistered[0].at) <= Date.parse(entry.at)) {
        this.#begin(unregistered.shift())
      }
      this.#apply(entry)
    }
    for (const event of unregistered) this.#begin(event)
    return this.#events
  }

  #begin(event: StageEvent | undefined): void {
    if (!event) return
    this.#place({ at: event.at, id: event.id }, event.version, event.name, event.stage)
  }

  #unregistered(): StageEvent[] {
    const firsts = new Map<string, HistoryEntry>()
    for (const entry of this.#entries) {
      const key = this.#keyOf(entry)
      if (key !== undefined && !firsts.has(key) && movesIt(entry)) firsts.set(key, entry)
    }
    return this.#records
      .flatMap(({ id, version, stage, createdAt }): StageEvent[] => {
        const first = firsts.get(id)
        if (first?.action === 'register' || first?.action === 'import') return []
        const from = isStage(first?.from) ? first.from : stage
        return [{ at: createdAt, id: '', version: id, name: version, stage: from }]
      })
      .sort(compareMoments)
  }

  #keyOf({ versionId, version }: HistoryEntry): string | undefined {
    return (
      versionId ?? (version === undefined ? undefined : (this.#idByName.get(version) ?? version))
    )
  }

  #apply(entry: HistoryEntry): void {
    const key = this.#keyOf(entry)
    const to = isStage(entry.to) ? entry.to : undefined
    switch (entry.action) {
      case 'register':
      case 'import':
        this.#place(entry, key, entry.version, to ?? ModelStage.development)
        break
      case 'transition':
      case 'rollback':
      case 'restore':
        if (to) this.#place(entry, key, entry.version, to)
        break
      case 'delete':
        this.#place(entry, key, entry.version, undefined)
        break
      case 'deleteModel':
        for (const id of this.#deletedWith(entry)) this.#place(entry, id, undefined, undefined)
        break
      case 'undo':
        this.#undo(entry, key, to)
        break
      default:
        return
    }
    const demoted =
      entry.demotedId ??
      (entry.demoted === undefined ? undefined : this.#idByName.get(entry.demoted))
    if (demoted !== undefined && this.#places.get(demoted)?.stage === ModelStage.production) {
      this.#place(entry, demoted, entry.demoted, ModelStage.archived)
    }
  }

  #undo(entry: HistoryEntry, key: string | undefined, to: ModelStage | undefined): void {
    const undone = entry.undoes === undefined ? undefined : this.#byId.get(entry.undoes)
    switch (undone?.action) {
      case 'register':
      case 'restore':
        this.#place(entry, key, entry.version, undefined)
        break
      case 'transition':
      case 'rollback':
      case 'delete':
        this.#place(
          entry,
          key,
          entry.version,
          to ?? (isStage(undone.from) ? undone.from : undefined),
        )
        break
      case 'deleteModel':
        for (const id of this.#deletedWith(undone))
          this.#place(entry, id, undefined, this.#lastStages.get(id))
        break
      default:
        return
    }
    const back = undone.demotedId ?? this.#idByName.get(undone.demoted ?? '')
    if (back !== undefined && this.#places.get(back)?.stage === ModelStage.archived) {
      this.#place(entry, back, undone.demoted, ModelStage.production)
    }
  }

  /** The versions that a deletion of the model took along: those it names, else all that were there. */
  #deletedWith({ before }: HistoryEntry): string[] {
    const ids = before?.['versionIds']
    if (Array.isArray(ids)) return ids.filter((id) => typeof id === 'string')
    return [...this.#places].flatMap(([key, { stage }]) => (stage ? [key] : []))
  }

  #place(
    { at, id }: Moment,
    version: string | undefined,
    name: string | undefined,
    stage: ModelStage | undefined,
  ): void {
    if (version === undefined) return
    const before = this.#places.get(version)
    // The name of today where the document knows it: a merge may have changed it since.
    const known = this.#nameById.get(version) ?? name ?? before?.name ?? version
    if (stage === ModelStage.production) {
      for (const [other, place] of this.#places) {
        if (other === version || place.stage !== ModelStage.production) continue
        this.#place({ at, id }, other, place.name, ModelStage.archived)
      }
    }
    if (before?.stage) this.#lastStages.set(version, before.stage)
    this.#places.set(version, { name: known, stage })
    this.#events.push({ at, id, version, name: known, stage })
  }
}

function movesIt({ action }: HistoryEntry): boolean {
  return ['register', 'import', 'transition', 'rollback', 'restore', 'delete', 'undo'].includes(
    action,
  )
}
