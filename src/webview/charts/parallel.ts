import { dot, ruleX } from '@observablehq/plot'
import { escapeText, formatNumber } from '../../base/text'
import { haloed, placeLegend } from './annotate'
import { draw, node, type Drawing, type Plotted, type Size } from './drawing'
import { fitText } from './labels'
import type { Mark } from './marks'
import { lineStyle, type Palette } from './palette'
import type { AxisData, ChartVersion, ParametersData } from './protocol'
import { everyNth, formatMeasured, linearAxis, logAxis } from './scale'
import { legend, stageItems, SYMBOLS } from './stages'
import { aboutVersion, modelKey, modelsOf, nameOf, nameWithUnit } from './texts'

/** An axis as it stands in the chart. Places along it go from 0 at its foot to 1 at its head. */
export interface PlacedAxis {
  readonly name: string
  readonly x: number
  readonly top: number
  readonly bottom: number
  /** What stands at a place. */
  readonly textAt: (along: number) => string
  /** Places that keys go through. */
  readonly stops: readonly number[]
}

export interface ParallelDrawing extends Drawing {
  readonly axes: readonly PlacedAxis[]
  /** Where each version crosses each axis; `null` where it has no value. */
  readonly crossings: readonly (readonly (number | null)[])[]
  /** One for each version. */
  readonly paths: readonly SVGElement[]
  markAt(x: number, y: number, isShown: (row: number) => boolean): Mark | undefined
}

/** Least distance between axes at which their labels can be read; a narrower page scrolls. */
export const AXIS_ROOM = 110
/** More lines than these are drawn thinner and fainter. */
const MANY = 100
/** How near to a line the mouse is on it. */
const NEAR = 12
/** Numbers that differ by as much, learning rates for one, are told apart by their powers only. */
const LOG_SPAN = 100
/** Between the ends of an axis of words and the first and last of them. */
const END = 0.05
const MARGINS = { top: 34, right: 70, left: 70 }

/** Parameters and a metric as axes side by side, a line for each version. */
export function drawParallel(
  data: ParametersData,
  versions: readonly ChartVersion[],
  size: Size,
  palette: Palette,
): ParallelDrawing {
  const scales = data.axes.map(scaleOf)
  const crossings = data.rows.map(({ values }) =>
    scales.map((scale, axis) => scale.along(values[axis] ?? null)),
  )
  const drawn = data.rows.flatMap(({ place }) => versions[place] ?? [])
  const metric = data.axes.at(-1)
  const isOneModel = modelsOf(drawn).size <= 1
  const items = [
    ...stageItems(drawn),
    ...(isOneModel && metric
      ? [
          {
            text: `Stronger line: better ${fitText(nameOf(metric), 140, palette.widthOf)}`,
            shape: { kind: 'line' as const, stroke: palette.lines[0] ?? '', dash: 'none' },
          },
        ]
      : []),
  ]
  const key = legend(items, size.width - 16, palette, palette.muted)
  const margins = { ...MARGINS, bottom: 24 + key.height }
  const last = data.axes.length - 1
  const groups = modelsOf(versions)
  const colourOf = (version: ChartVersion): string =>
    lineStyle(palette, groups.get(modelKey(version)) ?? 0).stroke
  const ends = data.rows.flatMap(({ place }, row) => {
    const [version, y] = [versions[place], crossings[row]?.[last] ?? null]
    return version && y !== null ? [{ x: last, y, version, stroke: colourOf(version) }] : []
  })
  const plotted = draw(
    size,
    margins,
    palette,
    {
      x: { type: 'linear', domain: [0, Math.max(1, last)], label: null, axis: null },
      y: { type: 'linear', domain: [0, 1], label: null, axis: null },
    },
    [
      ruleX(
        data.axes.map((_, axis) => axis),
        { stroke: palette.muted },
      ),
      dot(ends, {
        x: 'x',
        y: 'y',
        r: ends.length > MANY ? 2 : 4,
        symbol: ({ version }: (typeof ends)[number]) => SYMBOLS[version.stage],
        stroke: 'stroke',
        fill: palette.background,
      }),
    ],
  )
  // Of very many lines only those that lie together are to be seen.
  const strength = Math.min(1, Math.sqrt(MANY / Math.max(1, data.rows.length)))
  const paths = data.rows.map(({ place }, row) => {
    const version = versions[place]
    const own = crossings[row] ?? []
    const goodness = qualityOf(own[last] ?? null, metric)
    return node('path', {
      d: pathOf(own, plotted),
      fill: 'none',
      stroke: version ? colourOf(version) : palette.muted,
      'stroke-width': data.rows.length > MANY ? 1 : 1.5,
      'stroke-opacity': strength * (isOneModel ? 0.2 + 0.8 * goodness ** 2 : 0.7),
      'stroke-linecap': 'round',
    })
  })
  const lines = node('g', {})
  lines.append(...paths)
  plotted.svg.prepend(lines)
  const spacing = (size.width - margins.left - margins.right) / Math.max(1, last)
  for (const [axis, scale] of scales.entries())
    labelAxis(plotted, scale, plotted.x(axis), Math.min(spacing, 160), palette)
  placeLegend(plotted, key, size, { ...margins, left: 8 })
  const marks = data.rows.flatMap(({ place, values }, row) => {
    const version = versions[place]
    return version ? [markOf(place, version, values, crossings[row] ?? [], data.axes, plotted)] : []
  })
  return {
    svg: plotted.svg,
    rows: [marks],
    label: `Parameters and ${metric ? nameOf(metric) : 'a metric'} of ${marks.length === 1 ? 'one version' : `${marks.length} versions`} on ${data.axes.length} axes`,
    crossings,
    paths,
    axes: scales.map(({ name, textAt, stops }, axis) => ({
      name,
      textAt,
      stops,
      x: plotted.x(axis),
      top: plotted.y(1),
      bottom: plotted.y(0),
    })),
    markAt: (x, y, isShown) => nearest(marks, crossings, plotted, x, y, isShown),
  }
}

interface AxisScale extends Pick<PlacedAxis, 'name' | 'textAt' | 'stops'> {
  readonly title: string
  readonly ticks: readonly { readonly along: number; readonly label: string }[]
  readonly along: (value: number | string | null) => number | null
}

function scaleOf(axis: AxisData): AxisScale {
  const title = axis.measure ? nameWithUnit(axis.measure) : nameOf(axis)
  const name = nameOf(axis)
  if (axis.kind === 'category') {
    const { domain } = axis
    // One value stands in the middle of its axis.
    const at = (index: number): number =>
      domain.length < 2 ? 0.5 : END + ((1 - 2 * END) * index) / (domain.length - 1)
    const indices = new Map(domain.map((value, index) => [value, index]))
    const every = everyNth(domain.length, 1, 14)
    return {
      name,
      title,
      ticks: domain.flatMap((value, index) =>
        index % every === 0 ? [{ along: at(index), label: escapeText(value, 60) }] : [],
      ),
      stops: domain.map((_, index) => at(index)),
      along: (value) => {
        const index = indices.get(String(value))
        return value === null || index === undefined ? null : at(index)
      },
      textAt: (along) => {
        const part = Math.max(0, Math.min(1, (along - END) / (1 - 2 * END)))
        return escapeText(domain[Math.round(part * (domain.length - 1))] ?? '', 60)
      },
    }
  }
  const isLog = axis.domain[0] > 0 && axis.domain[1] / axis.domain[0] >= LOG_SPAN
  const { domain, ticks, labels } = (isLog && logAxis(axis.domain, 5)) || linearAxis(axis.domain, 5)
  const position = isLog ? Math.log : (value: number): number => value
  const back = isLog ? Math.exp : position
  const [low, high] = [position(domain[0]), position(domain[1])]
  const along = (value: number): number => (position(value) - low) / (high - low)
  return {
    name,
    title: isLog ? `${title}, log scale` : title,
    ticks: ticks.map((tick, index) => ({ along: along(tick), label: labels[index] ?? '' })),
    stops: Array.from({ length: 51 }, (_, index) => index / 50),
    along: (value) => (typeof value === 'number' ? Math.max(0, Math.min(1, along(value))) : null),
    textAt: (place) => formatNumber(back(low + place * (high - low))),
  }
}

function pathOf(own: readonly (number | null)[], { x, y }: Plotted): string {
  let isOn = false
  return own
    .map((along, axis) => {
      if (along === null) {
        isOn = false
        return ''
      }
      const command = isOn ? 'L' : 'M'
      isOn = true
      // A line between two gaps is a dot.
      const isAlone = command === 'M' && (own[axis + 1] ?? null) === null
      return `${command}${x(axis)},${y(along)}${isAlone ? 'h0' : ''}`
    })
    .join('')
}

/** 1 for the best of the metric, 0 for the worst and for a version without it. */
function qualityOf(along: number | null, axis: AxisData | undefined): number {
  if (along === null) return 0
  return axis?.measure?.direction === 'lower' ? 1 - along : along
}

function labelAxis(
  { svg, y }: Plotted,
  { title, ticks }: AxisScale,
  x: number,
  room: number,
  palette: Palette,
): void {
  const fitting = fitText(title, room - 8, palette.widthOf)
  svg.append(haloed(x, 14, fitting, palette, 'middle'))
  for (const { along, label } of ticks) {
    const middle = y(along)
    const text = fitText(label, Math.max(24, room - 32), palette.widthOf)
    svg.append(
      node('path', { d: `M${x - 4},${middle}h8`, stroke: palette.muted }),
      haloed(x + 12, middle, text, palette),
    )
  }
}

function markOf(
  place: number,
  version: ChartVersion,
  values: readonly (number | string | null)[],
  own: readonly (number | null)[],
  axes: readonly AxisData[],
  plotted: Plotted,
): Mark {
  const end = own.findLastIndex((along) => along !== null)
  return {
    place,
    x: plotted.x(Math.max(0, end)),
    y: plotted.y(own[end] ?? 0),
    path: pathOf(own, plotted),
    title: version.reference,
    lines: () => [
      ...axes.map((axis, index) => {
        const value = values[index] ?? null
        const text =
          typeof value === 'number'
            ? formatMeasured(value, axis.measure?.unit)
            : value === null
              ? 'no value'
              : escapeText(value, 60)
        return `${nameOf(axis)} ${text}`
      }),
      ...aboutVersion(version),
    ],
  }
}

/** The version whose line goes past a point. */
function nearest(
  marks: readonly Mark[],
  crossings: ParallelDrawing['crossings'],
  { x: xOf, y: yOf }: Plotted,
  x: number,
  y: number,
  isShown: (row: number) => boolean,
): Mark | undefined {
  const [first, second] = [xOf(0), xOf(1)]
  const position = (x - first) / (second - first)
  const axis = Math.floor(position)
  const part = position - axis
  let best: Mark | undefined
  let distance = NEAR
  for (const [row, own] of crossings.entries()) {
    const from = own[axis] ?? null
    const to = own[axis + 1] ?? null
    if (from === null || to === null || !isShown(row)) continue
    const away = Math.abs(yOf(from + (to - from) * part) - y)
    if (away < distance) [best, distance] = [marks[row], away]
  }
  return best
}
