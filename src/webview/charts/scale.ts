import { formatNumber } from '../../base/text'

/** Where an axis begins and ends, and what stands at it. */
export interface Axis {
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
  /** One for each tick. */
  readonly labels: readonly string[]
}

/** Beyond it the length of an axis is no finite number. */
const MOST = 1e300
/** Room at the ends of an axis, as a part of its length. */
const END = 0.06
/** Below it differences have no digits left. */
const LEAST = 1e-300

/** An axis with round ticks, about `count` of them, a little longer than the values; of equal values, around them. */
export function linearAxis(values: readonly number[], count: number): Axis {
  const [low, high] = padded(...extent(values))
  const step = roundStep((high - low) / Math.max(1, count))
  const ticks = multiples(step, low, high)
  return { domain: [low, high], ticks, labels: ticks.map((tick) => formatTick(tick, step)) }
}

/** A logarithmic axis of the values above 0; `undefined` where there are none. */
export function logAxis(values: readonly number[], count: number): Axis | undefined {
  const positive = values.filter((value) => value > 0)
  if (positive.length === 0) return undefined
  const [least, most] = extent(positive)
  const [low, high] =
    least === most
      ? [least / 2, most * 2]
      : [least / (most / least) ** END, most * (most / least) ** END]
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))]
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, count)))
  const decades: number[] = []
  for (let exponent = first; exponent <= last; exponent += every) decades.push(10 ** exponent)
  const ticks = decades.length > 2 ? decades : finer(low, high, count)
  return { domain: [low, high], ticks, labels: ticks.map((tick) => formatTick(tick, tick)) }
}

/** Less than three powers of ten say little: 1, 2 and 5 times them, or round steps where those are few as well. */
function finer(low: number, high: number, count: number): readonly number[] {
  const ticks: number[] = []
  const last = Math.floor(Math.log10(high))
  for (let exponent = Math.floor(Math.log10(low)); exponent <= last; exponent++) {
    for (const factor of [1, 2, 5]) {
      const tick = Number((factor * 10 ** exponent).toPrecision(1))
      if (tick >= low && tick <= high) ticks.push(tick)
    }
  }
  return ticks.length > 2 ? ticks : multiples(roundStep((high - low) / count), low, high)
}

/** Least and greatest; a call of Math.min takes no list of any length. */
export function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    const within = Math.max(-MOST, Math.min(MOST, value))
    if (within < low) low = within
    if (within > high) high = within
  }
  return low <= high ? [low, high] : [0, 1]
}

function padded(low: number, high: number): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high))
  // Differences that are only rounding would be drawn as mountains.
  if (high - low <= Math.max(size * 1e-12, LEAST)) {
    const room = size <= LEAST ? 1 : size * 0.05
    return [low - room, high + room]
  }
  const room = (high - low) * END
  return [low - room, high + room]
}

/** 1, 2 or 5 times a power of ten, whichever is nearest. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted))
  const factor = wanted / power
  const round =
    factor < Math.SQRT2 ? 1 : factor < Math.sqrt(10) ? 2 : factor < Math.sqrt(50) ? 5 : 10
  return Number((round * power).toPrecision(1))
}

function multiples(step: number, low: number, high: number): number[] {
  const first = Math.ceil(low / step)
  const last = Math.floor(high / step)
  // Twelve digits: 3 times 0.1 is 0.3 to everybody.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
}

/** A tick with as many digits as its neighbours need: `0.80`, `1.5e-7`, `12,000`. */
export function formatTick(value: number, step: number): string {
  if (value === 0) return '0'
  const [own, steps] = [magnitude(value), magnitude(step)]
  if (own >= 6 || (steps < -4 && own < -2)) {
    const digits = Math.max(0, Math.min(12, own - steps))
    return value.toExponential(digits).replace(/\.?0*e\+?/, 'e')
  }
  const digits = Math.max(0, Math.min(15, -steps))
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

function magnitude(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)) + 1e-9)
}

/** A value in words for a person, with its unit. */
export function formatMeasured(value: number, unit: string | undefined): string {
  return unit === undefined ? formatNumber(value) : `${formatNumber(value)} ${unit}`
}

/** Every how many-th of `count` labels fits, each as wide as `width`, in `room`. */
export function everyNth(count: number, width: number, room: number): number {
  const fitting = Math.max(1, Math.floor(room / width))
  return Math.max(1, Math.ceil(count / fitting))
}

/** A horizontal axis with as many ticks as their labels leave room for. */
export function horizontalFor(
  values: readonly number[],
  room: number,
  widthOf: (text: string) => number,
): Axis {
  const axis = linearAxis(values, Math.max(2, Math.floor(room / 90)))
  const widest = axis.labels.reduce((most, label) => Math.max(most, widthOf(label)), 0) + 12
  const every = everyNth(axis.ticks.length, widest, room)
  const isKept = (_: unknown, index: number): boolean => index % every === 0
  return { ...axis, ticks: axis.ticks.filter(isKept), labels: axis.labels.filter(isKept) }
}
