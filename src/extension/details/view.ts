import { escapeText, formatAgo } from '../../base/text'
import type { DirectionOverrides } from '../../registry/metricDirection'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import { nextStage } from '../../registry/stage'
import { isOutdated } from '../../registry/scan'
import { RULES_VERSION } from '../../security/rulesVersion'
import type {
  ArtifactView,
  DetailsIntent,
  DetailsSubject,
  ScanView,
  VersionView,
} from '../../webview/details/protocol'
import { localTime } from '../activity/texts'
import { stageTitle } from '../tree/texts'
import { historyOf } from './history'
import { lineageOf } from './lineage'
import { metricRows, valueRows } from './metrics'
import { storedScan, storedStructure } from './stored'

/** A list of more files is not read; the folder has them. */
const FILES = 2000
/** A card is shown as far as a person reads it here. */
const CARD = 40_000

/** What a version's page shows beside what its document holds. */
export interface Surroundings {
  readonly folder: string
  readonly isPreview: boolean
  readonly canEdit: boolean
  readonly directions: DirectionOverrides
  readonly now: Date
  /** What is wrong with the artifact, as a sentence. */
  readonly problem: string | undefined
  /** True where the path that it was registered from is there. */
  readonly hasSource: boolean
  readonly card: string | undefined
  readonly snippet: string | undefined
  readonly intents: readonly DetailsIntent[]
}

export function subjectOf(folder: string, { model, version, id }: ModelVersion): DetailsSubject {
  return { folder, model, version, id }
}

/** Everything that the page of a version shows, as texts that can do no harm. */
export function versionView(
  model: RegisteredModel,
  version: ModelVersion,
  around: Surroundings,
): VersionView {
  const { folder, canEdit, directions, now, problem, card, snippet } = around
  const inProduction = model.productionVersion
  const production = inProduction?.id === version.id ? undefined : inProduction
  const previous = model.previousVersion(version)
  const next = canEdit ? nextStage(version.stage) : undefined
  const artifact = artifactOf(version)
  const scan = scanOf(version)
  const structure = storedStructure(version)
  return {
    kind: 'version',
    subject: subjectOf(folder, version),
    isPreview: around.isPreview,
    intents: around.intents,
    stage: version.stage,
    stageTitle: stageTitle(version.stage),
    ...(next ? { next: stageTitle(next) } : {}),
    aliases: version.aliases,
    canEdit,
    format: escapeText(version.format ?? '', 60),
    framework: escapeText(version.framework, 60),
    registered: {
      by: escapeText(version.createdBy, 80),
      at: localTime(version.createdAt),
      ago: formatAgo(version.createdAt, now),
    },
    description: version.description,
    ...(problem === undefined ? {} : { problem: escapeText(problem, 1000) }),
    ...(artifact ? { artifact } : {}),
    ...(scan ? { scan } : {}),
    baselines: {
      ...(production ? { production: production.version } : {}),
      // Where both are the same version, one column says it.
      ...(previous && previous.id !== production?.id ? { previous: previous.version } : {}),
    },
    metrics: metricRows(version, { production, previous }, directions),
    parameters: valueRows(version.parameters, 'parameters'),
    tags: valueRows(version.tags, 'tags'),
    history: historyOf(model, version, now),
    lineage: lineageOf(model, version, around.hasSource),
    ...(structure ? { structure } : {}),
    ...(card === undefined ? {} : { card: card.slice(0, CARD) }),
    ...(snippet === undefined ? {} : { snippet }),
  }
}

function artifactOf({ artifact }: ModelVersion): ArtifactView | undefined {
  if (!artifact) return undefined
  const { kind, size, sha256, files } = artifact
  return {
    kind,
    size,
    sha256,
    files: files.slice(0, FILES).map((file) => ({
      path: escapeText(file.path, 400),
      size: file.size,
      sha256: file.sha256,
    })),
    more: Math.max(0, files.length - FILES),
  }
}

function scanOf(version: ModelVersion): ScanView | undefined {
  const scan = storedScan(version)
  if (!scan) return undefined
  const { report, at } = scan
  return {
    report,
    verdict: report.verdict,
    at: localTime(at),
    // A report that does not say by which rules it was made is an old one.
    isOutdated: isOutdated(report, RULES_VERSION),
  }
}
