import {
  allMetricSeries,
  differingParameters,
  metricNames,
  metricSeries,
  parallelCoordinates,
  parameterNames,
  scatter,
  type MetricSeries,
} from '../../registry/compareCharts'
import { metricDirection, type DirectionOverrides } from '../../registry/metricDirection'
import { METRICS, type ModelVersion } from '../../registry/model'
import type {
  AxisData,
  ChartData,
  ChartsView,
  Measure,
  SeriesData,
  SettledQuery,
} from '../../webview/charts/protocol'
import { curvesChart, type CurvesRead } from './curves'
import { measures } from './measures'
import type { ScopedVersion } from './scope'
import { noMetrics, noParameters, noVersions } from './texts'

/** Parameters that are drawn unasked; more axes than that can't be told apart. */
const MAX_AXES = 7

/** What is drawn, and of what. */
export interface Drawn {
  /** Names the versions in sentences: `churn`, `the chosen versions`. */
  readonly of: string
  /** In the order of their creation. */
  readonly versions: readonly ScopedVersion[]
  readonly directions?: DirectionOverrides
  /** Read only where learning curves are drawn. */
  readonly curves?: CurvesRead
}

/** The parts of a view that come from the versions alone. */
export function viewOf(
  query: SettledQuery,
  drawn: Drawn,
): Pick<ChartsView, 'query' | 'versions' | 'metrics' | 'parameters' | 'chart'> {
  const versions = drawn.versions.map(({ version }) => version)
  const metrics = metricNames(versions)
  const parameters = parameterNames(versions)
  const settled = settle(query, metrics, parameters, drawn)
  const names = settled.chart === 'curves' ? (drawn.curves?.names ?? []) : metrics
  const measure = measures(drawn.directions)
  return {
    query: settled,
    versions: drawn.versions.map(
      ({ folder, version: { model, version, fullName, stage, createdAt } }) => ({
        folder,
        reference: fullName,
        model,
        version,
        stage,
        createdAt,
      }),
    ),
    metrics: names.map(measure),
    parameters,
    chart: chartOf(settled, versions, drawn),
  }
}

type Settled = SettledQuery & { readonly metric: string; readonly x: string; readonly y: string }

/** A query whose names are all there: what is gone or was never chosen is the first that people look for. */
function settle(
  query: SettledQuery,
  metrics: readonly string[],
  parameters: readonly string[],
  { versions, directions }: Drawn,
): Settled {
  const liked = [...METRICS.filter((name) => metrics.includes(name)), ...metrics]
  const known = (name: string | undefined): string | undefined =>
    name !== undefined && metrics.includes(name) ? name : undefined
  const metric = known(query.metric) ?? liked[0] ?? ''
  const x = known(query.x) ?? known(query.metric) ?? liked[0] ?? ''
  // What is better in one and worse in the other is what a trade-off is about.
  const others = liked.filter((name) => name !== x)
  const y =
    known(query.y) ??
    others.find((name) => metricDirection(name, directions) !== metricDirection(x, directions)) ??
    others[0] ??
    ''
  const { metrics: chosen, parameters: axes, ...rest } = query
  const shown = chosen?.filter((name) => metrics.includes(name))
  const drawnAxes = axes?.filter((name) => parameters.includes(name))
  return {
    ...rest,
    metric,
    x,
    y,
    metrics: shown && shown.length > 0 ? shown : metrics,
    parameters:
      drawnAxes && drawnAxes.length > 0
        ? drawnAxes
        : differingParameters(versions.map(({ version }) => version)).slice(0, MAX_AXES),
  }
}

function chartOf(query: Settled, versions: readonly ModelVersion[], drawn: Drawn): ChartData {
  const { of, directions } = drawn
  if (versions.length === 0) return { kind: 'empty', reason: noVersions(query.scope) }
  if (query.chart === 'curves') return curvesChart(query, drawn.curves, drawn)
  if (query.metric === '') return { kind: 'empty', reason: noMetrics(of) }
  const measure = measures(directions)
  switch (query.chart) {
    case 'history':
      return {
        kind: 'history',
        series: compact(metricSeries(versions, query.metric, directions), measure),
      }
    case 'metrics': {
      const chosen = new Set(query.metrics)
      const series = allMetricSeries(versions, directions).filter(({ metric }) =>
        chosen.has(metric),
      )
      return { kind: 'metrics', series: series.map((one) => compact(one, measure)) }
    }
    case 'tradeoff':
      return tradeoff(query, versions, drawn)
    case 'parameters':
      return parallel(query, versions, drawn)
  }
}

function tradeoff(
  { x, y }: Settled,
  versions: readonly ModelVersion[],
  { of, directions }: Drawn,
): ChartData {
  if (y === '') {
    return {
      kind: 'empty',
      reason: `${x} is the only metric that the versions have, and a trade-off needs two. Add another with Edit Metrics… in the menu of a version, or register one with more metrics.`,
    }
  }
  const { points, front } = scatter(versions, x, y, directions)
  if (points.length === 0) {
    return {
      kind: 'empty',
      reason: `No version of ${of} has both ${x} and ${y}. Choose other metrics above.`,
    }
  }
  const measure = measures(directions)
  return {
    kind: 'tradeoff',
    x: measure(x),
    y: measure(y),
    places: points.map(({ index }) => index),
    xs: points.map((point) => point.x),
    ys: points.map((point) => point.y),
    front: front.map(({ index }) => index),
  }
}

function parallel(
  { metric, parameters }: Settled,
  versions: readonly ModelVersion[],
  { of, directions }: Drawn,
): ChartData {
  if (parameterNames(versions).length === 0) return { kind: 'empty', reason: noParameters(of) }
  if (parameters?.length === 0) {
    return {
      kind: 'empty',
      reason: 'The versions have the same parameters. Choose some above to draw them all the same.',
    }
  }
  const { axes, rows } = parallelCoordinates(versions, metric, parameters)
  const measure = measures(directions)
  return {
    kind: 'parameters',
    axes: axes.map((axis, place): AxisData =>
      place === axes.length - 1 ? { ...axis, measure: measure(metric) } : axis,
    ),
    rows: rows.map(({ index, values }) => ({
      place: index,
      values: values.map((value) => value ?? null),
    })),
  }
}

function compact({ metric, points }: MetricSeries, measure: (name: string) => Measure): SeriesData {
  return {
    measure: measure(metric),
    places: points.map(({ index }) => index),
    values: points.map(({ value }) => value),
    records: points.filter(({ isRecord }) => isRecord).map(({ index }) => index),
  }
}
