import { node } from './drawing'
import type { Palette } from './palette'

/** A chart of a picture, and where it stands in it. */
export interface Part {
  readonly svg: SVGSVGElement
  readonly x: number
  readonly y: number
}

export interface Sheet {
  readonly width: number
  readonly height: number
  readonly parts: readonly Part[]
}

/** Around everything, so that nothing touches the edge. */
const MARGIN = 12
/** Pixels of a picture for each of the page: legible on a screen that has more of them, too. */
const DENSITY = 2

/** Charts as they stand on the page, for a picture of them all. */
export function sheetOf(svgs: readonly SVGSVGElement[]): Sheet {
  const boxes = svgs.map((svg) => ({ svg, box: svg.getBoundingClientRect() }))
  const left = Math.min(...boxes.map(({ box }) => box.left))
  const top = Math.min(...boxes.map(({ box }) => box.top))
  return {
    width: Math.ceil(Math.max(...boxes.map(({ box }) => box.right)) - left) + 2 * MARGIN,
    height: Math.ceil(Math.max(...boxes.map(({ box }) => box.bottom)) - top) + 2 * MARGIN,
    parts: boxes.map(({ svg, box }) => ({
      svg,
      x: box.left - left + MARGIN,
      y: box.top - top + MARGIN,
    })),
  }
}

/** A picture that needs nothing else: colours, font and background are in it. */
export function toSvg({ width, height, parts }: Sheet, title: string, palette: Palette): string {
  const root = node('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' })
  root.append(
    node('title', {}, title),
    node('rect', { width, height, fill: palette.background }),
    ...parts.map(({ svg, x, y }) => {
      const part = svg.cloneNode(true)
      if (!(part instanceof SVGSVGElement)) throw new TypeError('A chart is no picture.')
      for (const [name, value] of Object.entries({ x, y })) part.setAttribute(name, String(value))
      part.removeAttribute('aria-hidden')
      return part
    }),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`
}

/**
 * The same as pixels. The page's policy lets no picture in, its own neither, so this draws what stands on the page: the
 * browser says where each piece is and how it looks.
 */
export async function toPng(
  { width, height, parts }: Sheet,
  palette: Palette,
): Promise<Uint8Array> {
  const canvas = document.createElement('canvas')
  canvas.width = width * DENSITY
  canvas.height = height * DENSITY
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser draws nothing.')
  context.fillStyle = palette.background
  context.fillRect(0, 0, canvas.width, canvas.height)
  for (const { svg, x, y } of parts)
    for (const piece of svg.querySelectorAll<SVGGraphicsElement>('path, line, rect, circle, text'))
      paint(context, piece, svg, x, y)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('The picture is too large for this browser: make the window smaller.')
  return new Uint8Array(await blob.arrayBuffer())
}

function paint(
  context: CanvasRenderingContext2D,
  piece: SVGGraphicsElement,
  svg: SVGSVGElement,
  x: number,
  y: number,
): void {
  const place = piece.getCTM()
  if (!place) return
  context.setTransform(DENSITY, 0, 0, DENSITY, x * DENSITY, y * DENSITY)
  context.transform(place.a, place.b, place.c, place.d, place.e, place.f)
  const style = getComputedStyle(piece)
  const opacity = opacityOf(piece, svg)
  context.lineWidth = Number.parseFloat(style.strokeWidth) || 1
  context.lineJoin = style.strokeLinejoin === 'round' ? 'round' : 'miter'
  context.lineCap = style.strokeLinecap === 'round' ? 'round' : 'butt'
  context.setLineDash(style.strokeDasharray === 'none' ? [] : numbersIn(style.strokeDasharray))
  const pencil = pencilFor(context, piece, style)
  const stroke = (): void => {
    if (style.stroke === 'none') return
    context.globalAlpha = opacity * Number(style.strokeOpacity)
    context.strokeStyle = style.stroke
    pencil.stroke()
  }
  const isBehind = style.paintOrder.startsWith('stroke')
  if (isBehind) stroke()
  if (style.fill !== 'none') {
    context.globalAlpha = opacity * Number(style.fillOpacity)
    context.fillStyle = style.fill
    pencil.fill()
  }
  if (!isBehind) stroke()
}

function pencilFor(
  context: CanvasRenderingContext2D,
  piece: SVGGraphicsElement,
  style: CSSStyleDeclaration,
): { fill(): void; stroke(): void } {
  if (piece instanceof SVGTextContentElement) {
    const text = piece.textContent
    if (piece.getNumberOfChars() === 0) return { fill: () => undefined, stroke: () => undefined }
    const { x, y } = piece.getStartPositionOfChar(0)
    context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    return {
      fill: () => context.fillText(text, x, y),
      stroke: () => context.strokeText(text, x, y),
    }
  }
  const path = outlineOf(piece)
  return { fill: () => context.fill(path), stroke: () => context.stroke(path) }
}

function outlineOf(piece: SVGGraphicsElement): Path2D {
  if (piece instanceof SVGPathElement) return new Path2D(piece.getAttribute('d') ?? '')
  const path = new Path2D()
  const number = (name: string): number => Number(piece.getAttribute(name) ?? 0)
  if (piece instanceof SVGLineElement) {
    path.moveTo(number('x1'), number('y1'))
    path.lineTo(number('x2'), number('y2'))
  } else if (piece instanceof SVGCircleElement) {
    path.arc(number('cx'), number('cy'), number('r'), 0, 2 * Math.PI)
  } else {
    path.rect(number('x'), number('y'), number('width'), number('height'))
  }
  return path
}

/** Unlike colours, it is not inherited: that of a group holds for the group as a whole. */
function opacityOf(piece: Element, svg: SVGSVGElement): number {
  let opacity = 1
  for (let one: Element | null = piece; one && one !== svg; one = one.parentElement)
    opacity *= Number(getComputedStyle(one).opacity)
  return opacity
}

function numbersIn(list: string): number[] {
  return list
    .split(/[\s,]+/)
    .map((one) => Number.parseFloat(one))
    .filter((one) => Number.isFinite(one))
}
