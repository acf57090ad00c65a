import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { theme } from '../ui/theme'
import { figureStyle } from './figureStyle'
import { node, type Drawing, type Size } from './drawing'
import { firstSpot, moved, nearestSpot, type Spot } from './navigate'
import type { Mark } from './marks'
import type { Palette } from './palette'

/** How near the mouse comes to a point before it is meant, in pixels. */
const REACH = 28
/** Distance between a point and its tooltip. */
const GAP = 12

/** Draws a chart in a size. */
export type Draw = (size: Size) => Drawing

/** A chart that can be looked at by mouse and keyboard: a ring and a tooltip at the point, Enter for its version. */
@customElement('chart-figure')
export class ChartFigure extends LitElement {
  static override readonly styles = [theme, figureStyle]

  /** Another function is another picture. */
  @property({ attribute: false }) accessor draw: Draw | undefined
  @property({ attribute: false }) accessor palette: Palette | undefined
  @property({ type: Number }) accessor height = 380
  /** A page that is narrower scrolls. */
  @property({ type: Number }) accessor least = 0

  @query('.surface') protected accessor surface!: HTMLElement
  @query('.tooltip') protected accessor tooltip!: HTMLElement
  @query('.said') protected accessor said!: HTMLElement

  protected drawing: Drawing | undefined
  #spot: Spot | undefined
  #width = 0
  readonly #overlay = node('svg', { class: 'overlay', 'aria-hidden': 'true' })
  readonly #observer = new ResizeObserver(() => this.#fit())
  /** A page can have many charts: one is drawn when it is about to be seen. */
  readonly #sight = new IntersectionObserver(
    ([entry]) => {
      this.#isNear = entry?.isIntersecting ?? false
      this.#fit()
    },
    { rootMargin: '300px' },
  )
  #isNear = false

  /** The picture as it stands on the page, drawn now where nobody has seen it yet. */
  get svg(): SVGSVGElement | undefined {
    this.#isNear = true
    this.#fit()
    return this.drawing?.svg
  }

  /** Says what the picture shows. */
  get label(): string | undefined {
    return this.drawing?.label
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#observer.observe(this)
    this.#sight.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#observer.disconnect()
    this.#sight.disconnect()
  }

  protected override render(): TemplateResult {
    return html`<div class="scroll">
        <div
          class="surface"
          tabindex="0"
          role="application"
          aria-roledescription="chart"
          @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
          @focus=${() => this.#onFocus()}
          @blur=${() => this.lookAt(undefined)}
          @pointermove=${(event: PointerEvent) => this.#onPointer(event)}
          @pointerleave=${() => this.#onLeave()}
          @click=${(event: MouseEvent) => this.#onClick(event)}
        ></div>
        ${this.renderOver()}
        <div class="tooltip" hidden></div>
      </div>
      <div class="said" role="status"></div>`
  }

  /** What stands above the chart. */
  protected renderOver(): unknown {
    return undefined
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('draw') || changed.has('height') || changed.has('least')) {
      this.#width = 0
      this.surface.style.minHeight = `${this.height}px`
      this.#fit()
    }
  }

  #fit(): void {
    const width = Math.max(this.least, Math.floor(this.clientWidth))
    if (!this.#isNear || width === 0 || width === this.#width || !this.draw || !this.surface) return
    this.#width = width
    const drawing = this.draw({ width, height: this.height })
    this.drawing = drawing
    const { surface } = this
    surface.replaceChildren(drawing.svg, this.#overlay)
    surface.setAttribute(
      'aria-label',
      `${drawing.label}. Arrow keys go from point to point, Enter opens the version.`,
    )
    for (const [name, value] of Object.entries({ width, height: this.height }))
      this.#overlay.setAttribute(name, String(value))
    this.drawn(drawing)
    // The same place as before, as far as it is still there.
    const spot = this.#spot
    this.lookAt(spot && this.markAt(spot) ? spot : undefined)
  }

  /** Called whenever there is a new picture. */
  protected drawn(_drawing: Drawing): void {
    this.requestUpdate()
  }

  /** The marks that can be reached now. */
  protected get rows(): readonly (readonly Mark[])[] {
    return this.drawing?.rows ?? []
  }

  /** What is under the mouse. */
  protected spotAt(x: number, y: number): Spot | undefined {
    return nearestSpot(this.rows, x, y, REACH)
  }

  protected markAt({ row, index }: Spot): Mark | undefined {
    return this.rows[row]?.[index]
  }

  #onFocus(): void {
    // A click has said already where to look.
    if (this.surface.matches(':focus-visible'))
      this.lookAt(this.#spot ?? firstSpot(this.rows), true)
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.surface || event.ctrlKey || event.metaKey || event.altKey) return
    const spot = this.#spot ?? firstSpot(this.rows)
    if (!spot) return
    if (event.key === 'Escape') this.lookAt(undefined)
    else if (event.key === 'Enter' || event.key === ' ') this.#open(this.markAt(spot))
    else {
      const next = moved(this.rows, spot, event.key)
      if (!next) return
      this.lookAt(next, true)
    }
    event.preventDefault()
  }

  #onPointer(event: PointerEvent): void {
    const box = this.surface.getBoundingClientRect()
    const spot = this.spotAt(event.clientX - box.left, event.clientY - box.top)
    if (spot?.row === this.#spot?.row && spot?.index === this.#spot?.index) return
    // Who came by keys stays where they are until the mouse means another point.
    if (!spot && this.surface.matches(':focus-visible')) return
    this.lookAt(spot)
  }

  #onLeave(): void {
    if (!this.surface.matches(':focus-visible')) this.lookAt(undefined)
  }

  #onClick(event: MouseEvent): void {
    const box = this.surface.getBoundingClientRect()
    const spot = this.spotAt(event.clientX - box.left, event.clientY - box.top)
    this.#open(spot && this.markAt(spot))
  }

  #open(mark: Mark | undefined): void {
    if (mark) this.dispatchEvent(new CustomEvent('open-version', { detail: mark.place }))
  }

  /** Puts ring and tooltip at a mark; `aloud` for who came by keys. */
  protected lookAt(spot: Spot | undefined, aloud = false): void {
    this.#spot = spot
    const mark = spot && this.markAt(spot)
    this.surface.classList.toggle('pointed', mark !== undefined)
    this.tooltip.hidden = !mark
    this.#overlay.replaceChildren()
    if (!mark || !this.palette) return
    const { foreground, background } = this.palette
    if (mark.path !== undefined) {
      const line = { d: mark.path, fill: 'none', 'stroke-linejoin': 'round' }
      this.#overlay.append(
        node('path', { ...line, stroke: background, 'stroke-width': 6 }),
        node('path', { ...line, stroke: foreground, 'stroke-width': 2.5 }),
      )
    }
    const ring = { cx: mark.x, cy: mark.y, r: 8, fill: 'none' }
    this.#overlay.append(
      node('circle', { ...ring, stroke: background, 'stroke-width': 4 }),
      node('circle', { ...ring, stroke: foreground, 'stroke-width': 2 }),
    )
    this.#tell(mark)
    if (aloud) this.said.textContent = [mark.title, ...mark.lines()].join(', ')
  }

  #tell(mark: Mark): void {
    const { tooltip } = this
    const title = document.createElement('strong')
    title.textContent = mark.title
    const lines = mark.lines().map((text) => {
      const line = document.createElement('div')
      line.textContent = text
      return line
    })
    tooltip.replaceChildren(title, ...lines)
    // Beside the point where there is room, and never outside of the chart.
    const { offsetWidth: width, offsetHeight: height } = tooltip
    const right = mark.x + GAP
    const left = right + width <= this.#width ? right : mark.x - GAP - width
    const top = Math.max(0, Math.min(this.height - height, mark.y - height / 2))
    tooltip.style.left = `${Math.max(0, left)}px`
    tooltip.style.top = `${top}px`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'chart-figure': ChartFigure
  }
}
