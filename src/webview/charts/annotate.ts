import { label, node, type Margins, type Plotted, type Size } from './drawing'
import { fitText, placeLabels, spread, type Label } from './labels'
import type { Palette } from './palette'
import type { Legend } from './stages'

/** The height of a line of text in a chart. */
const LINE = 14
/** Names beside the ends of lines are cut at this width. */
const NAME = 130
/** The sample of a line before its name. */
const SAMPLE = 16

/** The title of the vertical axis, above it, where nobody has to turn their head. */
export function titleAbove(
  { svg }: Plotted,
  text: string,
  { width }: Size,
  palette: Palette,
): void {
  const fitting = fitText(text, width - 12, palette.widthOf)
  svg.append(label(4, 8, fitting, { fill: palette.foreground }))
}

/** The title of the horizontal axis, below its labels. */
export function titleBelow(
  { svg }: Plotted,
  text: string,
  { width, height }: Size,
  { left, right, bottom }: Margins,
  palette: Palette,
): void {
  const x = left + (width - left - right) / 2
  const y = height - bottom + 32
  const fitting = fitText(text, width - 12, palette.widthOf)
  svg.append(label(x, y, fitting, { 'text-anchor': 'middle', fill: palette.foreground }))
}

/** The legend, at the lower edge. */
export function placeLegend(
  { svg }: Plotted,
  { element, height }: Legend,
  size: Size,
  { left }: Margins,
): void {
  element.setAttribute('transform', `translate(${left} ${size.height - height})`)
  svg.append(element)
}

/** Texts beside points, as many as fit. */
export function labelPoints(
  { svg }: Plotted,
  labels: readonly Label[],
  points: readonly Pick<Label, 'x' | 'y'>[],
  { width, height }: Size,
  { top, right, bottom, left }: Margins,
  palette: Palette,
): void {
  const within = { left, right: width - right, top, bottom: height - bottom }
  for (const one of placeLabels(labels, within, palette.widthOf, LINE, points))
    svg.append(haloed(one.left, one.middle, one.text, palette))
}

/** A line that has a name at its right end. */
export interface NamedLine {
  readonly name: string
  readonly stroke: string
  readonly dash: string
}

/** Room for the names of lines at the right. */
export function endRoom(lines: readonly NamedLine[], { widthOf }: Palette): number {
  const widest = lines.reduce((most, { name }) => Math.max(most, widthOf(name)), 0)
  return Math.ceil(Math.min(NAME, widest)) + SAMPLE + 20
}

/** The names of lines at the right edge, with their lines' look. */
export function nameEnds(
  { svg }: Plotted,
  lines: readonly (NamedLine & { readonly y: number })[],
  { width, height }: Size,
  { top, right, bottom }: Margins,
  palette: Palette,
): void {
  const wanted = lines.map(({ y }) => y)
  const heights = spread(wanted, top - LINE / 2, height - bottom + LINE / 2, LINE)
  const x = width - right + 8
  for (const [index, { name, stroke, dash }] of lines.entries()) {
    const middle = heights?.[index]
    if (middle === undefined) continue
    const d = `M${x},${middle}h${SAMPLE}`
    const text = fitText(name, NAME, palette.widthOf)
    svg.append(
      node('path', { d, stroke, 'stroke-dasharray': dash, 'stroke-width': 2 }),
      haloed(x + SAMPLE + 6, middle, text, palette),
    )
  }
}

/** A text that lines behind it do not make illegible. */
export function haloed(
  x: number,
  y: number,
  text: string,
  { background, foreground }: Palette,
  anchor = 'start',
): SVGElement {
  return label(x, y, text, {
    'text-anchor': anchor,
    fill: foreground,
    stroke: background,
    'stroke-width': 3,
    'stroke-linejoin': 'round',
    'paint-order': 'stroke',
  })
}
