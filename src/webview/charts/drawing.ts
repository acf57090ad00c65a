import { plot, type Markish, type PlotOptions, type Scale } from '@observablehq/plot'
import type { Mark } from './marks'
import type { Palette } from './palette'
import type { Axis } from './scale'

/** A chart as it stands on the page. */
export interface Drawing {
  readonly svg: SVGSVGElement
  /** Left and right go along a row, up and down to the next one. */
  readonly rows: readonly (readonly Mark[])[]
  /** Says in a sentence what it shows. */
  readonly label: string
}

export interface Margins {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** What Plot draws, with the scales of its axes. */
export interface Plotted {
  readonly svg: SVGSVGElement
  readonly x: (value: number) => number
  readonly y: (value: number) => number
}

/** Draws marks within margins, in the theme's colours. */
export function draw(
  { width, height }: Size,
  margins: Margins,
  palette: Palette,
  scales: Pick<PlotOptions, 'x' | 'y' | 'symbol'>,
  marks: readonly Markish[],
): Plotted {
  const drawn = plot({
    width,
    height,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    color: { type: 'identity' },
    ...scales,
    marks: [...marks],
  })
  if (!(drawn instanceof SVGSVGElement)) throw new TypeError('Plot drew no picture.')
  // Its style sheet would be one in the document, which the page's policy refuses; what it says stands in the page's own.
  drawn.querySelector('style')?.remove()
  drawn.removeAttribute('class')
  setAttributes(drawn, {
    'font-family': palette.fontFamily,
    'font-size': palette.fontSize,
    fill: palette.foreground,
    'aria-hidden': 'true',
  })
  const [x, y] = [drawn.scale('x'), drawn.scale('y')]
  return { svg: drawn, x: (value) => at(x, value), y: (value) => at(y, value) }
}

function at(scale: Scale | undefined, value: number): number {
  return Number(scale?.apply(value) ?? 0)
}

/** An element of a picture; colours and sizes are attributes, which need no style. */
export function node(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  setAttributes(element, attributes)
  if (text !== '') element.textContent = text
  return element
}

/** A text whose middle is at a height; Plot's own stand around their places, ours begin there. */
export function label(
  x: number,
  y: number,
  text: string,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  return node('text', { x, y, dy: '0.32em', 'text-anchor': 'start', ...attributes }, text)
}

function setAttributes(
  element: SVGElement,
  attributes: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}

/** Room that an axis's labels need on the left. */
export function labelRoom({ labels }: Axis, { widthOf }: Palette): number {
  return Math.ceil(labels.reduce((most, label) => Math.max(most, widthOf(label)), 0)) + 14
}
