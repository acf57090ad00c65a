import { AppError } from '../base/errors'
import { aliasLike } from './aliases'
import { requireDocument, type ChangeRunner } from './changeRunner'
import { recorded, type Author } from './changes'
import type { HistoryEntry, ModelDocument, TrashRecord, VersionRecord } from './model'
import { nameKey } from './names'
import type { Transaction } from './ports'
import { isGuarded } from './promotion'
import { renamed, trashVersion, untrash } from './removal'
import { isStage, ModelStage } from './stage'
import { checkIntact } from './verify'

/** What was taken back: the entry, and the model that it belongs to now. */
export interface Undone {
  readonly model: string
  readonly entry: HistoryEntry
}

/**
 * Takes back the last change that this actor made on this machine and has not taken back yet; with `entry`, exactly
 * that one. `undefined` where there is none. What was allowed stays allowed: a version that is in production again by
 * this is not held against the promotion rules once more, since nothing about it has changed. It must be sound, though.
 * @throws AppError `conflict` where the thing changed since, `corrupt` where an artifact that would be in use again is
 * damaged; then nothing is done.
 */
export async function undoLast(runner: ChangeRunner, entry?: string): Promise<Undone | undefined> {
  const found = await findUndoable(runner, entry)
  return found && undo(runner, found.model, found.entry)
}

/** The next change that `undoLast` would take back, for a label such as "Undo: move churn:1.0.0 to production". */
export async function peekUndo(runner: ChangeRunner): Promise<Undone | undefined> {
  return findUndoable(runner)
}

async function findUndoable(runner: ChangeRunner, entry?: string): Promise<Undone | undefined> {
  const { undoLog, actor, documents } = runner.parts
  const changes = await undoLog.read()
  /** The names that models have now which others here renamed since, by the names that they had. */
  const later = new Map<string, string>()
  for (const change of [...changes].reverse()) {
    const now = later.get(change.model) ?? change.model
    if (change.renamedFrom !== undefined) later.set(change.renamedFrom, now)
    if (change.actor !== actor || (entry !== undefined && change.entry !== entry)) continue
    // A renaming that was taken back leaves the model under the name that it had.
    for (const model of new Set([now, change.model])) {
      const state = documents.read(model)
      if (state?.kind === 'broken') throw state.error
      const found = state && undoable(state.document, change.entry)
      if (found) return { model, entry: found }
    }
  }
  return undefined
}

const FINAL = new Set(['gc', 'merge', 'repair', 'import', 'undo'])

function undoable(document: ModelDocument, id: string): HistoryEntry | undefined {
  const entry = document.history.find((candidate) => candidate.id === id)
  if (!entry || FINAL.has(entry.action)) return undefined
  return document.history.some(({ undoes }) => undoes === id) ? undefined : entry
}

async function undo(runner: ChangeRunner, model: string, entry: HistoryEntry): Promise<Undone> {
  const back = entry.action === 'rename' && entry.from !== undefined ? entry.from : model
  const { documents } = runner.parts
  const doing = `undo the last change of ${model}`
  await runner.explained(doing, () => checkReturning(runner, model, entry))
  await runner.write(doing, () =>
    documents.transact([model, back], async (transaction) => {
      const document = await transaction.read(model)
      if (!document || !undoable(document, entry.id)) {
        throw new AppError(
          'conflict',
          `The change of ${model} was undone or removed meanwhile; nothing was done.`,
        )
      }
      checkUnchangedSince(document, entry)
      const author = runner.author()
      const fields = { undoes: entry.id, ...about(entry) }
      const undone = await inverse(runner, document, entry, author, transaction)
      // The steps of the inverse say nothing themselves: one entry tells that the change was taken back.
      const quiet = { ...undone.document, history: document.history }
      const change = recorded(quiet, author, 'undo', { ...fields, ...undone.fields })
      transaction.write(undone.document.name, change.document)
    }),
  )
  runner.tell([...new Set([model, back])])
  return { model: back, entry }
}

/** What the way back leads to staging or production is used there, so its artifact must be what was registered. */
async function checkReturning(
  runner: ChangeRunner,
  model: string,
  { action, from, versionId, demotedId }: HistoryEntry,
): Promise<void> {
  const isMove = action === 'transition' || action === 'rollback'
  const returning: [string | undefined, unknown][] = [
    [isMove ? versionId : undefined, from],
    [demotedId, ModelStage.production],
  ]
  const versions = (await runner.snapshotNow(model))?.versions ?? []
  for (const [id, stage] of returning) {
    const version = versions.find((other) => other.id === id)
    if (!version || isGuarded(version.stage) || !isStage(stage) || !isGuarded(stage)) continue
    await checkIntact(runner, version, stage)
  }
}

function about(entry: HistoryEntry): Partial<HistoryEntry> {
  return {
    ...(entry.version === undefined ? {} : { version: entry.version }),
    ...(entry.versionId === undefined ? {} : { versionId: entry.versionId }),
  }
}

/** What an entry is about: two entries that share a subject depend on one another. */
function subjects(entry: HistoryEntry): Set<string> {
  const found = new Set<string>()
  for (const id of [entry.versionId, entry.demotedId])
    if (id !== undefined) found.add(`version ${id}`)
  const { before } = entry
  const alias = before?.['alias']
  if (entry.action === 'setAlias' || entry.action === 'removeAlias') found.clear()
  if (typeof alias === 'string') found.add(`alias ${nameKey(alias)}`)
  // An alias says nothing of a version's stage or fields, but goes with a version that is taken away.
  if (entry.action === 'setAlias' || isArrival(entry)) found.add(`aliases of ${entry.versionId}`)
  if (entry.action === 'updateModel' || entry.action === 'rename') found.add('model')
  if (entry.action === 'deleteModel') {
    for (const id of idsOf(before)) found.add(`version ${id}`)
  }
  return found
}

function isArrival({ action }: HistoryEntry): boolean {
  return action === 'register' || action === 'restore'
}

function idsOf(before: HistoryEntry['before']): string[] {
  const ids = before?.['versionIds']
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []
}

/** @throws AppError `conflict` that names the later change. */
function checkUnchangedSince(document: ModelDocument, entry: HistoryEntry): void {
  const about = subjects(entry)
  const at = document.history.findIndex(({ id }) => id === entry.id)
  const undone = new Set(document.history.flatMap(({ undoes }) => undoes ?? []))
  const later = document.history
    .slice(at + 1)
    .find(
      (other) =>
        other.action !== 'undo' &&
        !undone.has(other.id) &&
        [...subjects(other)].some((subject) => about.has(subject)),
    )
  if (!later) return
  const what = entry.version === undefined ? document.name : `${document.name}:${entry.version}`
  throw new AppError(
    'conflict',
    `${what} was changed since by ${later.actor} (${later.action}, ${later.at}), so the ${entry.action} can't be undone; nothing was done.`,
  )
}

interface Inverse {
  readonly document: ModelDocument
  readonly fields: Partial<HistoryEntry>
}

async function inverse(
  runner: ChangeRunner,
  document: ModelDocument,
  entry: HistoryEntry,
  author: Author,
  transaction: Transaction,
): Promise<Inverse> {
  switch (entry.action) {
    case 'transition':
    case 'rollback':
      return backToStage(document, entry)
    case 'register':
    case 'restore': {
      const record = byId(document.versions, entry, document)
      const { document: gone } = await trashVersion(runner, document, record, author, transaction)
      const aliased = withFirstGone(
        entry.action === 'register' ? withAliasBack(gone, entry) : gone,
        entry,
        author,
      )
      return { document: withDemotedBack(aliased, entry), fields: { from: record.stage } }
    }
    case 'delete': {
      const record = byId(document.trash, entry, document)
      return bringBack(runner, document, [record], entry, author, transaction)
    }
    case 'deleteModel': {
      const ids = idsOf(entry.before)
      const records = document.trash.filter(({ id }) => ids.includes(id))
      const { deletedAt: _, ...living } = document
      return bringBack(runner, living, records, entry, author, transaction)
    }
    case 'update': {
      const record = byId(document.versions, entry, document)
      const changed = withFields(record, entry.before)
      return { document: withRecord(document, changed), fields: {} }
    }
    case 'updateModel':
      return { document: withFields(document, entry.before), fields: {} }
    case 'setAlias':
    case 'removeAlias':
      return {
        document: withAliasBack(document, {
          ...entry,
          before: { ...entry.before, from: entry.from },
        }),
        fields: {},
      }
    case 'rename': {
      const to = entry.from
      if (to === undefined) break
      requireDocument(document.name, document)
      if (await transaction.read(to)) {
        throw new AppError(
          'conflict',
          `There is a model "${to}" again, so the renaming can't be undone.`,
        )
      }
      const change = await renamed(runner, document, to, author, transaction)
      return { document: change.document, fields: { from: document.name, to } }
    }
  }
  throw new AppError('invalid', `A ${entry.action} can't be undone.`)
}

function byId<T extends VersionRecord>(
  records: readonly T[],
  entry: HistoryEntry,
  document: ModelDocument,
): T {
  const record = records.find(({ id }) => id === entry.versionId)
  if (record) return record
  throw new AppError(
    'conflict',
    `${document.name}:${entry.version} is not where the ${entry.action} put it, so it can't be undone; nothing was done.`,
  )
}

function backToStage(document: ModelDocument, entry: HistoryEntry): Inverse {
  const record = byId(document.versions, entry, document)
  if (!isStage(entry.from))
    throw new AppError('invalid', 'The history does not say which stage it was.')
  const other = document.versions.find(
    ({ id, stage }) => stage === ModelStage.production && id !== record.id,
  )
  if (entry.from === ModelStage.production && other) {
    throw new AppError(
      'conflict',
      `${document.name}:${other.version} is in production since, so the move can't be undone; nothing was done.`,
    )
  }
  const moved = withRecord(document, { ...record, stage: entry.from })
  return { document: withDemotedBack(moved, entry), fields: { from: record.stage, to: entry.from } }
}

/** The version that the change had archived is in production again. */
function withDemotedBack(document: ModelDocument, entry: HistoryEntry): ModelDocument {
  const demoted = document.versions.find(({ id }) => id === entry.demotedId)
  return demoted && demoted.stage === ModelStage.archived
    ? withRecord(document, { ...demoted, stage: ModelStage.production })
    : document
}

/** A model that only this registration made goes to the trash with its version. */
function withFirstGone(
  document: ModelDocument,
  entry: HistoryEntry,
  { at }: Author,
): ModelDocument {
  const undone = new Set(document.history.flatMap(({ undoes }) => undoes ?? []))
  const isAlone = document.history.every(
    ({ id, action, undoes }) =>
      id === entry.id || undone.has(id) || undoes !== undefined || action === 'delete',
  )
  return isAlone && document.versions.length === 0
    ? { ...document, deletedAt: at.toISOString() }
    : document
}

function withAliasBack(document: ModelDocument, entry: HistoryEntry): ModelDocument {
  const alias = entry.before?.['alias']
  const from = entry.before?.['from']
  if (typeof alias !== 'string') return document
  const { [alias]: _, ...aliases } = document.aliases
  const target = document.versions.find(({ version }) => version === from)
  return { ...document, aliases: target ? { ...aliases, [alias]: target.version } : aliases }
}

async function bringBack(
  runner: ChangeRunner,
  document: ModelDocument,
  records: readonly TrashRecord[],
  entry: HistoryEntry,
  author: Author,
  transaction: Transaction,
): Promise<Inverse> {
  let current = document
  for (const record of records) {
    const taken = current.versions.some(({ stage }) => stage === ModelStage.production)
    const stage =
      record.stage === ModelStage.production && taken ? ModelStage.archived : record.stage
    current = (await untrash(runner, current, record, author, transaction, stage)).document
  }
  const aliases = { ...current.aliases }
  const before = entry.before?.['aliases']
  for (const [alias, version] of Object.entries(typeof before === 'object' ? (before ?? {}) : {})) {
    const isTaken = Object.hasOwn(aliases, alias) || aliasLike(aliases, alias) !== undefined
    if (typeof version === 'string' && !isTaken) aliases[alias] = version
  }
  const [only] = records
  return {
    document: { ...current, aliases },
    fields: only && records.length === 1 ? { to: only.stage } : {},
  }
}

function withRecord(document: ModelDocument, record: VersionRecord): ModelDocument {
  return {
    ...document,
    versions: document.versions.map((other) => (other.id === record.id ? record : other)),
  }
}

/** Fields as they were; `null` stands for one that was not there. */
function withFields<T extends object>(value: T, before: HistoryEntry['before']): T {
  const fields = new Map<string, unknown>(Object.entries(value))
  for (const [key, inner] of Object.entries(before ?? {})) {
    if (inner === null) fields.delete(key)
    else fields.set(key, inner)
  }
  return Object.fromEntries(fields) as T
}
