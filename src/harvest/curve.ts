type Point = readonly [step: number, value: number]

/** The finite points by step, and the first of the best. One pass: a log may have 100,000 points. */
export function readCurve(
  points: readonly Point[],
  direction: 'min' | 'max',
): { steps: number[]; values: number[]; best: Point | undefined } {
  let isAscending = true
  let previous = -Infinity
  for (const [step] of points) {
    if (step < previous) isAscending = false
    previous = step
  }
  const ordered = isAscending ? points : points.toSorted((a, b) => a[0] - b[0])
  const steps: number[] = []
  const values: number[] = []
  let best: Point | undefined
  for (const point of ordered) {
    const [step, value] = point
    if (!Number.isFinite(step) || !Number.isFinite(value)) continue
    steps.push(step)
    values.push(value)
    if (!best || (direction === 'min' ? value < best[1] : value > best[1])) best = point
  }
  return { steps, values, best }
}
