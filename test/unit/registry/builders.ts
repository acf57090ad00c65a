import { RegisteredModel } from '../../../src/registry/model'
import type {
  HistoryEntry,
  ModelDocument,
  ModelVersion,
  VersionRecord,
} from '../../../src/registry/model'

/** A version as a document holds it, with what a test does not care about filled in. */
export function record(fields: Partial<VersionRecord> = {}): VersionRecord {
  const version = fields.version ?? '1.0.0'
  return {
    id: `01J${version.replaceAll(/[^0-9A-Z]/gi, '').toUpperCase()}`,
    version,
    stage: 'development',
    framework: 'custom',
    metrics: {},
    parameters: {},
    tags: {},
    description: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    createdBy: 'ada',
    ...fields,
  }
}

export function artifact(size: number, sha256 = 'a'.repeat(64)): VersionRecord['artifact'] {
  const files = [{ path: 'model.bin', size, sha256 }]
  return { kind: 'file', uri: 'churn/1.0.0/model.bin', files, size, sha256 }
}

export function document(fields: Partial<ModelDocument> = {}): ModelDocument {
  return {
    formatVersion: 1,
    name: 'churn',
    description: '',
    tags: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    aliases: {},
    versions: [],
    trash: [],
    history: [],
    ...fields,
  }
}

/** An entry of the history; its id sorts by `at`, as a ULID does. */
export function entry(
  fields: Partial<HistoryEntry> & Pick<HistoryEntry, 'at' | 'action'>,
): HistoryEntry {
  return { id: `H${fields.at}`, actor: 'ada', via: 'cli', ...fields }
}

/** The versions of one model as a registry hands them out. */
export function versionsOf(
  model: string,
  versions: readonly Partial<VersionRecord>[],
  aliases: Readonly<Record<string, string>> = {},
): readonly ModelVersion[] {
  const built = document({ name: model, aliases, versions: versions.map(record) })
  return new RegisteredModel(model, built).versions
}

export function modelVersion(fields: Partial<VersionRecord> = {}, model = 'churn'): ModelVersion {
  const [version] = versionsOf(model, [fields])
  if (!version) throw new Error('A list of one record has one version.')
  return version
}
