import { byCreation } from './changes'
import { RegisteredModel } from './model'
import type { HistoryEntry, ModelDocument, TrashRecord, VersionRecord } from './model'
import { aliasesAt } from './pastAliases'
import { stagesAt, type VersionAt } from './timeTravel'
import { timeOf } from './timeTravelEvents'

/**
 * A model as it stood at a time: the versions that were there, in their stages of then, with what was said of them then
 * and with the aliases of then. It goes by its name of today, so that references to it can be followed; of a version
 * that was removed for good only name and stage are left. `undefined` where no version was there.
 */
export function modelAt(
  name: string,
  document: ModelDocument,
  at: Date,
): RegisteredModel | undefined {
  const known = lastAsked.get(document)
  if (known?.time === at.getTime()) return known.model
  const model = rewound(name, document, at)
  lastAsked.set(document, { time: at.getTime(), model })
  return model
}

// Documents are frozen snapshots, and a view that shows a time asks for it again whenever anything changes.
const lastAsked = new WeakMap<
  ModelDocument,
  { readonly time: number; readonly model: RegisteredModel | undefined }
>()

function rewound(name: string, document: ModelDocument, at: Date): RegisteredModel | undefined {
  const places = stagesAt(document, at)
  if (places.size === 0) return undefined
  // What was taken back is passed over: the history does not keep what an undo has replaced.
  const undone = new Set(document.history.map(({ undoes }) => undoes))
  const later = document.history.filter((entry) => timeOf(entry) > at.getTime())
  const changes = later.filter(({ id }) => !undone.has(id)).toReversed()
  const records = new Map<string, VersionRecord>([
    ...document.versions.map((record) => [record.id, record] as const),
    ...document.trash.map((record) => [record.id, living(record)] as const),
  ])
  const versions = [...places].map(([id, place]) =>
    versionAt(records.get(id) ?? lost(id, place), place, changes),
  )
  return new RegisteredModel(name, {
    ...document,
    ...fieldsBefore(changes.filter(({ action }) => action === 'updateModel')),
    aliases: aliasesAt(document, at, changes),
    versions: versions.sort(byCreation),
    trash: [],
    history: document.history.filter((entry) => timeOf(entry) <= at.getTime()),
  })
}

/** A version before it was put into the trash. */
function living(record: TrashRecord): VersionRecord {
  const { deletedAt: _, deletedBy: __, ...version } = record
  return version
}

function versionAt(
  record: VersionRecord,
  { stage, since }: VersionAt,
  changes: readonly HistoryEntry[],
): VersionRecord {
  const own = changes.filter(
    ({ action, versionId }) => action === 'update' && versionId === record.id,
  )
  return { ...record, ...fieldsBefore(own), stage, updatedAt: since }
}

function lost(id: string, { version, stage, since }: VersionAt): VersionRecord {
  return {
    id,
    version,
    stage,
    framework: 'custom',
    metrics: {},
    parameters: {},
    tags: {},
    description: '',
    createdAt: since,
    updatedAt: since,
    createdBy: '',
  }
}

type Described = Pick<
  VersionRecord,
  'metrics' | 'parameters' | 'tags' | 'description' | 'framework'
>

/** A history may come from anywhere: what is not as the field has it is passed over. */
const GUARDS: { readonly [K in keyof Described]: (value: unknown) => value is Described[K] } = {
  metrics: (value): value is Described['metrics'] => isRecordOf(value, ['number']),
  parameters: (value): value is Described['parameters'] =>
    isRecordOf(value, ['number', 'string', 'boolean', 'object']),
  tags: (value): value is Described['tags'] => isRecordOf(value, ['string']),
  description: (value) => typeof value === 'string',
  framework: (value) => typeof value === 'string',
}

function isRecordOf(value: unknown, types: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  // The only object that is a value here is null.
  return Object.values(value).every(
    (inner) => types.includes(typeof inner) && (typeof inner !== 'object' || inner === null),
  )
}

/** What changes, the newest first, have replaced. */
function fieldsBefore(changes: readonly HistoryEntry[]): Partial<Described> {
  const before: Record<string, unknown> = {}
  for (const change of changes) {
    for (const [key, guard] of Object.entries(GUARDS)) {
      const value = change.before?.[key]
      if (guard(value)) before[key] = value
    }
  }
  return before
}
