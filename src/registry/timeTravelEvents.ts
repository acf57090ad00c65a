import type { HistoryEntry, ModelDocument, VersionRecord } from './model'
import { isStage, ModelStage } from './stage'
import { parseTime } from './time'

/** A point of the history: entries of one millisecond are told apart by their ids, which are ULIDs. */
export interface Moment {
  readonly at: string
  readonly id: string
}

/** Where a version is from a moment on. */
export interface Place {
  /** In the trash, the stage that it had; `undefined` where the history does not tell. */
  readonly stage: ModelStage | undefined
  readonly isDeleted: boolean
}

/** What an entry did to one version. */
export interface StageEvent extends Moment, Place {
  /** The version's id, or its name where neither history nor document know the id. */
  readonly version: string
  readonly name: string
  /** True where the entry set the stage; after a merge a version can be moved that another branch has deleted. */
  readonly isMove: boolean
  /** True where the entry put the version into the trash or made it be there: deletions, registrations, restores. */
  readonly isArrival: boolean
}

/** Milliseconds since 1970; a time that is none, such as one in month 13, counts as the first. */
export function timeOf({ at }: Pick<Moment, 'at'>): number {
  return parseTime(at) ?? 0
}

export function compareMoments(a: Moment, b: Moment): number {
  const order = timeOf(a) - timeOf(b)
  if (order !== 0) return order
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

/** The entries in the order of time; the order of the list where times are equal. */
export function inOrder(history: readonly HistoryEntry[]): HistoryEntry[] {
  return [...history].sort((a, b) => timeOf(a) - timeOf(b))
}

/**
 * Every arrival of a version at a stage or in the trash, in the order of time: registrations, transitions and the
 * demotions they caused, deletions, restores, and what undo took back.
 */
export function stageEvents(document: ModelDocument): StageEvent[] {
  return new Replay(document).run()
}

class Replay {
  readonly #entries: readonly HistoryEntry[]
  readonly #byId: ReadonlyMap<string, HistoryEntry>
  readonly #records: readonly VersionRecord[]
  readonly #idByName: ReadonlyMap<string, string>
  readonly #nameById: ReadonlyMap<string, string>
  readonly #events: StageEvent[] = []
  /** Where each version is now. */
  readonly #places = new Map<string, Place & { readonly name: string }>()
  readonly #inProduction = new Set<string>()
  /** The versions that an entry took out of production without naming them, by the entry's id. */
  readonly #displaced = new Map<string, string[]>()

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
      while (unregistered[0] && timeOf(unregistered[0]) <= timeOf(entry)) {
        this.#begin(unregistered.shift())
      }
      this.#apply(entry)
    }
    for (const event of unregistered) this.#begin(event)
    return this.#events
  }

  #begin(event: StageEvent | undefined): void {
    if (event) this.#put(event, event.version, event.name, event.stage)
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
        return [
          {
            at: createdAt,
            id: '',
            version: id,
            name: version,
            stage: from,
            isDeleted: false,
            isMove: true,
            isArrival: true,
          },
        ]
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
        this.#put(entry, key, entry.version, to ?? ModelStage.development)
        break
      case 'restore':
        this.#put(entry, key, entry.version, to)
        break
      case 'transition':
      case 'rollback':
        this.#move(entry, key, entry.version, to)
        break
      case 'delete':
        this.#delete(entry, key, entry.version)
        break
      case 'deleteModel':
        for (const id of this.#deletedWith(entry)) this.#delete(entry, id)
        break
      case 'undo':
        this.#undo(entry, key, to)
        break
      default:
        return
    }
    const demoted = entry.demotedId ?? this.#idByName.get(entry.demoted ?? '')
    if (demoted !== undefined && this.#places.get(demoted)?.stage === ModelStage.production) {
      this.#move(entry, demoted, entry.demoted, ModelStage.archived)
    }
  }

  #undo(entry: HistoryEntry, key: string | undefined, to: ModelStage | undefined): void {
    const undone = entry.undoes === undefined ? undefined : this.#byId.get(entry.undoes)
    const from = isStage(undone?.from) ? undone.from : undefined
    switch (undone?.action) {
      case 'register':
      case 'restore':
        this.#delete(entry, key, entry.version)
        break
      case 'transition':
      case 'rollback':
        this.#move(entry, key, entry.version, to ?? from)
        break
      case 'delete':
        this.#put(entry, key, entry.version, to ?? from)
        break
      case 'deleteModel':
        for (const id of this.#deletedWith(undone)) this.#put(entry, id, undefined, undefined)
        break
      default:
        return
    }
    const demoted = undone.demotedId ?? this.#idByName.get(undone.demoted ?? '')
    const displaced = this.#displaced.get(undone.id) ?? []
    for (const back of [...displaced, ...(demoted === undefined ? [] : [demoted])]) {
      if (this.#places.get(back)?.stage !== ModelStage.archived) continue
      this.#move(entry, back, undefined, ModelStage.production)
    }
  }

  /** The versions that a deletion of the model took along: those it names, else all that were there. */
  #deletedWith({ before }: HistoryEntry): string[] {
    const ids = before?.['versionIds']
    if (Array.isArray(ids)) return ids.filter((id) => typeof id === 'string')
    return [...this.#places].flatMap(([key, { isDeleted }]) => (isDeleted ? [] : [key]))
  }

  /** Makes a version be there, where it was before if the history does not say where. */
  #put(moment: Moment, version?: string, name?: string, stage?: ModelStage): void {
    this.#record(moment, version, name, {
      stage,
      isDeleted: false,
      isMove: stage !== undefined,
      isArrival: true,
    })
  }

  /** Moves a version to a stage; in the trash it stays there. */
  #move(moment: Moment, version?: string, name?: string, stage?: ModelStage): void {
    if (version === undefined || stage === undefined) return
    const isDeleted = this.#places.get(version)?.isDeleted === true
    this.#record(moment, version, name, { stage, isDeleted, isMove: true, isArrival: false })
  }

  #delete(moment: Moment, version?: string, name?: string): void {
    this.#record(moment, version, name, {
      stage: undefined,
      isDeleted: true,
      isMove: false,
      isArrival: true,
    })
  }

  #record(
    { at, id }: Moment,
    version: string | undefined,
    name: string | undefined,
    change: Place & Pick<StageEvent, 'isMove' | 'isArrival'>,
  ): void {
    if (version === undefined) return
    const before = this.#places.get(version)
    // The name of today where the document knows it: a merge may have changed it since.
    const known = this.#nameById.get(version) ?? name ?? before?.name ?? version
    const place = { name: known, stage: change.stage ?? before?.stage, isDeleted: change.isDeleted }
    const isInProduction = place.stage === ModelStage.production && !place.isDeleted
    if (isInProduction) {
      for (const other of this.#inProduction) {
        if (other === version) continue
        this.#move({ at, id }, other, undefined, ModelStage.archived)
        this.#displaced.set(id, [...(this.#displaced.get(id) ?? []), other])
      }
      this.#inProduction.add(version)
    } else {
      this.#inProduction.delete(version)
    }
    this.#places.set(version, place)
    this.#events.push({ at, id, version, ...change, ...place })
  }
}

function movesIt({ action }: HistoryEntry): boolean {
  return ['register', 'import', 'transition', 'rollback', 'restore', 'delete', 'undo'].includes(
    action,
  )
}
