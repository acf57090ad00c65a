import type { SymbolType } from '@observablehq/plot'
import type { ModelStage } from '../../registry/stage'
import { label, node } from './drawing'
import type { Palette } from './palette'
import { stageTitle } from './texts'

/** Each stage has a shape of its own, so that nobody needs the colours. */
export const SYMBOLS: Readonly<Record<ModelStage, SymbolType>> = {
  development: 'circle',
  staging: 'diamond',
  production: 'star',
  archived: 'square',
}

/** In the order of the lifecycle. */
const STAGES = Object.keys(SYMBOLS) as readonly ModelStage[]

/** Shapes in the legend, around their middle, as large as those in the charts. */
const PATHS: Readonly<Record<ModelStage, string>> = {
  development: 'M-4,0A4,4,0,1,1,4,0A4,4,0,1,1,-4,0Z',
  staging: 'M0,-5.5L3.2,0L0,5.5L-3.2,0Z',
  production: star(),
  archived: 'M-3.5,-3.5H3.5V3.5H-3.5Z',
}

function star(): string {
  const corners = Array.from({ length: 10 }, (_, index) => {
    const radius = index % 2 === 0 ? 6 : 2.3
    const angle = (index * Math.PI) / 5
    return `${(radius * Math.sin(angle)).toFixed(2)},${(-radius * Math.cos(angle)).toFixed(2)}`
  })
  return `M${corners.join('L')}Z`
}

/** One entry of a legend. */
export interface LegendItem {
  readonly text: string
  readonly shape:
    | { readonly kind: 'stage'; readonly stage: ModelStage }
    | { readonly kind: 'record' }
    | { readonly kind: 'line'; readonly stroke: string; readonly dash: string }
}

const ROW = 18
const SHAPE = 18
const GAP = 14

export interface Legend {
  readonly height: number
  readonly element: SVGElement
}

/** A legend within a width, in as many rows as it takes. Its upper left corner is at 0, 0. */
export function legend(
  items: readonly LegendItem[],
  width: number,
  palette: Palette,
  colour: string,
): Legend {
  const element = node('g', {})
  let [x, row] = [0, 0]
  for (const { text, shape } of items) {
    const length = SHAPE + palette.widthOf(text)
    if (x > 0 && x + length > width) [x, row] = [0, row + 1]
    const y = row * ROW + ROW / 2
    element.append(
      shapeOf(shape, x + 6, y, palette, colour),
      label(x + SHAPE, y, text, { fill: palette.muted }),
    )
    x += length + GAP
  }
  return { height: items.length === 0 ? 0 : (row + 1) * ROW, element }
}

function shapeOf(
  shape: LegendItem['shape'],
  x: number,
  y: number,
  { background, foreground }: Palette,
  colour: string,
): SVGElement {
  const transform = `translate(${x} ${y})`
  switch (shape.kind) {
    case 'line':
      return node('path', {
        transform,
        d: 'M-6,0H8',
        stroke: shape.stroke,
        'stroke-dasharray': shape.dash,
        'stroke-width': 2,
      })
    case 'record':
      return node('path', { transform, d: PATHS.development, fill: colour, stroke: foreground })
    case 'stage':
      return node('path', {
        transform,
        d: PATHS[shape.stage],
        fill: background,
        stroke: colour,
        'stroke-width': 1.5,
      })
  }
}

/** The shapes of the stages that some versions are in. */
export function stageItems(versions: readonly { readonly stage: ModelStage }[]): LegendItem[] {
  const there = new Set(versions.map(({ stage }) => stage))
  return STAGES.filter((stage) => there.has(stage)).map((stage) => ({
    text: stageTitle(stage),
    shape: { kind: 'stage', stage },
  }))
}

interface OfVersion {
  readonly version: { readonly stage: ModelStage }
}

export function inProduction<T extends OfVersion>(points: readonly T[]): readonly T[] {
  return points.filter(({ version }) => version.stage === 'production')
}

/** In this order nothing is drawn over the versions in production. */
export function productionLast<T extends OfVersion>(points: readonly T[]): readonly T[] {
  const others = points.filter(({ version }) => version.stage !== 'production')
  return [...others, ...inProduction(points)]
}
