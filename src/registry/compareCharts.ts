import { metricDirection } from './metricDirection'
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
}

export interface MetricPoint extends ChartMark {
  /** The place among the versions in the order of their creation, from 0. */
  readonly index: number
  readonly createdAt: string
  readonly value: number
  /** True where no earlier version was better. */
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
  const direction = metricDirection(metric, directions)
  const points: MetricPoint[] = []
  let best: number | undefined
  for (const [index, version] of byCreation(versions).entries()) {
    const value = valueOf(version, metric)
    if (value === undefined) continue
    const isRecord = best === undefined || (direction === 'higher' ? value > best : value < best)
    if (isRecord) best = value
    points.push({ ...markOf(version), index, createdAt: version.createdAt, value, isRecord })
  }
  return { metric, direction, points }
}

/** The series of every metric that any of the versions has, by name: the small multiples. */
export function allMetricSeries(
  versions: readonly ModelVersion[],
  directions?: DirectionOverrides,
): MetricSeries[] {
  return metricNames(versions).map((metric) => metricSeries(versions, metric, directions))
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
  const pairs = versions.flatMap((version) => {
    const [own, other] = [valueOf(version, x), valueOf(version, y)]
    return own === undefined || other === undefined
      ? []
      : [{ ...markOf(version), x: own, y: other }]
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
  const columns = [
    ...parameters.map((name) => ({
      name,
      values: versions.map((version) => parameterOf(version, name)),
    })),
    { name: metric, values: versions.map((version) => valueOf(version, metric)) },
  ]
  const axes = columns.map(({ name, values }) => axisOf(name, values))
  const rows = versions.map((version, row) => ({
    ...markOf(version),
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

function differingParameters(versions: readonly ModelVersion[]): string[] {
  const names = new Set(versions.flatMap(({ parameters }) => Object.keys(parameters)))
  return [...names]
    .filter((name) => new Set(versions.map((version) => parameterOf(version, name))).size > 1)
    .sort()
}

function parameterOf({ parameters }: ModelVersion, name: string): ParameterValue | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined
}

function valueOf({ metrics }: ModelVersion, name: string): number | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined
}

function markOf({ fullName, version, stage }: ModelVersion): ChartMark {
  return { reference: fullName, version, stage }
}

function byCreation(versions: readonly ModelVersion[]): ModelVersion[] {
  return versions.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
}
