import { escapeText, plural } from '../../base/text'
import type { ModelStage } from '../../registry/stage'
import type { ChartVersion, CurvesData, Measure } from './protocol'

/** How long names are shown; they come from files and may be of any length. */
const NAME = 60

export function nameOf({ name }: Pick<Measure, 'name'>): string {
  return escapeText(name, NAME)
}

/** What stands at an axis: `latency_ms (ms), lower is better`. */
export function axisTitle(measure: Measure): string {
  return `${nameWithUnit(measure)}, ${measure.direction} is better`
}

/** `latency_ms (ms)` */
export function nameWithUnit({ name, unit }: Measure): string {
  return unit === undefined ? escapeText(name, NAME) : `${escapeText(name, NAME)} (${unit})`
}

const STAGE_TITLES: Readonly<Record<ModelStage, string>> = {
  development: 'Development',
  staging: 'Staging',
  production: 'Production',
  archived: 'Archived',
}

export function stageTitle(stage: ModelStage): string {
  return STAGE_TITLES[stage]
}

/** Made once: to make one takes longer than to use it a hundred times. */
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** `3 Jan 2026`: a moment as the person in front of the page writes it. */
export function dayOf({ createdAt }: Pick<ChartVersion, 'createdAt'>): string {
  const date = new Date(createdAt)
  if (Number.isNaN(date.getTime())) return escapeText(createdAt, NAME)
  return DAY.format(date)
}

/** What every tooltip says of a version, below the values. */
export function aboutVersion(version: ChartVersion): readonly string[] {
  return [`${stageTitle(version.stage)} · ${dayOf(version)}`]
}

/** The models of some versions, in the order in which they first appear. */
export function modelsOf(
  versions: readonly Pick<ChartVersion, 'folder' | 'model'>[],
): ReadonlyMap<string, number> {
  const models = new Map<string, number>()
  for (const version of versions) {
    const key = modelKey(version)
    if (!models.has(key)) models.set(key, models.size)
  }
  return models
}

/** Tells models of one name in several folders apart. */
export function modelKey({ folder, model }: Pick<ChartVersion, 'folder' | 'model'>): string {
  return `${folder} ${model}`
}

/** What a logarithmic scale leaves out; `undefined` where that is nothing. */
export function leftOutOfLog({ lines }: CurvesData): string | undefined {
  const values = lines.flatMap((one) => one.smoothed ?? one.values)
  const hidden = values.filter((value) => value <= 0).length
  if (hidden === 0) return undefined
  return hidden === values.length
    ? 'No value is above 0, so the scale stays linear.'
    : `${plural(hidden, 'value is', 'values are')} not above 0 and not on a logarithmic scale.`
}
