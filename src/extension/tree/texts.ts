import { formatAge, formatBytes, formatNumber, plural } from '../../base/text'
import { escapeText } from '../../base/text'
import type { ModelVersion } from '../../registry/model'
import { currentVerdict } from '../../registry/scan'
import type { ModelStage } from '../../registry/stage'
import type { ArtifactTrouble } from './node'
import { mainMetric } from './order'

const TROUBLE: Readonly<Record<ArtifactTrouble, string>> = {
  missing: 'artifact not here',
  damaged: 'artifact damaged',
}

/** `Production` */
export function stageTitle(stage: ModelStage): string {
  return stage.charAt(0).toUpperCase() + stage.slice(1)
}

/** What stands behind a version's name: `accuracy 0.94 · sklearn · 2 d`: a narrow side bar cuts the end. */
export function versionDescription(
  version: ModelVersion,
  options: {
    readonly primaryMetric: string
    readonly withStage: boolean
    readonly trouble: ArtifactTrouble | undefined
    readonly overwritten?: boolean
    /** Where it is today, while another time is shown. */
    readonly today?: ModelStage | 'gone' | undefined
    readonly now: Date
  },
): string {
  const metric = mainMetric(version, options.primaryMetric)
  const value = metric === undefined ? undefined : version.metrics[metric]
  return [
    options.trouble ? TROUBLE[options.trouble] : '',
    scanText(version),
    options.overwritten ? 'its file has changed' : '',
    todayText(version, options.today),
    version.aliases.map((alias) => `@${alias}`).join(' '),
    options.withStage ? version.stage : '',
    metric !== undefined && value !== undefined
      ? `${escapeText(metric, 40)} ${formatNumber(value)}`
      : '',
    version.framework,
    formatAge(version.createdAt, options.now),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

const SCAN_TEXTS: Readonly<Record<string, string>> = {
  dangerous: 'dangerous',
  review: 'needs review',
  incomplete: 'not fully scanned',
}

/** What the scan says of a version's content; nothing where it is clean, or was not scanned. */
export function scanText(version: ModelVersion): string {
  return SCAN_TEXTS[currentVerdict(version) ?? ''] ?? ''
}

/** `now archived`, where it is somewhere else today; nothing where it is where it was. */
export function todayText(version: ModelVersion, today: ModelStage | 'gone' | undefined): string {
  if (today === undefined || today === version.stage) return ''
  return today === 'gone' ? 'not there any more' : `now ${today}`
}

/** What a screen reader says of a version's row. */
export function versionLabel(
  version: ModelVersion,
  primaryMetric: string,
  trouble: ArtifactTrouble | undefined,
): string {
  const metric = mainMetric(version, primaryMetric)
  const value = metric === undefined ? undefined : version.metrics[metric]
  return [
    `${version.model} version ${version.version}`,
    version.aliases.length > 0 ? `alias ${version.aliases.join(' and ')}` : '',
    version.stage,
    version.framework,
    metric !== undefined && value !== undefined
      ? `${escapeText(metric, 40)} ${formatNumber(value)}`
      : '',
    trouble ? TROUBLE[trouble] : '',
    scanText(version),
  ]
    .filter((part) => part !== '')
    .join(', ')
}

/** `3 files, 1.2 MB` or `1.2 MB`; `undefined` for a version of metadata alone. */
export function artifactSize({ artifact }: ModelVersion): string | undefined {
  if (!artifact) return undefined
  const size = formatBytes(artifact.size)
  return artifact.kind === 'folder' ? `${plural(artifact.files.length, 'file')}, ${size}` : size
}
