import { compareMetric, type MetricDirection } from '../../registry/metricDirection'
import type { ModelVersion } from '../../registry/model'

/** A version at its place; equal values share one. */
export interface Ranked {
  readonly place: number
  readonly version: ModelVersion
  readonly value: number
}

export interface Ranking {
  readonly ranked: readonly Ranked[]
  /** How many of the versions don't have the metric. */
  readonly without: number
}

/** The versions from the best to the worst value of a metric; equal ones from the newest. */
export function rankBy(
  metric: string,
  direction: MetricDirection,
  versions: readonly ModelVersion[],
): Ranking {
  const having = versions.flatMap((version) => {
    const value = Object.hasOwn(version.metrics, metric) ? version.metrics[metric] : undefined
    return value === undefined ? [] : [{ version, value }]
  })
  having.sort(
    (a, b) =>
      compareMetric(a.value, b.value, direction) ||
      (a.version.createdAt < b.version.createdAt ? 1 : -1),
  )
  let place = 0
  const ranked = having.map(({ version, value }, index) => {
    if (value !== having[index - 1]?.value) place = index + 1
    return { place, version, value }
  })
  return { ranked, without: versions.length - having.length }
}

/** The metrics of the versions with how many have each, the most common first. */
export function metricCounts(versions: readonly ModelVersion[]): readonly [string, number][] {
  const counts = new Map<string, number>()
  for (const { metrics } of versions)
    for (const name of Object.keys(metrics)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}
