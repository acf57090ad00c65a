import { dot, line } from '@observablehq/plot'
import { labelPoints, placeLegend, titleAbove, titleBelow } from './annotate'
import { horizontalAxis, verticalAxis } from './axes'
import { draw, labelRoom, type Drawing, type Size } from './drawing'
import { fitText } from './labels'
import { lineStyle, type Palette } from './palette'
import type { ChartVersion, TradeoffData } from './protocol'
import { formatMeasured, horizontalFor, linearAxis } from './scale'
import {
  inProduction,
  legend,
  productionLast,
  stageItems,
  SYMBOLS,
  type LegendItem,
} from './stages'
import { aboutVersion, axisTitle, modelKey, modelsOf, nameOf, nameWithUnit } from './texts'

interface Point {
  readonly place: number
  readonly x: number
  readonly y: number
  readonly version: ChartVersion
  readonly isOnFront: boolean
  readonly stroke: string
}

/** Two metrics against each other, with the line of the versions that no other beats. */
export function drawTradeoff(
  data: TradeoffData,
  versions: readonly ChartVersion[],
  size: Size,
  palette: Palette,
): Drawing {
  const points = pointsOf(data, versions, palette)
  const byPlace = new Map(points.map((point) => [point.place, point]))
  const front = data.front.flatMap((place) => byPlace.get(place) ?? [])
  const vertical = linearAxis(data.ys, 6)
  const left = labelRoom(vertical, palette)
  const key = legend(legendOf(points, palette), size.width - left - 8, palette, palette.muted)
  const margins = { top: 28, right: 20, bottom: 48 + key.height, left }
  const horizontal = horizontalFor(data.xs, size.width - left - margins.right, palette.widthOf)
  const isDense = points.length > 300
  const radius = isDense ? 2.5 : 4
  const plotted = draw(
    size,
    margins,
    palette,
    {
      x: { type: 'linear', domain: [...horizontal.domain], label: null, clamp: true },
      y: { type: 'linear', domain: [...vertical.domain], label: null, clamp: true },
    },
    [
      ...verticalAxis(vertical, palette),
      ...horizontalAxis(horizontal, palette),
      line(front, {
        x: 'x',
        y: 'y',
        stroke: palette.foreground,
        strokeWidth: 1.5,
        strokeDasharray: '6 3',
        // Best in x first: from each version the line goes along what is no better than it, then to the next.
        curve: 'step-after',
      }),
      dot(productionLast(points), {
        x: 'x',
        y: 'y',
        r: (point: Point) =>
          point.version.stage === 'production' ? 6 : point.isOnFront ? radius * 1.3 : radius,
        symbol: (point: Point) => SYMBOLS[point.version.stage],
        stroke: 'stroke',
        fill: (point: Point) => (point.isOnFront ? point.stroke : palette.background),
        strokeWidth: isDense ? 1 : 1.5,
      }),
    ],
  )
  titleAbove(plotted, axisTitle(data.y), size, palette)
  titleBelow(plotted, axisTitle(data.x), size, margins, palette)
  placeLegend(plotted, key, size, margins)
  const isOneModel = modelsOf(points.map(({ version }) => version)).size === 1
  const named = new Set([...inProduction(points), ...front])
  const labels = [...named].map(({ x, y, version }) => ({
    x: plotted.x(x),
    y: plotted.y(y),
    text: `${version.stage === 'production' ? 'Production ' : ''}${fitText(isOneModel ? version.version : version.reference, 120, palette.widthOf)}`,
  }))
  const places = points.map(({ x, y }) => ({ x: plotted.x(x), y: plotted.y(y) }))
  labelPoints(plotted, labels, places, size, margins, palette)
  return {
    svg: plotted.svg,
    rows: [
      points
        .toSorted((a, b) => a.x - b.x || a.y - b.y)
        .map(({ place, x, y, version, isOnFront }) => ({
          place,
          x: plotted.x(x),
          y: plotted.y(y),
          title: version.reference,
          lines: () => [
            `${nameOf(data.x)} ${formatMeasured(x, data.x.unit)}`,
            `${nameOf(data.y)} ${formatMeasured(y, data.y.unit)}`,
            ...(isOnFront ? ['On the Pareto front: no version is better in both'] : []),
            ...aboutVersion(version),
          ],
        })),
    ],
    label: `${nameWithUnit(data.y)} against ${nameWithUnit(data.x)}, ${points.length} versions, ${front.length} of them on the Pareto front`,
  }
}

function pointsOf(
  { places, xs, ys, front }: TradeoffData,
  versions: readonly ChartVersion[],
  palette: Palette,
): readonly Point[] {
  const isOnFront = new Set(front)
  const groups = modelsOf(versions)
  return places.flatMap((place, index) => {
    const [version, x, y] = [versions[place], xs[index], ys[index]]
    if (!version || x === undefined || y === undefined) return []
    const { stroke } = lineStyle(palette, groups.get(modelKey(version)) ?? 0)
    return [{ place, x, y, version, isOnFront: isOnFront.has(place), stroke }]
  })
}

function legendOf(points: readonly Point[], palette: Palette): readonly LegendItem[] {
  return [
    ...stageItems(points.map(({ version }) => version)),
    { text: 'Filled: no version is better in both', shape: { kind: 'record' } },
    {
      text: 'Pareto front',
      shape: { kind: 'line', stroke: palette.foreground, dash: '6 3' },
    },
  ]
}
