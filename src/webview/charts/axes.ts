import { axisX, axisY, gridX, gridY, type Markish } from '@observablehq/plot'
import type { Palette } from './palette'
import type { Axis } from './scale'

type Ticks = Pick<Axis, 'ticks' | 'labels'>

/** Marks of a vertical axis, with lines across the chart. */
export function verticalAxis({ ticks, labels }: Ticks, palette: Palette): readonly Markish[] {
  return [
    gridY([...ticks], { stroke: palette.grid, strokeOpacity: 1 }),
    axisY([...ticks], look(labels, palette)),
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
    axisX([...ticks], look(labels, palette)),
  ]
}

function look(labels: readonly string[], { muted }: Palette) {
  return {
    label: null,
    tickFormat: (_: number, index: number) => labels[index] ?? '',
    fill: muted,
    stroke: muted,
  }
}
