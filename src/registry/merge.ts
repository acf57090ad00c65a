import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../base/errors'
import { mergeAliases } from './mergeAliases'
import { byCreation, uniqueNames } from './mergeNames'
import type { RenamedVersion } from './mergeNames'
import { laterSide, MergeSide } from './mergeSide'
import type { Placed } from './mergeSide'
import { mergeKeys, mergeValue } from './mergeValue'
import type { MergeConflict } from './mergeValue'
import { mergeStages } from './mergeStages'
import { mergeVersions } from './mergeVersions'
import type { MergeSides } from './mergeVersions'
import { FORMAT_VERSION } from './model'
import type { HistoryEntry, ModelDocument, TrashRecord, VersionRecord } from './model'
import { compareMoments } from './timeTravelEvents'

export interface MergeResult {
  readonly document: ModelDocument
  /** What a person should know, one sentence each. */
  readonly notes: readonly string[]
  /** Fields that both sides changed; the later change was taken. */
  readonly conflicts: readonly MergeConflict[]
  readonly renamed: readonly RenamedVersion[]
}

/**
 * Merges two states of a model by meaning. Versions and history are united by id, fields are merged one by one, the
 * later stage move wins, and one version is in production. Which side is ours makes no difference to the document.
 * @param base The last common state; absent where there is none, and then nothing counts as removed.
 * @throws AppError `corrupt` for a document of a newer format, which this code must not rewrite.
 */
export function mergeDocuments(
  base: ModelDocument | undefined,
  ours: ModelDocument,
  theirs: ModelDocument,
): MergeResult {
  for (const document of [ours, theirs]) {
    if (document.formatVersion > FORMAT_VERSION) {
      throw new AppError(
        'corrupt',
        `Model ${document.name} was written in format ${document.formatVersion}, and this version knows ${FORMAT_VERSION}: update Model Registry, then merge again.`,
      )
    }
  }
  const unmerged = { notes: [], conflicts: [], renamed: [] }
  if (isDeepStrictEqual(ours, theirs)) return { ...unmerged, document: ours }
  if (base && isDeepStrictEqual(base, ours)) return { ...unmerged, document: theirs }
  if (base && isDeepStrictEqual(base, theirs)) return { ...unmerged, document: ours }
  return new Merge({
    base: base && new MergeSide(base),
    ours: new MergeSide(ours),
    theirs: new MergeSide(theirs),
  }).run()
}

class Merge {
  readonly #notes: string[] = []
  readonly #conflicts: MergeConflict[] = []

  constructor(private readonly sides: MergeSides) {}

  run(): MergeResult {
    const history = this.#mergeHistory()
    const united = mergeVersions(this.sides, { notes: this.#notes, conflicts: this.#conflicts })
    const fields = this.#mergeFields()
    const { versions, renamed } = uniqueNames(String(fields['name']), united)
    for (const { from, to } of renamed) {
      this.#notes.push(`Two versions are named ${from}: the later one is ${to} now.`)
    }
    const placed = mergeStages(versions, history, this.sides, this.#notes)
    const live = placed.filter(({ status }) => status === 'live').sort(byCreation)
    const trash = placed.filter(({ status }) => status === 'trash').sort(byDeletion)
    if (live.length > 0) delete fields['deletedAt']
    const aliases = mergeAliases(this.sides, live, {
      notes: this.#notes,
      conflicts: this.#conflicts,
    })
    for (const { path, taken } of this.#conflicts) {
      this.#notes.push(`Both sides changed ${path}: the value of ${taken} was taken.`)
    }
    const document = {
      ...fields,
      aliases,
      versions: live.map(({ record }) => record),
      trash: trash.map(({ record }) => record),
      history,
    } as unknown as ModelDocument
    return { document, notes: this.#notes, conflicts: this.#conflicts, renamed }
  }

  /** Every entry of both sides, each once, in the order of time. */
  #mergeHistory(): HistoryEntry[] {
    const { ours, theirs } = this.sides
    const mine = new Map(ours.document.history.map((entry) => [entry.id, entry]))
    const other = new Map(theirs.document.history.map((entry) => [entry.id, entry]))
    const entries = [...new Set([...mine.keys(), ...other.keys()])].flatMap((id) => {
      const [own, foreign] = [mine.get(id), other.get(id)]
      if (!own || !foreign) return own ?? foreign ?? []
      // An entry is never edited; where somebody did by hand, nothing of it gets lost.
      const values = { hasBase: false, base: undefined, ours: own, theirs: foreign }
      const context = { path: `history[${id}]`, later: undefined, conflicts: this.#conflicts }
      return mergeValue(values, context) as HistoryEntry
    })
    return entries.sort(compareMoments)
  }

  /** The fields of the model itself, unknown ones among them. */
  #mergeFields(): Record<string, unknown> {
    const { base, ours, theirs } = this.sides
    const documents = {
      hasBase: base !== undefined,
      base: base && ownFields(base.document),
      ours: ownFields(ours.document),
      theirs: ownFields(theirs.document),
    }
    return mergeKeys(documents, (key, values) => {
      if (key === 'createdAt') {
        const { createdAt } = ours.document
        return createdAt < theirs.document.createdAt ? createdAt : theirs.document.createdAt
      }
      const later = laterSide(ours.lastModelEdit(key), theirs.lastModelEdit(key))
      const isContested = [ours, theirs].every((side) => side.hasEditedModel(key, base))
      return mergeValue(values, { path: key, later, isContested, conflicts: this.#conflicts })
    })
  }
}

const MERGED_APART = new Set(['aliases', 'versions', 'trash', 'history'])

function ownFields(document: ModelDocument): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !MERGED_APART.has(key)))
}

function byDeletion(a: Placed, b: Placed): number {
  const order =
    deletedAt(a.record) < deletedAt(b.record)
      ? -1
      : deletedAt(a.record) > deletedAt(b.record)
        ? 1
        : 0
  return order || byCreation(a, b)
}

function deletedAt(record: VersionRecord | TrashRecord): string {
  return 'deletedAt' in record ? record.deletedAt : ''
}
