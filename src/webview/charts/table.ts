import { escapeText, formatNumber } from '../../base/text'
import type { ChartData, ChartVersion } from './protocol'
import { axisTitle, dayOf, nameOf, nameWithUnit, stageTitle } from './texts'

/** What a chart shows, as a table. */
export interface DataTable {
  readonly caption: string
  readonly columns: readonly string[]
  readonly rows: readonly {
    /** The place of the row's version, whose reference stands before the cells. */
    readonly place: number
    readonly cells: readonly string[]
  }[]
}

/** What stands where a version has no value. */
const NONE = '–'

const ABOUT = ['Stage', 'Created']

function about(version: ChartVersion | undefined): readonly string[] {
  return version ? [stageTitle(version.stage), dayOf(version)] : [NONE, NONE]
}

/** The table of a chart; every number that is drawn stands in it. */
export function tableOf(
  chart: ChartData,
  versions: readonly ChartVersion[],
): DataTable | undefined {
  switch (chart.kind) {
    case 'empty':
      return undefined
    case 'history': {
      const { measure, places, values, records } = chart.series
      const isRecord = new Set(records)
      return {
        caption: `${axisTitle(measure)}: versions in the order of creation`,
        columns: [nameWithUnit(measure), 'Best so far', ...ABOUT],
        rows: places.map((place, index) => ({
          place,
          cells: [
            number(values[index]),
            isRecord.has(place) ? 'yes' : 'no',
            ...about(versions[place]),
          ],
        })),
      }
    }
    case 'metrics': {
      const byPlace = chart.series.map(
        ({ places, values }) => new Map(places.map((place, index) => [place, values[index]])),
      )
      return {
        caption: 'Every metric: versions in the order of creation',
        columns: [...chart.series.map(({ measure }) => nameWithUnit(measure)), ...ABOUT],
        rows: versions.flatMap((version, place) =>
          byPlace.some((values) => values.has(place))
            ? [
                {
                  place,
                  cells: [...byPlace.map((values) => number(values.get(place))), ...about(version)],
                },
              ]
            : [],
        ),
      }
    }
    case 'tradeoff': {
      const isOnFront = new Set(chart.front)
      return {
        caption: `${nameOf(chart.y)} against ${nameOf(chart.x)}`,
        columns: [nameWithUnit(chart.x), nameWithUnit(chart.y), 'Pareto front', ...ABOUT],
        rows: chart.places.map((place, index) => ({
          place,
          cells: [
            number(chart.xs[index]),
            number(chart.ys[index]),
            isOnFront.has(place) ? 'yes' : 'no',
            ...about(versions[place]),
          ],
        })),
      }
    }
    case 'parameters':
      return {
        caption: 'Parameters and metric of each version',
        columns: [
          ...chart.axes.map((axis) => (axis.measure ? nameWithUnit(axis.measure) : nameOf(axis))),
          ...ABOUT,
        ],
        rows: chart.rows.map(({ place, values }) => ({
          place,
          cells: [
            ...values.map((value) => (typeof value === 'number' ? number(value) : text(value))),
            ...about(versions[place]),
          ],
        })),
      }
    case 'curves': {
      return {
        caption: `Learning curves of ${nameWithUnit(chart.measure)}`,
        columns: ['Step', nameWithUnit(chart.measure), 'Smoothed'].slice(
          0,
          chart.lines.some(({ smoothed }) => smoothed) ? 3 : 2,
        ),
        rows: chart.lines.flatMap(({ place, steps, values, smoothed }) =>
          steps.map((step, index) => ({
            place,
            cells: [
              step.toLocaleString('en-US'),
              number(values[index]),
              ...(smoothed ? [number(smoothed[index])] : []),
            ],
          })),
        ),
      }
    }
  }
}

function number(value: number | undefined): string {
  return value === undefined ? NONE : formatNumber(value)
}

function text(value: string | null): string {
  return value === null ? NONE : escapeText(value)
}
