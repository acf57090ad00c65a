import { line } from '@observablehq/plot'
import { endRoom, nameEnds, titleAbove, titleBelow } from './annotate'
import { horizontalAxis, verticalAxis } from './axes'
import { draw, labelRoom, type Drawing, type Plotted, type Size } from './drawing'
import type { Mark } from './marks'
import { lineStyle, type Palette } from './palette'
import type { ChartVersion, CurveData, CurvesData } from './protocol'
import { formatMeasured, horizontalFor, linearAxis, logAxis } from './scale'
import { aboutVersion, axisTitle, modelsOf, nameOf, nameWithUnit } from './texts'

interface Point {
  readonly step: number
  readonly value: number
}

interface Line {
  readonly place: number
  readonly version: ChartVersion
  readonly name: string
  readonly stroke: string
  readonly dash: string
  /** What is drawn in front: smoothed where that is asked for. */
  readonly points: readonly Point[]
  /** What was logged, behind it. */
  readonly raw: readonly Point[]
}

/** The learning curves of several versions over one another. */
export function drawCurves(
  data: CurvesData,
  versions: readonly ChartVersion[],
  size: Size,
  palette: Palette,
  logScale: boolean,
): Drawing {
  const lines = linesOf(data, versions, palette)
  const values = data.lines.flatMap((one) => [...one.values, ...(one.smoothed ?? [])])
  const logarithmic = logScale ? logAxis(values, 6) : undefined
  const isLog = logarithmic !== undefined
  const vertical = logarithmic ?? linearAxis(values, 6)
  const shown = (point: Point): boolean => !isLog || point.value > 0
  const margins = {
    top: 28,
    right: endRoom(lines, palette),
    bottom: 48,
    left: labelRoom(vertical, palette),
  }
  const steps = data.lines.flatMap((one) => one.steps)
  const horizontal = horizontalFor(
    steps,
    size.width - margins.left - margins.right,
    palette.widthOf,
  )
  const drawn = { x: 'step', y: 'value' } as const
  const plotted = draw(
    size,
    margins,
    palette,
    {
      x: { type: 'linear', domain: [...horizontal.domain], label: null, clamp: true },
      y: {
        type: isLog ? 'log' : 'linear',
        domain: [...vertical.domain],
        label: null,
        clamp: true,
      },
    },
    [
      ...verticalAxis(vertical, palette),
      ...horizontalAxis(horizontal, palette),
      ...lines.map(({ raw, stroke }) =>
        line(raw.filter(shown), { ...drawn, stroke, strokeWidth: 1, strokeOpacity: 0.35 }),
      ),
      ...lines.map(({ points, stroke, dash }) =>
        line(points.filter(shown), {
          ...drawn,
          stroke,
          strokeWidth: 1.75,
          strokeDasharray: dash,
          // A curve of one point is a dot.
          marker: points.length === 1 ? 'dot' : 'none',
        }),
      ),
    ],
  )
  const scale = isLog ? ', on a logarithmic scale' : ''
  titleAbove(plotted, `${axisTitle(data.measure)}${scale}`, size, palette)
  titleBelow(plotted, 'Step, as the run counted', size, margins, palette)
  const ends = lines.map((one) => ({
    ...one,
    y: plotted.y(one.points.findLast(shown)?.value ?? vertical.domain[0]),
  }))
  nameEnds(plotted, ends, size, margins, palette)
  return {
    svg: plotted.svg,
    rows: lines.map((one) => marksOf(one, one.points.filter(shown), data, plotted)),
    label: `Learning curves of ${nameWithUnit(data.measure)}, ${lines.length === 1 ? 'one version' : `${lines.length} versions`}`,
  }
}

function linesOf(
  { lines }: CurvesData,
  versions: readonly ChartVersion[],
  palette: Palette,
): readonly Line[] {
  const drawn = lines.flatMap(({ place }) => versions[place] ?? [])
  const isOneModel = modelsOf(drawn).size === 1
  return lines.flatMap((one, index) => {
    const version = versions[one.place]
    if (!version) return []
    const raw = pointsOf(one, one.values)
    return [
      {
        place: one.place,
        version,
        name: `${isOneModel ? version.version : version.reference}${version.stage === 'production' ? ' · production' : ''}`,
        ...lineStyle(palette, index),
        points: one.smoothed ? pointsOf(one, one.smoothed) : raw,
        raw: one.smoothed ? raw : [],
      },
    ]
  })
}

function pointsOf({ steps }: CurveData, values: readonly number[]): readonly Point[] {
  return values.map((value, index) => ({ step: steps[index] ?? index, value }))
}

function marksOf(
  { place, version, raw }: Line,
  points: readonly Point[],
  { measure }: CurvesData,
  { x, y }: Plotted,
): readonly Mark[] {
  const path = points
    .map(({ step, value }, index) => `${index === 0 ? 'M' : 'L'}${x(step)},${y(value)}`)
    .join('')
  return points.map(({ step, value }) => ({
    place,
    x: x(step),
    y: y(value),
    path,
    title: version.reference,
    lines: () => [
      `${nameOf(measure)} ${formatMeasured(value, measure.unit)}${raw.length > 0 ? ' (smoothed)' : ''} at step ${step.toLocaleString('en-US')}`,
      ...aboutVersion(version),
    ],
  }))
}
