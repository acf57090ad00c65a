import { AppError } from '../base/errors'
import { isRecord, list, text } from './flatten'
import type { HarvestedSeries } from './harvester'

/** Points kept of one curve: more than a chart has pixels. */
const MAX_POINTS = 1000
/** Curves kept of one version. */
const MAX_SERIES = 500
/** A file with all of them at full length has about 20 MB. */
const MAX_BYTES = 50_000_000
const FORMAT_VERSION = 1

/** Steps as they are stored: most logs count evenly, which needs three numbers. */
type StoredSteps =
  | readonly number[]
  | { readonly from: number; readonly by: number; readonly count: number }

/**
 * The learning curves of a version, for its `.side/` folder: one JSON document. Curves with more than `maxPoints` points
 * are thinned out; the first, the last, the lowest and the highest point always stay.
 */
export function writeSeries(
  series: readonly HarvestedSeries[],
  { maxPoints = MAX_POINTS }: { readonly maxPoints?: number } = {},
): Uint8Array {
  const document = {
    formatVersion: FORMAT_VERSION,
    series: series.slice(0, MAX_SERIES).map((curve) => {
      const { steps, values } = thinOut(curve, maxPoints)
      const points = curve.steps.length
      return { name: curve.name, file: curve.file, points, steps: packSteps(steps), values }
    }),
  }
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`)
}

/** @throws AppError `corrupt` where the bytes are no such document. */
export function readSeries(bytes: Uint8Array): HarvestedSeries[] {
  const corrupt = (cause?: unknown): AppError =>
    new AppError('corrupt', 'The file of learning curves is damaged: register the version again.', {
      cause,
    })
  if (bytes.length > MAX_BYTES) throw corrupt()
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw corrupt(cause)
  }
  if (!isRecord(document) || document.formatVersion !== FORMAT_VERSION) throw corrupt()
  return list(document.series).map((stored) => {
    if (!isRecord(stored)) throw corrupt()
    const name = text(stored.name)
    const values = list(stored.values).filter(isFinite)
    const steps = unpackSteps(stored.steps, values.length)
    if (name === undefined || !steps || values.length !== list(stored.values).length) {
      throw corrupt()
    }
    return { name, file: text(stored.file) ?? '', steps, values }
  })
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function packSteps(steps: readonly number[]): StoredSteps {
  const [from = 0, second = from] = steps
  const by = second - from
  const isEven = steps.length > 2 && steps.every((step, index) => step === from + index * by)
  return isEven ? { from, by, count: steps.length } : steps
}

function unpackSteps(stored: unknown, count: number): readonly number[] | undefined {
  if (Array.isArray(stored)) {
    const steps = stored.filter(isFinite)
    return steps.length === count && stored.length === count ? steps : undefined
  }
  if (!isRecord(stored) || stored.count !== count) return undefined
  const { from, by } = stored
  if (!isFinite(from) || !isFinite(by)) return undefined
  return Array.from({ length: count }, (_, index) => from + index * by)
}

/**
 * Largest triangle three buckets (S. Steinarsson, 2013): of each bucket of neighbouring points the one stays that spans
 * the largest triangle with the last chosen point and the mean of the next bucket, which keeps a curve's look. The
 * lowest and the highest point stay in addition, since one of them is the best.
 */
export function thinOut(
  { steps, values }: Pick<HarvestedSeries, 'steps' | 'values'>,
  maxPoints: number,
): { steps: readonly number[]; values: readonly number[] } {
  const count = steps.length
  if (count <= maxPoints) return { steps, values }
  const kept = new Set([0, count - 1])
  // Two of the points are for the extremes; without room for buckets only the ends and extremes stay.
  const buckets = Math.max(0, maxPoints - 4)
  const width = (count - 2) / Math.max(1, buckets)
  let chosen = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor(bucket * width) + 1
    const end = Math.min(count - 1, Math.floor((bucket + 1) * width) + 1)
    const nextEnd = Math.min(count, Math.floor((bucket + 2) * width) + 1)
    const [meanStep, meanValue] = mean(steps, values, end, Math.max(nextEnd, end + 1))
    const [lastStep = 0, lastValue = 0] = [steps[chosen], values[chosen]]
    let largest = -1
    let next = start
    for (let index = start; index < end; index++) {
      const [step = 0, value = 0] = [steps[index], values[index]]
      const area = Math.abs(
        (lastStep - meanStep) * (value - lastValue) - (lastStep - step) * (meanValue - lastValue),
      )
      if (area > largest) {
        largest = area
        next = index
      }
    }
    kept.add(next)
    chosen = next
  }
  kept.add(extreme(values, (value, best) => value < best))
  kept.add(extreme(values, (value, best) => value > best))
  const order = [...kept].sort((a, b) => a - b)
  return {
    steps: order.map((index) => steps[index] ?? 0),
    values: order.map((index) => values[index] ?? 0),
  }
}

function mean(
  steps: readonly number[],
  values: readonly number[],
  start: number,
  end: number,
): readonly [step: number, value: number] {
  let step = 0
  let value = 0
  for (let index = start; index < end; index++) {
    step += steps[index] ?? 0
    value += values[index] ?? 0
  }
  return [step / (end - start), value / (end - start)]
}

function extreme(values: readonly number[], beats: (a: number, b: number) => boolean): number {
  let found = 0
  for (const [index, value] of values.entries()) {
    if (beats(value, values[found] ?? value)) found = index
  }
  return found
}
