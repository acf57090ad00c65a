import { dot, line, ruleX, ruleY } from '@observablehq/plot'
import { escapeText } from '../../base/text'
import { horizontalAxis, verticalAxis } from './axes'
import {
  draw,
  labelRoom,
  node,
  type Drawing,
  type Margins,
  type Plotted,
  type Size,
} from './drawing'
import { endRoom, labelPoints, nameEnds, placeLegend, titleAbove, titleBelow } from './annotate'
import { fitText } from './labels'
import type { Mark } from './marks'
import { lineStyle, type Palette } from './palette'
import type { ChartVersion, SeriesData } from './protocol'
import { everyNth, formatMeasured, linearAxis, type Axis } from './scale'
import {
  inProduction,
  legend,
  productionLast,
  stageItems,
  SYMBOLS,
  type LegendItem,
} from './stages'
import { aboutVersion, axisTitle, modelKey, modelsOf, nameWithUnit, stageTitle } from './texts'

interface Point {
  readonly place: number
  readonly value: number
  readonly version: ChartVersion
  readonly isRecord: boolean
  readonly stroke: string
}

interface Line {
  readonly name: string
  readonly stroke: string
  readonly dash: string
  readonly points: readonly Point[]
}

/** More lines than these have no names beside them. */
const MAX_NAMED = 12
/** Among more points than these only the version in production is labelled. */
const MAX_LABELLED = 60

/** A metric over the versions in the order of their creation, a line for each model. */
export function drawHistory(
  series: SeriesData,
  versions: readonly ChartVersion[],
  size: Size,
  palette: Palette,
  isSmall = false,
): Drawing {
  const lines = linesOf(series, versions, palette)
  const points = lines.flatMap((one) => one.points)
  const axis = linearAxis(series.values, isSmall ? 3 : 5)
  const isNamed = !isSmall && lines.length > 1 && lines.length <= MAX_NAMED
  const left = labelRoom(axis, palette)
  const right = isNamed ? endRoom(lines, palette) : 16
  const inner = size.width - left - right
  const look = lookOf(points.length / inner, isSmall)
  const key = isSmall
    ? undefined
    : legend(
        legendOf(points, palette, look.isCrowded),
        size.width - left - 8,
        palette,
        palette.muted,
      )
  const margins = { top: 28, right, bottom: isSmall ? 22 : 44 + (key?.height ?? 0), left }
  const ticks = versionTicks(versions, lines.length === 1, inner, palette)
  const plotted = draw(
    size,
    margins,
    palette,
    {
      x: { type: 'linear', domain: [...ticks.domain], label: null },
      y: { type: 'linear', domain: [...axis.domain], label: null, clamp: true },
    },
    [
      ...verticalAxis(axis, palette),
      ...horizontalAxis(ticks, palette, false),
      ruleX([-0.5], { stroke: palette.grid }),
      // The value in production, all the way: what a new version is measured against.
      ruleY(inProduction(points), {
        y: 'value',
        stroke: 'stroke',
        strokeDasharray: '5 4',
        strokeOpacity: 0.9,
      }),
      ...lines.map(({ points: own, stroke, dash }) =>
        line(look.isCrowded ? bestSoFar(own) : own, {
          x: 'place',
          y: 'value',
          stroke,
          strokeWidth: 1.5,
          strokeDasharray: dash,
          strokeOpacity: 0.75,
          curve: look.isCrowded ? 'step-after' : 'linear',
        }),
      ),
      dot(productionLast(look.isCrowded ? points.filter(isNotable) : points), {
        x: 'place',
        y: 'value',
        r: ({ version, isRecord }: Point) =>
          version.stage === 'production' ? look.production : isRecord ? look.record : look.radius,
        symbol: ({ version }: Point) => SYMBOLS[version.stage],
        stroke: 'stroke',
        strokeWidth: look.isCrowded ? 1 : 1.5,
        fill: ({ isRecord, stroke }: Point) => (isRecord ? stroke : palette.background),
      }),
    ],
  )
  if (look.isCrowded)
    plotted.svg.lastElementChild?.before(...lines.map((one) => crowd(one, plotted)))
  const title = isSmall ? nameWithUnit(series.measure) : axisTitle(series.measure)
  titleAbove(plotted, title, size, palette)
  if (!isSmall) {
    labelStages(plotted, points, size, margins, palette)
    titleBelow(plotted, 'Version, in the order of creation', size, margins, palette)
    if (key) placeLegend(plotted, key, size, margins)
    if (isNamed) {
      const ends = lines.map((one) => ({ ...one, y: plotted.y(one.points.at(-1)?.value ?? 0) }))
      nameEnds(plotted, ends, size, margins, palette)
    }
  }
  return {
    svg: plotted.svg,
    rows: lines.map((one) => one.points.map((point) => markOf(point, series, plotted))),
    label: `${nameWithUnit(series.measure)} of ${countOf(points.length)} in the order of creation`,
  }
}

interface Look {
  /** So many points that the line through them all would hide them. */
  readonly isCrowded: boolean
  readonly radius: number
  readonly record: number
  readonly production: number
}

/** @param density Points for each pixel of the chart's width. */
function lookOf(density: number, isSmall: boolean): Look {
  const isCrowded = density > 1 / 3
  if (isCrowded) return { isCrowded, radius: 2.2, record: 2.2, production: isSmall ? 4 : 6 }
  const radius = density > 1 / 7 ? 2 : isSmall ? 2.6 : 4
  return { isCrowded, radius, record: radius, production: Math.max(4, radius * 1.6) }
}

/** What is drawn by itself even in a crowd. */
function isNotable({ isRecord, version }: Point): boolean {
  return isRecord || version.stage !== 'development'
}

/** All other points of a line as one element: thousands of them are no work then. */
function crowd({ points, stroke }: Line, { x, y }: Plotted): SVGElement {
  const d = points
    .filter((point) => !isNotable(point))
    .map(({ place, value }) => `M${x(place).toFixed(1)},${y(value).toFixed(1)}h0`)
    .join('')
  return node('path', { d, stroke, 'stroke-width': 2.5, 'stroke-linecap': 'round', opacity: 0.55 })
}

/** The best value at each version, as far as the last one. */
function bestSoFar(points: readonly Point[]): readonly Pick<Point, 'place' | 'value'>[] {
  const records = points.filter(({ isRecord }) => isRecord)
  const [last, best] = [points.at(-1), records.at(-1)]
  return last && best ? [...records, { place: last.place, value: best.value }] : records
}

function linesOf(
  { places, values, records }: SeriesData,
  versions: readonly ChartVersion[],
  palette: Palette,
): readonly Line[] {
  const isRecord = new Set(records)
  // Colours go by the models of the page, so that a model has one colour in every chart.
  const groups = modelsOf(versions)
  const lines = new Map<number, { name: string; stroke: string; dash: string; points: Point[] }>()
  for (const [index, place] of places.entries()) {
    const [version, value] = [versions[place], values[index]]
    if (!version || value === undefined) continue
    const group = groups.get(modelKey(version)) ?? 0
    const line = lines.get(group) ?? {
      name: version.model,
      ...lineStyle(palette, group),
      points: [],
    }
    line.points.push({
      place,
      value,
      version,
      isRecord: isRecord.has(place),
      stroke: line.stroke,
    })
    lines.set(group, line)
  }
  return [...lines.values()]
}

function markOf(
  { place, value, version, isRecord }: Point,
  { measure }: SeriesData,
  plotted: Plotted,
): Mark {
  return {
    place,
    x: plotted.x(place),
    y: plotted.y(value),
    title: version.reference,
    lines: () => [
      `${escapeText(measure.name, 60)} ${formatMeasured(value, measure.unit)}${isRecord ? ' · best so far' : ''}`,
      ...aboutVersion(version),
    ],
  }
}

/** As many names of versions as there is room for. */
function versionTicks(
  versions: readonly ChartVersion[],
  isOneModel: boolean,
  room: number,
  { widthOf }: Palette,
): Axis {
  const texts = versions.map(({ version, reference }) =>
    fitText(isOneModel ? version : reference, 100, widthOf),
  )
  const widest = texts.reduce((most, text) => Math.max(most, widthOf(text)), 0) + 12
  const every = everyNth(texts.length, widest, room)
  const ticks = texts.flatMap((_, place) => (place % every === 0 ? [place] : []))
  return {
    domain: [-0.5, Math.max(0.5, texts.length - 0.5)],
    ticks,
    labels: ticks.map((place) => texts[place] ?? ''),
  }
}

function legendOf(
  points: readonly Point[],
  palette: Palette,
  isCrowded: boolean,
): readonly LegendItem[] {
  return [
    ...stageItems(points.map(({ version }) => version)),
    {
      text: isCrowded ? 'Large, and line: best so far' : 'Filled: best so far',
      shape: { kind: 'record' },
    },
    ...(points.some(({ version }) => version.stage === 'production')
      ? [
          {
            text: 'Value in production',
            shape: { kind: 'line' as const, stroke: palette.muted, dash: '5 4' },
          },
        ]
      : []),
  ]
}

/** Writes the stages beside the points that have left development, production first. */
function labelStages(
  plotted: Plotted,
  points: readonly Point[],
  size: Size,
  margins: Margins,
  palette: Palette,
): void {
  const order = ['production', 'staging', 'archived']
  const marked = points.filter(({ version }) => version.stage !== 'development')
  const labels = marked
    .toSorted((a, b) => order.indexOf(a.version.stage) - order.indexOf(b.version.stage))
    .slice(0, points.length > MAX_LABELLED ? inProduction(points).length : MAX_LABELLED)
    .map(({ place, value, version }) => ({
      x: plotted.x(place),
      y: plotted.y(value),
      text:
        version.stage === 'production'
          ? `Production ${fitText(version.version, 80, palette.widthOf)}`
          : stageTitle(version.stage),
    }))
  const places = points.map(({ place, value }) => ({ x: plotted.x(place), y: plotted.y(value) }))
  labelPoints(plotted, labels, places, size, margins, palette)
}

function countOf(count: number): string {
  return count === 1 ? 'one version' : `${count} versions`
}
