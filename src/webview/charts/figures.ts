import type { Draw } from './chartFigure'
import { drawCurves } from './curves'
import { drawHistory } from './history'
import type { Palette } from './palette'
import { AXIS_ROOM, drawParallel } from './parallel'
import type { ChartsView } from './protocol'
import { drawTradeoff } from './tradeoff'

/** One picture of the page. */
export interface Figure {
  readonly draw: Draw
  readonly height: number
  /** The least width at which it can be read. */
  readonly least?: number
}

/** The pictures of a view: several for the small multiples, else one. */
export function figuresOf(
  { chart, versions }: ChartsView,
  palette: Palette,
  logScale: boolean,
): readonly Figure[] {
  switch (chart.kind) {
    case 'empty':
      return []
    case 'history':
      return [{ draw: (size) => drawHistory(chart.series, versions, size, palette), height: 400 }]
    case 'metrics':
      return chart.series.map((series) => ({
        draw: (size) => drawHistory(series, versions, size, palette, true),
        height: 170,
      }))
    case 'tradeoff':
      return [{ draw: (size) => drawTradeoff(chart, versions, size, palette), height: 440 }]
    case 'parameters':
      return [
        {
          draw: (size) => drawParallel(chart, versions, size, palette),
          height: 420,
          least: chart.axes.length * AXIS_ROOM + 30,
        },
      ]
    case 'curves':
      return [{ draw: (size) => drawCurves(chart, versions, size, palette, logScale), height: 440 }]
  }
}
