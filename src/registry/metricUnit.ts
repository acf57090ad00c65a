/** Endings of names that say what their values are counted in. */
const UNITS: Readonly<Record<string, string>> = {
  ns: 'ns',
  us: 'µs',
  ms: 'ms',
  millis: 'ms',
  milliseconds: 'ms',
  s: 's',
  sec: 's',
  secs: 's',
  seconds: 's',
  min: 'min',
  minutes: 'min',
  h: 'h',
  hours: 'h',
  b: 'B',
  bytes: 'B',
  kb: 'kB',
  mb: 'MB',
  gb: 'GB',
  kib: 'KiB',
  mib: 'MiB',
  gib: 'GiB',
  percent: '%',
  pct: '%',
  fps: 'frames/s',
  qps: 'queries/s',
  flops: 'FLOP',
  gflops: 'GFLOP',
  db: 'dB',
  w: 'W',
  watts: 'W',
  joules: 'J',
  usd: 'USD',
  eur: 'EUR',
}

/** Words before a unit of a rate: `tokens_per_second` is `tokens/s`. */
const RATES: Readonly<Record<string, string>> = { second: 's', sec: 's', s: 's', ms: 'ms' }

/** The unit that a metric's name says its values have: `ms` for `latency_ms`; `undefined` where it says none. */
export function metricUnit(name: string): string | undefined {
  // As it is written first: the capital in `dB` begins no word.
  return unitOf(wordsOf(name)) ?? unitOf(wordsOf(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2')))
}

function wordsOf(name: string): readonly string[] {
  return name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}

function unitOf(words: readonly string[]): string | undefined {
  const last = words.at(-1)
  // A single word is the thing that is measured: `min` and `b` alone are no units.
  if (last === undefined || words.length < 2) return undefined
  const counted = words.at(-3)
  if (words.at(-2) === 'per' && counted !== undefined) {
    const rate = Object.hasOwn(RATES, last) ? RATES[last] : undefined
    return rate === undefined ? undefined : `${counted}/${rate}`
  }
  return Object.hasOwn(UNITS, last) ? UNITS[last] : undefined
}
