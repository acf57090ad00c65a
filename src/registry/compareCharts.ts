import { compareMetric, metricDirection } from './metricDirection'
import type { DirectionOverrides, MetricDirection } from './metricDirection'
import type { ModelVersion, ParameterValue } from './model'
import { paretoFront } from './pareto'
import type { ModelStage } from './stage'

/** What every mark of a chart knows of its version. */
export interface ChartMark {
  /** `churn:1.2.0` */
  readonly reference: string
  readonly version: string
  readonly stage: ModelStage
  /** The place among the versions in the order of their creation, from 0. */
  readonly index: number
}

export interface MetricPoint extends ChartMark {
  readonly createdAt: string
  readonly value: number
  /** True where no earlier version of its model was as good. */
  readonly isRecord: boolean
}

export interface MetricSeries {
  readonly metric: string
  readonly direction: MetricDirection
  readonly points: readonly MetricPoint[]
}

/** A metric over the versions in the order of their creation; versions without it leave a gap in `index`. */
export function metricSeries(
  versions: readonly ModelVersion[],
  metric: string,
  directions?: DirectionOverrides,
): MetricSeries {
  return seriesOf(byCreation(versions), metric, directions)
}

function seriesOf(
  ordered: readonly ModelVersion[],
  metric: string,
  directions: DirectionOverrides | undefined,
): MetricSeries {
  const direction = metricDirection(metric, directions)
  const points: MetricPoint[] = []
  const best = new Map<string, number>()
  for (const [index, version] of ordered.entries()) {
    const value = valueOf(version, metric)
    if (value === undefined) continue
    const before = best.get(version.model)
    const isRecord = before === undefined || compareMetric(value, before, direction) < 0
    if (isRecord) best.set(version.model, value)
    points.push({ ...markOf(version, index), createdAt: version.createdAt, value, isRecord })
  }
  return { metric, direction, points }
}

/** The series of every metric that any of the versions has, by name: the small multiples. */
export function allMetricSeries(
  versions: readonly ModelVersion[],
  directions?: DirectionOverrides,
): MetricSeries[] {
  const ordered = byCreation(versions)
  return metricNames(versions).map((metric) => seriesOf(ordered, metric, directions))
}

export function metricNames(versions: readonly ModelVersion[]): string[] {
  return [...new Set(versions.flatMap(({ metrics }) => Object.keys(metrics)))].sort()
}

export interface ScatterPoint extends ChartMark {
  readonly x: number
  readonly y: number
  /** True where no other version is better in one metric without being worse in the other. */
  readonly isOnFront: boolean
}

export interface Scatter {
  readonly points: readonly ScatterPoint[]
  /** The Pareto front, in the order of its line. */
  readonly front: readonly ScatterPoint[]
}

/** Two metrics against each other, of the versions that have both. */
export function scatter(
  versions: readonly ModelVersion[],
  x: string,
  y: string,
  directions?: DirectionOverrides,
): Scatter {
  const pairs = byCreation(versions).flatMap((version, index) => {
    const [own, other] = [valueOf(version, x), valueOf(version, y)]
    return own === undefined || other === undefined
      ? []
      : [{ ...markOf(version, index), x: own, y: other }]
  })
  const best = paretoFront(pairs, metricDirection(x, directions), metricDirection(y, directions))
  const front = new Set(best)
  const points = new Map(pairs.map((point) => [point, { ...point, isOnFront: front.has(point) }]))
  return {
    points: [...points.values()],
    front: best.flatMap((point) => points.get(point) ?? []),
  }
}

/** An axis of numbers with its least and greatest value, or of words in their order. */
export type ParallelAxis =
  | { readonly name: string; readonly kind: 'number'; readonly domain: readonly [number, number] }
  | { readonly name: string; readonly kind: 'category'; readonly domain: readonly string[] }

export interface ParallelRow extends ChartMark {
  /** One for each axis; `undefined` where the version has no value. */
  readonly values: readonly (number | string | undefined)[]
}

export interface ParallelCoordinates {
  readonly axes: readonly ParallelAxis[]
  readonly rows: readonly ParallelRow[]
}

/**
 * Parameters and, as the last axis, a metric. Without `parameters`, those in which the versions differ. A parameter is
 * numeric where each of its values is a number or null.
 */
export function parallelCoordinates(
  versions: readonly ModelVersion[],
  metric: string,
  parameters: readonly string[] = differingParameters(versions),
): ParallelCoordinates {
  const ordered = byCreation(versions)
  const columns = [
    ...parameters.map((name) => ({
      name,
      values: ordered.map((version) => parameterOf(version, name)),
    })),
    { name: metric, values: ordered.map((version) => valueOf(version, metric)) },
  ]
  const axes = columns.map(({ name, values }) => axisOf(name, values))
  const rows = ordered.map((version, row) => ({
    ...markOf(version, row),
    values: columns.map(({ values }, column) => {
      const value = values[row]
      if (value === undefined || value === null) return undefined
      return axes[column]?.kind === 'number' && typeof value === 'number' ? value : String(value)
    }),
  }))
  return { axes, rows }
}

function axisOf(name: string, values: readonly (ParameterValue | undefined)[]): ParallelAxis {
  const present = values.filter((value) => value !== undefined && value !== null)
  const numbers = present.filter((value) => typeof value === 'number')
  if (numbers.length < present.length || numbers.length === 0) {
    return { name, kind: 'category', domain: [...new Set(present.map(String))].sort() }
  }
  // Not Math.min(...numbers): a call takes no list of any length.
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity)
  const high = numbers.reduce((greatest, value) => Math.max(greatest, value), -Infinity)
  return { name, kind: 'number', domain: [low, high] }
}

/** The parameters that any of the versions has, by name. */
export function parameterNames(versions: readonly ModelVersion[]): string[] {
  return [...new Set(versions.flatMap(({ parameters }) => Object.keys(parameters)))].sort()
}

/** Those in which the versions differ, one without a value being different from one with. */
export function differingParameters(versions: readonly ModelVersion[]): string[] {
  return parameterNames(versions).filter(
    (name) => new Set(versions.map((version) => parameterOf(version, name))).size > 1,
  )
}

function parameterOf({ parameters }: ModelVersion, name: string): ParameterValue | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined
}

function valueOf({ metrics }: ModelVersion, name: string): number | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined
}

function markOf({ fullName, version, stage }: ModelVersion, index: number): ChartMark {
  return { reference: fullName, version, stage, index }
}

/** Oldest first; of the same moment in the order that they come in. */
export function byCreation<T extends { readonly createdAt: string }>(versions: readonly T[]): T[] {
  // Each time is read once: a comparison would read it again and again.
  return versions
    .map((version) => ({ version, at: Date.parse(version.createdAt) || 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ version }) => version)
}
