import { latestOf, type Metrics, type ModelDocument, type VersionRecord } from './model'
import { ModelStage } from './stage'

/** The few facts of a version that a list shows. */
export interface VersionHead {
  readonly version: string
  readonly stage: ModelStage
  readonly framework: string
  readonly createdAt: string
  readonly metrics: Metrics
}

/** What a list of models needs to know of one, without its document. */
export interface ModelHead {
  readonly name: string
  readonly description: string
  /** Number of versions in each stage. */
  readonly stages: Readonly<Record<ModelStage, number>>
  readonly latest?: VersionHead
  readonly production?: VersionHead
  /** Why the document can't be read. */
  readonly error?: string
  /** In the trash as a whole. */
  readonly deleted?: boolean
  /** Distinct sizes of stored files that are worth sharing, in bytes. */
  readonly sizes: readonly number[]
}

/** Smaller files are shared within their model only: looking for an equal one elsewhere costs more than it saves. */
export const WORTH_SHARING = 64 * 1024

export function headOf(name: string, document: ModelDocument): ModelHead {
  const stages = { development: 0, staging: 0, production: 0, archived: 0 }
  const sizes = new Set<number>()
  for (const { stage } of document.versions) stages[stage]++
  for (const { artifact } of [...document.versions, ...document.trash]) {
    for (const { size } of artifact?.files ?? []) if (size >= WORTH_SHARING) sizes.add(size)
  }
  const latest = latestOf(document.versions)
  const production = document.versions.find(({ stage }) => stage === ModelStage.production)
  return {
    name,
    description: document.description,
    stages,
    ...(latest ? { latest: versionHead(latest) } : {}),
    ...(production ? { production: versionHead(production) } : {}),
    ...(document.deletedAt === undefined ? {} : { deleted: true }),
    sizes: [...sizes].sort((a, b) => a - b),
  }
}

export function brokenHead(name: string, error: string): ModelHead {
  const stages = { development: 0, staging: 0, production: 0, archived: 0 }
  return { name, description: '', stages, error, sizes: [] }
}

function versionHead(version: VersionRecord): VersionHead {
  const { stage, framework, createdAt, metrics } = version
  return { version: version.version, stage, framework, createdAt, metrics }
}
