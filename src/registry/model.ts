import type { Inspection } from './inspection'
import type { StoredScan } from './scan'
import { ModelStage } from './stage'

/** Finite numbers by name. The well-known names are `METRICS`; any other is a custom metric. */
export type Metrics = Readonly<Record<string, number>>
export const METRICS = [
  'accuracy',
  'precision',
  'recall',
  'f1_score',
  'auc_roc',
  'mse',
  'mae',
] as const

export type ParameterValue = string | number | boolean | null
export type Parameters = Readonly<Record<string, ParameterValue>>
export type Tags = Readonly<Record<string, string>>

/** A file of an artifact: its path relative to the artifact with `/`, size in bytes, and SHA-256 in hex. */
export interface ArtifactFile {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

/**
 * What a store keeps for a version. A file's `sha256` is its own; a folder's is SHA-256 over the lines
 * `<sha256> <size> <path>\n`, sorted by the UTF-8 bytes of the path.
 */
export interface Artifact {
  readonly kind: 'file' | 'folder'
  /** What the store returned; the file store's is relative to the `.models` folder. */
  readonly uri: string
  readonly files: readonly ArtifactFile[]
  readonly size: number
  readonly sha256: string
}

/** The code that a version was made with. `remote` never holds user info or a token. */
export interface GitSource {
  readonly commit: string
  readonly branch?: string
  readonly dirty: boolean
  readonly remote?: string
  readonly author?: string
}

export interface ValueOrigin {
  readonly file: string
  readonly key: string
}

/** Data that a model was made from: its path, and what names its content (`sha256:…`, or `md5:…` as DVC recorded it). */
export interface Dataset {
  readonly path: string
  readonly digest?: string
}

/** The cell of a notebook that wrote a model. `cell` counts all cells from 1; `executionCount` is the kernel's. */
export interface Notebook {
  readonly path: string
  readonly cell: number
  readonly executionCount?: number
}

/** Where a version comes from. `path` is relative to the workspace folder; a file from outside keeps only its name. */
export interface Source {
  readonly path?: string
  readonly outside?: boolean
  readonly git?: GitSource
  readonly run?: string
  /** Where each harvested value was read, by its place: `metrics.accuracy`. */
  readonly values?: Readonly<Record<string, ValueOrigin>>
  readonly environment?: Readonly<Record<string, string>>
  readonly datasets?: readonly Dataset[]
  readonly notebook?: Notebook
  readonly [field: string]: unknown
}

/** A version as its document holds it; unknown fields survive a round trip. */
export interface VersionRecord {
  readonly id: string
  readonly version: string
  readonly stage: ModelStage
  readonly framework: string
  readonly format?: string
  readonly artifact?: Artifact
  readonly metrics: Metrics
  readonly parameters: Parameters
  readonly tags: Tags
  readonly description: string
  readonly source?: Source
  readonly inspection?: Inspection
  readonly scan?: StoredScan
  readonly createdAt: string
  readonly updatedAt: string
  readonly createdBy: string
}

/** A deleted version that can be restored until the trash is emptied. `artifact.uri` is where it lies now. */
export interface TrashRecord extends VersionRecord {
  readonly deletedAt: string
  readonly deletedBy: string
}

export type Via = 'vscode' | 'cli' | 'mcp' | 'api'

export type HistoryAction =
  | 'register'
  | 'transition'
  | 'update'
  | 'updateModel'
  | 'rename'
  | 'delete'
  | 'deleteModel'
  | 'restore'
  | 'setAlias'
  | 'removeAlias'
  | 'rollback'
  | 'undo'
  | 'gc'
  | 'merge'
  | 'repair'
  | 'import'

/** One change: appended, never edited. `before` holds the changed fields only. */
export interface HistoryEntry {
  readonly id: string
  readonly at: string
  readonly actor: string
  readonly agent?: string
  readonly via: Via
  readonly action: HistoryAction
  readonly version?: string
  /** The version's `id`: names can change in a merge, ids never do. */
  readonly versionId?: string
  readonly from?: string
  readonly to?: string
  readonly note?: string
  readonly before?: Readonly<Record<string, unknown>>
  /** The version that this change archived, where it put another one into production. */
  readonly demoted?: string
  readonly demotedId?: string
  /** Reasons given for what the scanner or the promotion rules would have refused. */
  readonly overrides?: { readonly unsafe?: string; readonly policy?: string }
  /** The entry that an `undo` took back. */
  readonly undoes?: string
}

/** The document of one model: `.models/<name>.json`. */
export interface ModelDocument {
  readonly formatVersion: number
  readonly name: string
  readonly description: string
  readonly tags: Tags
  readonly createdAt: string
  /** Set while the whole model is in the trash: it is not listed, and a restore or a new registration clears it. */
  readonly deletedAt?: string
  readonly aliases: Readonly<Record<string, string>>
  readonly versions: readonly VersionRecord[]
  readonly trash: readonly TrashRecord[]
  readonly history: readonly HistoryEntry[]
}

/** The newest format that this code writes; a document with a larger one is never rewritten. */
export const FORMAT_VERSION = 1

/** A frozen snapshot of a version: the record's fields, and whose version it is. */
export interface ModelVersion extends VersionRecord {
  readonly model: string
  /** `churn:1.0.0` */
  readonly fullName: string
  /** The aliases that point at this version, by name: in which order they were set tells nothing. */
  readonly aliases: readonly string[]
}

/** A frozen snapshot of a registered model. */
export class RegisteredModel {
  readonly name: string
  readonly description: string
  readonly tags: Tags
  readonly createdAt: string
  readonly aliases: Readonly<Record<string, string>>
  readonly versions: readonly ModelVersion[]
  readonly trash: readonly TrashRecord[]
  readonly history: readonly HistoryEntry[]

  /** @param name The document's file name wins over its `name` field: a document can be moved as one file. */
  constructor(name: string, document: ModelDocument) {
    this.name = name
    this.description = document.description
    this.tags = document.tags
    this.createdAt = document.createdAt
    this.aliases = document.aliases
    const aliasesOf = new Map<string, string[]>()
    const entries = Object.entries(document.aliases).sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [alias, version] of entries) {
      const list = aliasesOf.get(version)
      if (list) list.push(alias)
      else aliasesOf.set(version, [alias])
    }
    this.versions = document.versions.map((record) => ({
      model: name,
      fullName: `${name}:${record.version}`,
      ...record,
      aliases: aliasesOf.get(record.version) ?? [],
    }))
    this.trash = document.trash
    this.history = document.history
    deepFreeze(this)
  }

  getVersion(version: string): ModelVersion | undefined {
    return this.versions.find((candidate) => candidate.version === version)
  }

  /** The newest by creation time; ties go to the later position. */
  get latestVersion(): ModelVersion | undefined {
    return latestOf(this.versions)
  }

  /** The newest that was there before this one, which may be about to be added; of the same time the earlier position. */
  previousVersion({
    id,
    createdAt,
  }: Pick<ModelVersion, 'id' | 'createdAt'>): ModelVersion | undefined {
    const place = this.versions.findIndex((other) => other.id === id)
    return latestOf(
      this.versions.filter(
        (other, index) =>
          other.id !== id &&
          (other.createdAt < createdAt ||
            (other.createdAt === createdAt && (place === -1 || index < place))),
      ),
    )
  }

  get productionVersion(): ModelVersion | undefined {
    return this.versions.find((version) => version.stage === ModelStage.production)
  }
}

/** The newest by creation time; ties go to the later position. */
export function latestOf<T extends { readonly createdAt: string }>(
  versions: readonly T[],
): T | undefined {
  let latest: T | undefined
  for (const version of versions) {
    if (!latest || version.createdAt >= latest.createdAt) latest = version
  }
  return latest
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
}
