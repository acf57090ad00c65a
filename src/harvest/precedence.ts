import type { HarvestedSeries, HarvestedValue, Rank } from './harvester'
import { metricIdentity, metricNames } from './names'

/** A value that stands for election. */
export interface Candidate extends HarvestedValue {
  readonly rank: Rank
  readonly distance: number
}

export interface SeriesCandidate extends HarvestedSeries {
  readonly rank: Rank
  readonly distance: number
  readonly doubt: boolean
}

/** No doubt before doubt, then the stronger source, then the nearer folder; then the first that was read. */
function compare(a: Candidate, b: Candidate): number {
  return doubt(a) - doubt(b) || a.rank - b.rank || a.distance - b.distance
}

function doubt(value: HarvestedValue): number {
  return (value.ambiguous ? 2 : 0) + (value.stale ? 1 : 0)
}

/**
 * One value for each place and name, and one curve for each measure. Metrics and curves get their well-known names here,
 * where all of them are known, so that a curve bears the name of its metric.
 */
export function choose(
  values: readonly Candidate[],
  series: readonly SeriesCandidate[],
): { values: HarvestedValue[]; series: HarvestedSeries[] } {
  const metrics = values.filter(({ place }) => place === 'metrics')
  const names = metricNames([...metrics, ...series].map(({ name }) => name))
  return { values: chooseValues(values, names), series: chooseSeries(series, names) }
}

function chooseValues(
  candidates: readonly Candidate[],
  names: ReadonlyMap<string, string>,
): HarvestedValue[] {
  const chosen = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const name =
      candidate.place === 'metrics' ? (names.get(candidate.name) ?? candidate.name) : candidate.name
    // `eval/loss` of one log and `eval_loss` of another are one measure.
    const id = `${candidate.place}\n${candidate.place === 'metrics' ? metricIdentity(name) : name}`
    const other = chosen.get(id)
    if (!other || compare(candidate, other) < 0) chosen.set(id, { ...candidate, name })
  }
  return [...chosen.values()]
    .sort((a, b) => a.rank - b.rank || a.distance - b.distance)
    .map(({ rank: _rank, distance: _distance, ...value }) => value)
}

function chooseSeries(
  candidates: readonly SeriesCandidate[],
  names: ReadonlyMap<string, string>,
): HarvestedSeries[] {
  const chosen = new Map<string, SeriesCandidate>()
  for (const candidate of candidates) {
    const name = names.get(candidate.name) ?? candidate.name
    const id = metricIdentity(name)
    const other = chosen.get(id)
    const order = other
      ? Number(candidate.doubt) - Number(other.doubt) ||
        candidate.rank - other.rank ||
        candidate.distance - other.distance
      : -1
    if (order < 0) chosen.set(id, { ...candidate, name })
  }
  return [...chosen.values()].map(({ name, file, steps, values }) => ({
    name,
    file,
    steps,
    values,
  }))
}
