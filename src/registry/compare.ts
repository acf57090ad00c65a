import { AppError } from '../base/errors'
import { formatBytes, formatNumber } from '../base/text'
import { keysOf, recordRows, rowsOf } from './compareRows'
import { hyperparameterRows, structureRows } from './compareStructureRows'
import { compareMetric, metricDirection } from './metricDirection'
import type { DirectionOverrides, MetricDirection } from './metricDirection'
import type { ModelVersion } from './model'

/** How a metric stands against the baseline. */
export interface Difference {
  readonly absolute: number
  /** Of the baseline's size: 0.1 is ten per cent more; `undefined` where the baseline is 0. */
  readonly relative: number | undefined
  readonly verdict: 'better' | 'worse' | 'equal'
}

export interface ComparisonCell {
  /** What is shown; `undefined` where the version has no value. */
  readonly text: string | undefined
  readonly number?: number
  /** True for the best value of a metric, where not all are equal. */
  readonly isBest?: boolean
  /** Absent for the baseline itself and where one of the two has no value. */
  readonly difference?: Difference
}

export interface ComparisonRow {
  readonly name: string
  /** One for each version, in their order. */
  readonly cells: readonly ComparisonCell[]
  /** True where not all versions have the same value. */
  readonly differs: boolean
  /** Metrics only. */
  readonly direction?: MetricDirection
}

export type SectionKind =
  | 'metrics'
  | 'parameters'
  | 'tags'
  | 'facts'
  | 'structure'
  | 'tensors'
  | 'hyperparameters'
  | 'environment'
  | 'lineage'

export interface ComparisonSection {
  readonly kind: SectionKind
  readonly rows: readonly ComparisonRow[]
}

export interface Comparison {
  readonly versions: readonly ModelVersion[]
  /** The place of the version that differences are taken from. */
  readonly baseline: number
  /** Those without rows are left out. */
  readonly sections: readonly ComparisonSection[]
}

export const MIN_COMPARED = 2
export const MAX_COMPARED = 8

/**
 * Puts versions side by side, of one model or of several.
 * @throws AppError `invalid` for less than two or more than eight versions, or a baseline that is none of them.
 */
export function compareVersions(
  versions: readonly ModelVersion[],
  options: { readonly baseline?: number; readonly directions?: DirectionOverrides } = {},
): Comparison {
  const { baseline = 0, directions } = options
  if (versions.length < MIN_COMPARED || versions.length > MAX_COMPARED) {
    throw new AppError(
      'invalid',
      `${MIN_COMPARED} to ${MAX_COMPARED} versions can be compared, not ${versions.length}.`,
    )
  }
  const from = versions[baseline]
  if (!from) {
    throw new AppError('invalid', 'The baseline must be one of the compared versions.')
  }
  const metrics = keysOf(versions, ({ metrics: own }) => own).map((name) =>
    metricRow(name, versions, baseline, metricDirection(name, directions)),
  )
  const sections: ComparisonSection[] = [
    { kind: 'metrics', rows: metrics },
    { kind: 'parameters', rows: recordRows(versions, ({ parameters }) => parameters) },
    { kind: 'tags', rows: recordRows(versions, ({ tags }) => tags) },
    { kind: 'facts', rows: factRows(versions) },
    { kind: 'structure', rows: structureRows(versions, from) },
    { kind: 'hyperparameters', rows: hyperparameterRows(versions) },
    { kind: 'environment', rows: recordRows(versions, ({ source }) => source?.environment ?? {}) },
    { kind: 'lineage', rows: lineageRows(versions) },
  ]
  return { versions, baseline, sections: sections.filter(({ rows }) => rows.length > 0) }
}

/** The rows in which the versions differ. */
export function onlyDifferences(comparison: Comparison): Comparison {
  const sections = comparison.sections
    .map((section) => ({ ...section, rows: section.rows.filter(({ differs }) => differs) }))
    .filter(({ rows }) => rows.length > 0)
  return { ...comparison, sections }
}

function metricRow(
  name: string,
  versions: readonly ModelVersion[],
  baseline: number,
  direction: MetricDirection,
): ComparisonRow {
  const values = versions.map(({ metrics }) =>
    Object.hasOwn(metrics, name) ? metrics[name] : undefined,
  )
  const known = values.filter((value) => value !== undefined)
  const [best] = known.toSorted((a, b) => compareMetric(a, b, direction))
  const isContest = known.some((value) => value !== best)
  const cells = values.map((value, index): ComparisonCell => {
    if (value === undefined) return { text: undefined }
    const difference =
      index === baseline ? undefined : differenceFrom(values[baseline], value, direction)
    return {
      text: formatNumber(value),
      number: value,
      isBest: isContest && value === best,
      ...(difference && { difference }),
    }
  })
  return { name, cells, direction, differs: new Set(values).size > 1 }
}

/** How `value` stands against `from`; `undefined` where there is nothing to stand against. */
export function differenceFrom(
  from: number | undefined,
  value: number,
  direction: MetricDirection,
): Difference | undefined {
  if (from === undefined) return undefined
  const absolute = value - from
  const order = compareMetric(value, from, direction)
  return {
    absolute,
    relative: from === 0 ? undefined : absolute / Math.abs(from),
    verdict: order === 0 ? 'equal' : order < 0 ? 'better' : 'worse',
  }
}

function factRows(versions: readonly ModelVersion[]): ComparisonRow[] {
  return rowsOf(versions, {
    stage: ({ stage }) => stage,
    aliases: ({ aliases }) => aliases.join(', '),
    framework: ({ framework }) => framework,
    format: ({ format }) => format,
    size: ({ artifact }) => artifact && formatBytes(artifact.size),
    sha256: ({ artifact }) => artifact?.sha256,
    scan: ({ scan, artifact }) => (scan?.sha256 === artifact?.sha256 ? scan?.verdict : undefined),
    description: ({ description }) => description,
    'created at': ({ createdAt }) => createdAt,
    'created by': ({ createdBy }) => createdBy,
  })
}

function lineageRows(versions: readonly ModelVersion[]): ComparisonRow[] {
  return rowsOf(versions, {
    commit: ({ source }) =>
      textOf(source?.git?.commit, (commit) => (source?.git?.dirty ? `${commit} (dirty)` : commit)),
    branch: ({ source }) => textOf(source?.git?.branch),
    run: ({ source }) => textOf(source?.run),
    file: ({ source }) => textOf(source?.path),
    datasets: ({ source }) => printDatasets(source?.datasets),
  })
}

// A document may come from anywhere, and only its outer fields are checked when it is read.

function textOf(value: unknown, print: (text: string) => string = String): string | undefined {
  return typeof value === 'string' ? print(value) : undefined
}

function printDatasets(
  datasets: NonNullable<ModelVersion['source']>['datasets'],
): string | undefined {
  if (!Array.isArray(datasets)) return undefined
  return datasets
    .flatMap((dataset: Partial<(typeof datasets)[number]> | null) => {
      const path = textOf(dataset?.path)
      const digest = textOf(dataset?.digest)
      return path === undefined ? [] : [digest === undefined ? path : `${path} (${digest})`]
    })
    .join(', ')
}
