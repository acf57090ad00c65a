import { compareMetric } from './metricDirection'
import type { MetricDirection } from './metricDirection'

export interface ParetoPoint {
  readonly x: number
  readonly y: number
}

/**
 * The points that no other point beats: as good in both values and better in one. In the order of x, best first; of
 * equal points each one. Sorting once makes it n log n.
 */
export function paretoFront<T extends ParetoPoint>(
  points: readonly T[],
  xDirection: MetricDirection,
  yDirection: MetricDirection,
): T[] {
  const sorted = points.toSorted(
    (a, b) => compareMetric(a.x, b.x, xDirection) || compareMetric(a.y, b.y, yDirection),
  )
  const front: T[] = []
  for (const point of sorted) {
    const last = front.at(-1)
    const isEqual = last?.x === point.x && last.y === point.y
    if (!last || isEqual || compareMetric(point.y, last.y, yDirection) < 0) front.push(point)
  }
  return front
}
