/** A value that a training run logged; steps are what the run counts, epochs or batches. */
export interface CurvePoint {
  readonly step: number
  readonly value: number
}

/** The learning curves of one version, by metric. */
export interface VersionCurves {
  /** `churn:1.2.0` */
  readonly reference: string
  readonly curves: Readonly<Record<string, readonly CurvePoint[]>>
}

export interface CurveLine {
  readonly reference: string
  /** In the order of steps. */
  readonly points: readonly CurvePoint[]
}

/** Enough for one point on each pixel of a wide screen. */
const DEFAULT_POINTS = 2000

/** The metrics that at least one version has a curve of. */
export function curveMetrics(series: readonly VersionCurves[]): string[] {
  return [...new Set(series.flatMap(({ curves }) => Object.keys(curves)))].sort()
}

/** One metric's curves of several versions, for one chart; each is thinned to `maxPoints` without losing its spikes. */
export function overlayCurves(
  series: readonly VersionCurves[],
  metric: string,
  maxPoints = DEFAULT_POINTS,
): CurveLine[] {
  return series.flatMap(({ reference, curves }) => {
    const points = Object.hasOwn(curves, metric) ? (curves[metric] ?? []) : []
    const finite = points.filter(
      ({ step, value }) => Number.isFinite(step) && Number.isFinite(value),
    )
    if (finite.length === 0) return []
    return [
      {
        reference,
        points: thin(
          finite.toSorted((a, b) => a.step - b.step),
          maxPoints,
        ),
      },
    ]
  })
}

/** First, last, and of each of equal stretches between them the least and the greatest value. */
export function thin(points: readonly CurvePoint[], maxPoints: number): CurvePoint[] {
  if (points.length <= maxPoints) return [...points]
  const [first, ...rest] = points
  const last = rest.pop()
  const stretches = Math.max(1, Math.floor((maxPoints - 2) / 2))
  const kept: CurvePoint[] = []
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * rest.length) / stretches)
    const to = Math.floor(((stretch + 1) * rest.length) / stretches)
    let [low, high] = [from, from]
    for (let index = from; index < to; index++) {
      const value = rest[index]?.value ?? 0
      if (value < (rest[low]?.value ?? 0)) low = index
      if (value > (rest[high]?.value ?? 0)) high = index
    }
    const places = low === high ? [low] : [Math.min(low, high), Math.max(low, high)]
    kept.push(...places.flatMap((place) => rest[place] ?? []))
  }
  return [...(first ? [first] : []), ...kept, ...(last ? [last] : [])]
}

/**
 * A curve without its jitter: an exponential moving average, of which `weight` (0 to below 1) is what was before. It is
 * divided by the weights that there are so far; otherwise its beginning would be drawn towards 0.
 */
export function smooth(points: readonly CurvePoint[], weight: number): CurvePoint[] {
  let sum = 0
  let weights = 0
  return points.map(({ step, value }) => {
    sum = sum * weight + value * (1 - weight)
    weights = weights * weight + (1 - weight)
    return { step, value: sum / weights }
  })
}
