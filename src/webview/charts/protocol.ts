import type { MetricDirection } from '../../registry/metricDirection'
import type { ModelStage } from '../../registry/stage'
import type { VersionKey } from '../protocol'

/** Host of the charts page. Versions are named by their places in the view that they came with. */
export interface ChartsHost {
  charts(query: ChartsQuery): Promise<ChartsView>
  /** Asks which versions are drawn; `undefined` where nothing was chosen. */
  chooseVersions(scope: ChartScope): Promise<ChartScope | undefined>
  /** Opens what is known of a version. */
  open(version: VersionKey): Promise<void>
  /** Asks for a place and writes a picture there. */
  save(picture: Picture): Promise<void>
}

/** The registry has changed: ask again. */
export type ChartsEvent = 'registryChanged'

export const CHARTS = ['history', 'metrics', 'tradeoff', 'parameters', 'curves'] as const
export type ChartKind = (typeof CHARTS)[number]

/** Which versions are drawn. */
export type ChartScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'model'; readonly folder: string; readonly model: string }
  | { readonly kind: 'versions'; readonly versions: readonly VersionKey[] }

/** What is drawn. What is left out, or is no longer there, is chosen by the host. */
export interface ChartsQuery {
  /** What the page was opened for by default. */
  readonly scope?: ChartScope
  readonly chart: ChartKind
  /** Of the history, and the last axis of the parameters. */
  readonly metric?: string
  readonly x?: string
  readonly y?: string
  /** The small multiples; every metric by default. */
  readonly metrics?: readonly string[]
  /** The axes before the metric; those in which the versions differ by default. */
  readonly parameters?: readonly string[]
  readonly curve?: string
  /** How much of a smoothed curve is what was before: 0 to below 1. */
  readonly smoothing: number
}

export type SettledQuery = ChartsQuery & { readonly scope: ChartScope }

/** What the page keeps over a reload. */
export interface ChartsState extends ChartsQuery {
  readonly logScale: boolean
  readonly table: boolean
}

export type Picture = { readonly name: string } & (
  | { readonly format: 'svg'; readonly text: string }
  | { readonly format: 'png'; readonly bytes: Uint8Array }
)

/** A way to choose versions, with how many it has. */
export interface ScopeChoice {
  readonly scope: ChartScope
  readonly label: string
  readonly count: number
}

export interface ChartVersion extends VersionKey {
  readonly model: string
  readonly version: string
  readonly stage: ModelStage
  readonly createdAt: string
}

export interface Measure {
  readonly name: string
  readonly direction: MetricDirection
  readonly unit?: string
}

export interface ChartsView {
  /** The query with everything that was left out. */
  readonly query: SettledQuery
  readonly scopes: readonly ScopeChoice[]
  /** The place of the scope among them. */
  readonly scope: number
  /** In the order of their creation. */
  readonly versions: readonly ChartVersion[]
  readonly metrics: readonly Measure[]
  readonly parameters: readonly string[]
  readonly chart: ChartData
}

export type ChartData =
  | HistoryData
  | MetricsData
  | TradeoffData
  | ParametersData
  | CurvesData
  /** Says what is missing and how to get it. */
  | { readonly kind: 'empty'; readonly reason: string }

/** One metric over the versions that have it. The lists are of one length; they are many and long, so no objects. */
export interface SeriesData {
  readonly measure: Measure
  readonly places: readonly number[]
  readonly values: readonly number[]
  /** Places of the versions that were better than every earlier one of their model. */
  readonly records: readonly number[]
}

export interface HistoryData {
  readonly kind: 'history'
  readonly series: SeriesData
}

export interface MetricsData {
  readonly kind: 'metrics'
  readonly series: readonly SeriesData[]
}

export interface TradeoffData {
  readonly kind: 'tradeoff'
  readonly x: Measure
  readonly y: Measure
  readonly places: readonly number[]
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  /** Places of the versions on the Pareto front, in the order of its line. */
  readonly front: readonly number[]
}

export type AxisData = { readonly name: string; readonly measure?: Measure } & (
  | { readonly kind: 'number'; readonly domain: readonly [number, number] }
  | { readonly kind: 'category'; readonly domain: readonly string[] }
)

export interface ParametersData {
  readonly kind: 'parameters'
  readonly axes: readonly AxisData[]
  readonly rows: readonly {
    readonly place: number
    /** One for each axis; `null` where the version has no value. */
    readonly values: readonly (number | string | null)[]
  }[]
}

export interface CurveData {
  readonly place: number
  readonly steps: readonly number[]
  readonly values: readonly number[]
  /** Absent where nothing is smoothed. */
  readonly smoothed?: readonly number[]
}

export interface CurvesData {
  readonly kind: 'curves'
  readonly measure: Measure
  /** Every metric that there are curves of. */
  readonly names: readonly string[]
  readonly lines: readonly CurveData[]
  /** What is not drawn, and why, as sentences. */
  readonly notes: readonly string[]
}
