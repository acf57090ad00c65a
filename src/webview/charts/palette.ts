import { legible } from './contrast'

/** The theme's colours as plain ones, so that a picture shows the same wherever it is opened. */
export interface Palette {
  readonly background: string
  readonly foreground: string
  readonly muted: string
  readonly grid: string
  readonly focus: string
  /** Told apart by `lineStyle`. */
  readonly lines: readonly string[]
  readonly fontFamily: string
  readonly fontSize: number
  readonly widthOf: (text: string) => number
}

const LINES = ['blue', 'orange', 'green', 'purple', 'red', 'yellow']
/** Dashes for when the colours have all been used, and for those who do not see them. */
const DASHES = ['none', '6 3', '2 3', '8 3 2 3']

/** Labels are as large as VS Code's smaller texts. */
const FONT_SIZE = 11

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const context = document.createElement('canvas').getContext('2d')
  if (!context) throw new Error('This browser draws nothing.')
  const probe = document.createElement('span')
  document.body.append(probe)
  const colour = (...names: readonly string[]): string => {
    const value = names
      .map((name) => style.getPropertyValue(`--vscode-${name}`).trim())
      .find((one) => one !== '')
    // The browser works out whatever the theme says, `color-mix` too; the canvas then names it in digits.
    probe.style.color = value ?? 'gray'
    context.fillStyle = '#808080'
    context.fillStyle = getComputedStyle(probe).color
    return context.fillStyle
  }
  const foreground = colour('foreground')
  const fontFamily = style.getPropertyValue('--vscode-font-family').trim() || 'sans-serif'
  const background = colour('editor-background')
  const palette: Palette = {
    background,
    foreground,
    muted: colour('descriptionForeground', 'foreground'),
    grid: colour('editorIndentGuide-background1', 'editorWidget-border', 'contrastBorder'),
    focus: colour('focusBorder', 'foreground'),
    lines: LINES.map((name) =>
      legible(colour(`charts-${name}`, 'charts-foreground', 'foreground'), background, foreground),
    ),
    fontFamily,
    fontSize: FONT_SIZE,
    widthOf: widthsIn(context, `${FONT_SIZE}px ${fontFamily}`),
  }
  probe.remove()
  return palette
}

/** Measures each text once: the names of a thousand versions stand in every chart. */
function widthsIn(context: CanvasRenderingContext2D, font: string): (text: string) => number {
  const widths = new Map<string, number>()
  return (text) => {
    const known = widths.get(text)
    if (known !== undefined) return known
    context.font = font
    const { width } = context.measureText(text)
    widths.set(text, width)
    return width
  }
}

/** How the line of the `index`-th of several is drawn: by colour first, then by its dashes. */
export function lineStyle(
  { lines, foreground }: Palette,
  index: number,
): { readonly stroke: string; readonly dash: string } {
  const stroke = lines[index % lines.length] ?? foreground
  return { stroke, dash: DASHES[Math.floor(index / lines.length) % DASHES.length] ?? 'none' }
}

/** Calls back when the theme has changed; VS Code says so on the document's elements. */
export function watchTheme(changed: () => void): { dispose(): void } {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['style', 'class'],
  })
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-id'],
  })
  return { dispose: () => observer.disconnect() }
}
