import type { ModelVersion } from '../../registry/model'
import { metricDirection } from '../../registry/metricDirection'
import { printField } from '../../registry/search/print'

/** How far a metric may fall behind the version in production, as an example. */
const TOLERANCE = 0.005

/**
 * Rules to begin with: artifacts as registered, and not worse than what is in production. The schema explains the rest.
 * @param primary The metric that people look at; empty for the one that most versions have.
 */
export function exampleRules(primary: string, versions: readonly ModelVersion[]): string {
  const key = primary === '' ? (mostCommonMetric(versions) ?? 'accuracy') : primary
  const own = printField({ kind: 'field', name: 'metrics', key })
  const other = printField({ kind: 'field', of: 'production', name: 'metrics', key })
  const notWorse =
    metricDirection(key) === 'higher'
      ? `${own} >= ${other} - ${TOLERANCE}`
      : `${own} <= ${other} + ${TOLERANCE}`
  const rules = {
    staging: { verified: true },
    production: { require: [`${own} IS NOT NULL`, notWorse], verified: true },
  }
  return `${JSON.stringify(rules, null, 2)}\n`
}

function mostCommonMetric(versions: readonly ModelVersion[]): string | undefined {
  const counts = new Map<string, number>()
  for (const { metrics } of versions)
    for (const name of Object.keys(metrics)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0]
}
