import compareSemver from 'semver/functions/compare'
import valid from 'semver/functions/valid'
import { compareMetric, metricDirection } from '../../registry/metricDirection'
import type { DirectionOverrides } from '../../registry/metricDirection'
import { METRICS, type ModelVersion, type RegisteredModel } from '../../registry/model'
import type { SortBy } from '../config'

/** What rows are sorted by. */
export interface Order {
  readonly sortBy: SortBy
  readonly primaryMetric: string
  /** Which way metrics get better, where a person has said so. */
  readonly directions: DirectionOverrides
}

/** The name of the metric that a row shows; `undefined` where the version has none. */
export function mainMetric(version: ModelVersion, primaryMetric: string): string | undefined {
  if (primaryMetric !== '' && version.metrics[primaryMetric] !== undefined) return primaryMetric
  return (
    METRICS.find((name) => version.metrics[name] !== undefined) ?? Object.keys(version.metrics)[0]
  )
}

/**
 * Newest, best or largest first; by name models go up and versions go down from the highest. The versions of one model
 * stay in the order in which they were made: they must not change places when one of them is moved.
 */
export function compareVersions(a: ModelVersion, b: ModelVersion, order: Order): number {
  switch (order.sortBy) {
    case 'name':
      return compareTexts(a.model, b.model) || compareNames(b.version, a.version)
    case 'updated':
      if (a.model === b.model)
        return compareTexts(b.createdAt, a.createdAt) || compareNames(b.version, a.version)
      return compareTexts(b.updatedAt, a.updatedAt) || compareTexts(a.model, b.model)
    case 'metric':
      return compareMetrics(a, b, order) || compareTexts(b.createdAt, a.createdAt)
    case 'size':
      return (
        (b.artifact?.size ?? -1) - (a.artifact?.size ?? -1) ||
        compareTexts(b.createdAt, a.createdAt)
      )
  }
}

/** Models by their first version in the same order. */
export function compareModels(a: RegisteredModel, b: RegisteredModel, order: Order): number {
  const [first, second] = [bestOf(a, order), bestOf(b, order)]
  if (order.sortBy !== 'name' && first && second) {
    const difference = compareVersions(first, second, order)
    if (difference !== 0) return difference
  }
  return compareTexts(a.name, b.name)
}

function bestOf(model: RegisteredModel, order: Order): ModelVersion | undefined {
  let best: ModelVersion | undefined
  for (const version of model.versions)
    if (!best || compareVersions(version, best, order) < 0) best = version
  return best
}

/** Versions without the metric come last. */
function compareMetrics(a: ModelVersion, b: ModelVersion, order: Order): number {
  const { primaryMetric, directions } = order
  const metric = mainMetric(a, primaryMetric) ?? mainMetric(b, primaryMetric)
  if (metric === undefined) return 0
  const [first, second] = [a.metrics[metric], b.metrics[metric]]
  if (first === undefined || second === undefined) {
    return first === second ? 0 : first === undefined ? 1 : -1
  }
  return compareMetric(first, second, metricDirection(metric, directions))
}

/** SemVer where both are, else as text with numbers by value. */
function compareNames(a: string, b: string): number {
  if (valid(a) !== null && valid(b) !== null) return compareSemver(a, b)
  return a.localeCompare(b, 'en', { numeric: true })
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
