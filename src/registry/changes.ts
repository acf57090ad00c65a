import { AppError } from '../base/errors'
import { ulid } from '../base/ulid'
import type {
  HistoryAction,
  HistoryEntry,
  ModelDocument,
  Tags,
  TrashRecord,
  VersionRecord,
  Via,
} from './model'
import { FORMAT_VERSION } from './model'
import { nameKey } from './names'
import { ModelStage } from './stage'

/** Who changes something, when, and through which host. */
export interface Author {
  readonly actor: string
  readonly agent?: string
  readonly via: Via
  readonly at: Date
  readonly note?: string
  readonly overrides?: HistoryEntry['overrides']
}

/** A changed copy of a document, and the entry that its history got. */
export interface Change {
  readonly document: ModelDocument
  readonly entry: HistoryEntry
}

export function newDocument(name: string, at: Date): ModelDocument {
  return {
    formatVersion: FORMAT_VERSION,
    name,
    description: '',
    tags: {},
    createdAt: at.toISOString(),
    aliases: {},
    versions: [],
    trash: [],
    history: [],
  }
}

type EntryFields = Partial<Omit<HistoryEntry, 'id' | 'at' | 'actor' | 'agent' | 'via' | 'action'>>

function entryOf(author: Author, action: HistoryAction, fields: EntryFields): HistoryEntry {
  return {
    id: ulid(author.at.getTime()),
    at: author.at.toISOString(),
    actor: author.actor,
    ...(author.agent === undefined ? {} : { agent: author.agent }),
    via: author.via,
    action,
    ...fields,
    ...(author.note === undefined || author.note === '' ? {} : { note: author.note }),
    ...(author.overrides === undefined ? {} : { overrides: author.overrides }),
  }
}

/** A copy with an entry appended to its history. */
export function recorded(
  document: ModelDocument,
  author: Author,
  action: HistoryAction,
  fields: EntryFields = {},
): Change {
  const entry = entryOf(author, action, fields)
  return { document: { ...document, history: [...document.history, entry] }, entry }
}

/** The version that an alias names; an alias may be called `constructor`, which every object has. */
export function aliasTarget(
  { aliases }: Pick<ModelDocument, 'aliases'>,
  alias: string,
): string | undefined {
  return Object.hasOwn(aliases, alias) ? aliases[alias] : undefined
}

export function findVersion(document: ModelDocument, version: string): VersionRecord | undefined {
  return document.versions.find((candidate) => candidate.version === version)
}

/** @throws AppError `notFound` */
export function requireVersion(document: ModelDocument, version: string): VersionRecord {
  const found = findVersion(document, version)
  if (found) return found
  const trashed = document.trash.some((candidate) => candidate.version === version)
  throw new AppError(
    'notFound',
    trashed
      ? `Version ${version} of model ${document.name} is in the trash; restore it first.`
      : `Model ${document.name} has no version ${version}.`,
  )
}

/** @throws AppError `conflict` where the name is taken, in the trash too. */
export function checkVersionFree(document: ModelDocument, version: string): void {
  const key = nameKey(version)
  const same = document.versions.find((candidate) => nameKey(candidate.version) === key)
  if (same) {
    throw new AppError(
      'conflict',
      same.version === version
        ? `Version ${version} already exists for model ${document.name}.`
        : `Version ${version} differs only in case from version ${same.version} of model ${document.name}; choose another name.`,
    )
  }
  const trashed = document.trash.find((candidate) => nameKey(candidate.version) === key)
  if (trashed) {
    throw new AppError(
      'conflict',
      `Version ${trashed.version} of model ${document.name} is in the trash; restore it, empty the trash, or choose another name.`,
    )
  }
}

function withVersion(document: ModelDocument, changed: VersionRecord): ModelDocument {
  return {
    ...document,
    versions: document.versions.map((version) => (version.id === changed.id ? changed : version)),
  }
}

/** Moves a version and, where it goes to production, the one that was there to the archive. */
function moved(
  document: ModelDocument,
  version: VersionRecord,
  stage: ModelStage,
  at: Date,
): { document: ModelDocument; demoted: VersionRecord | undefined } {
  const updatedAt = at.toISOString()
  const demoted =
    stage === ModelStage.production
      ? document.versions.find(
          (other) => other.stage === ModelStage.production && other.id !== version.id,
        )
      : undefined
  return {
    demoted,
    document: {
      ...document,
      versions: document.versions.map((other) => {
        if (other.id === version.id) return { ...other, stage, updatedAt }
        if (other.id === demoted?.id) return { ...other, stage: ModelStage.archived, updatedAt }
        return other
      }),
    },
  }
}

/** Adds a version; with a stage other than development, or an alias, it gets there in the same write. */
export function registered(
  document: ModelDocument,
  record: VersionRecord,
  author: Author,
  alias?: string,
): Change {
  checkVersionFree(document, record.version)
  const { deletedAt: _, ...living } = document
  const before = alias === undefined ? undefined : aliasTarget(living, alias)
  const added: ModelDocument = {
    ...living,
    aliases: alias === undefined ? living.aliases : { ...living.aliases, [alias]: record.version },
    versions: [...document.versions, { ...record, stage: ModelStage.development }],
  }
  const placed =
    record.stage === ModelStage.development
      ? { document: added, demoted: undefined }
      : moved(added, record, record.stage, author.at)
  // A registration is not an update of the version that it makes.
  return recorded(withVersion(placed.document, record), author, 'register', {
    version: record.version,
    versionId: record.id,
    to: record.stage,
    ...demotion(placed.demoted),
    ...(alias === undefined ? {} : { before: { alias, from: before ?? null } }),
  })
}

function demotion(demoted: VersionRecord | undefined): { demoted?: string; demotedId?: string } {
  return demoted ? { demoted: demoted.version, demotedId: demoted.id } : {}
}

export function transitioned(
  document: ModelDocument,
  version: VersionRecord,
  stage: ModelStage,
  author: Author,
  action: 'transition' | 'rollback' = 'transition',
): Change {
  const { document: changed, demoted } = moved(document, version, stage, author.at)
  return recorded(changed, author, action, {
    version: version.version,
    versionId: version.id,
    from: version.stage,
    to: stage,
    ...demotion(demoted),
  })
}

/** Sets fields of a version; `undefined` takes a field away. The entry keeps what they were. */
export function updated(
  document: ModelDocument,
  version: VersionRecord,
  fields: Partial<VersionRecord>,
  author: Author,
): Change {
  const before: Record<string, unknown> = {}
  const current = new Map<string, unknown>(Object.entries(version))
  for (const key of Object.keys(fields)) before[key] = current.get(key) ?? null
  const changed = withVersion(
    document,
    withoutUndefined({ ...version, ...fields, updatedAt: author.at.toISOString() }),
  )
  return recorded(changed, author, 'update', {
    version: version.version,
    versionId: version.id,
    before,
  })
}

export function modelUpdated(
  document: ModelDocument,
  fields: { readonly description?: string; readonly tags?: Tags },
  author: Author,
): Change {
  const before: Record<string, unknown> = {}
  if (fields.description !== undefined) before['description'] = document.description
  if (fields.tags !== undefined) before['tags'] = document.tags
  return recorded({ ...document, ...fields }, author, 'updateModel', { before })
}

/** Moves a version to the trash, and drops the aliases that pointed at it. */
export function trashed(
  document: ModelDocument,
  version: VersionRecord,
  artifact: VersionRecord['artifact'],
  author: Author,
): Change {
  const record = withArtifact(
    { ...version, deletedAt: author.at.toISOString(), deletedBy: author.actor },
    artifact,
  )
  const lost = Object.entries(document.aliases).filter(([, target]) => target === version.version)
  const changed: ModelDocument = {
    ...document,
    aliases: Object.fromEntries(
      Object.entries(document.aliases).filter(([, target]) => target !== version.version),
    ),
    versions: document.versions.filter((other) => other.id !== version.id),
    trash: [...document.trash, record],
  }
  return recorded(changed, author, 'delete', {
    version: version.version,
    versionId: version.id,
    from: version.stage,
    ...(lost.length > 0 ? { before: { aliases: Object.fromEntries(lost) } } : {}),
  })
}

/** Back from the trash. A former production version returns archived: another may be in production since. */
export function restored(
  document: ModelDocument,
  record: TrashRecord,
  artifact: VersionRecord['artifact'],
  author: Author,
  stage: ModelStage = record.stage === ModelStage.production ? ModelStage.archived : record.stage,
): Change {
  const { deletedAt: _, deletedBy: __, ...version } = record
  const { deletedAt: ___, ...living } = document
  const back: VersionRecord = { ...withArtifact(version, artifact), stage }
  const changed: ModelDocument = {
    ...living,
    versions: [...document.versions, back].sort(byCreation),
    trash: document.trash.filter((other) => other.id !== record.id),
  }
  return recorded(changed, author, 'restore', {
    version: record.version,
    versionId: record.id,
    from: record.stage,
    to: stage,
  })
}

function withArtifact<T extends VersionRecord>(version: T, artifact: VersionRecord['artifact']): T {
  return artifact === undefined ? version : { ...version, artifact }
}

/** Positions break ties of `latest`, so what comes back goes to its old place. */
export function byCreation(a: VersionRecord, b: VersionRecord): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

export function withAlias(
  document: ModelDocument,
  alias: string,
  version: VersionRecord | undefined,
  author: Author,
): Change {
  const from = aliasTarget(document, alias)
  const aliases = Object.fromEntries(
    Object.entries(document.aliases).filter(([other]) => other !== alias),
  )
  if (version) aliases[alias] = version.version
  return recorded({ ...document, aliases }, author, version ? 'setAlias' : 'removeAlias', {
    before: { alias },
    ...(version ? { version: version.version, versionId: version.id, to: version.version } : {}),
    ...(from === undefined ? {} : { from }),
  })
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T
}
