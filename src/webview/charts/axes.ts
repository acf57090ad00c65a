import { axisX, axisY, gridX, gridY, type Markish } from '@observablehq/plot'
import type { Palette } from './palette'
import type { Axis } from './scale'

type Ticks = Pick<Axis, 'ticks' | 'labels'>

/** Marks of a vertical axis, with lines across the chart. */
export function verticalAxis({ ticks, labels }: Ticks, palette: Palette): readonly Markish[] {
  return [
    gridY([...ticks], { stroke: palette.grid, strokeOpacity: 1 }),
    axisY([...ticks], look(ticks, labels, palette)),
  ]
}

/** Marks of a horizontal axis. */
export function horizontalAxis(
  { ticks, labels }: Ticks,
  palette: Palette,
  withGrid = true,
): readonly Markish[] {
  return [
    ...(withGrid ? [gridX([...ticks], { stroke: palette.grid, strokeOpacity: 1 })] : []),
    axisX([...ticks], look(ticks, labels, palette)),
  ]
}

function look(ticks: readonly number[], labels: readonly string[], { muted }: Palette) {
  // By the tick itself: along a logarithmic axis Plot counts others than ours.
  const labelOf = new Map(ticks.map((tick, index) => [tick, labels[index]]))
  return {
    label: null,
    tickFormat: (tick: number) => labelOf.get(tick) ?? '',
    fill: muted,
    stroke: muted,
  }
}
