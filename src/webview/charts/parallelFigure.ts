import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { between, isWhole, isWithin, stepped, WHOLE, type Brush } from './brush'
import { ChartFigure } from './chartFigure'
import type { Drawing } from './drawing'
import type { Mark } from './marks'
import type { Spot } from './navigate'
import type { ParallelDrawing, PlacedAxis } from './parallel'

/** A click is a movement of less than this, in pixels. */
const CLICK = 4

/** Parallel coordinates whose axes can be narrowed, by dragging along them or with the arrow keys on their ends. */
@customElement('parallel-figure')
export class ParallelFigure extends ChartFigure {
  /** By the axes' names, so that they stay when the chart is drawn anew. */
  @property({ attribute: false }) accessor brushes: ReadonlyMap<string, Brush> = new Map()
  @state() private accessor axes: readonly PlacedAxis[] = []

  #parallel: ParallelDrawing | undefined
  #shown: readonly boolean[] = []

  protected override drawn(drawing: Drawing): void {
    // Its own `draw` makes no other.
    this.#parallel = drawing as ParallelDrawing
    this.axes = this.#parallel.axes
    this.#select()
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    super.updated(changed)
    if (changed.has('brushes')) this.#select()
    for (const element of this.renderRoot.querySelectorAll<HTMLElement>('[data-axis]'))
      this.#place(element)
  }

  /** Positions are set through the object model, which the page's policy allows. */
  #place(element: HTMLElement): void {
    const axis = this.axes[Number(element.dataset['axis'])]
    if (!axis) return
    const length = axis.bottom - axis.top
    const { style } = element
    style.left = `${axis.x}px`
    style.top = `${axis.top}px`
    style.height = `${length}px`
    const [low, high] = this.#brushOf(axis)
    const set = (part: string, top: number, height?: number): void => {
      const inner = element.querySelector<HTMLElement>(part)
      if (!inner) return
      inner.style.top = `${top}px`
      if (height !== undefined) inner.style.height = `${height}px`
    }
    set('.band', (1 - high) * length, (high - low) * length)
    set('.high', (1 - high) * length)
    set('.low', (1 - low) * length)
  }

  protected override get rows(): readonly (readonly Mark[])[] {
    return super.rows.map((marks) => marks.filter((_, index) => this.#shown[index] ?? true))
  }

  protected override spotAt(x: number, y: number): Spot | undefined {
    const mark = this.#parallel?.markAt(x, y, (row) => this.#shown[row] ?? true)
    if (!mark) return undefined
    const index = this.rows[0]?.indexOf(mark) ?? -1
    return index < 0 ? undefined : { row: 0, index }
  }

  #brushOf({ name }: PlacedAxis): Brush {
    return this.brushes.get(name) ?? WHOLE
  }

  #select(): void {
    const drawing = this.#parallel
    if (!drawing) return
    const brushes = drawing.axes.map((axis) => this.#brushOf(axis))
    this.#shown = drawing.crossings.map((crossings) => isWithin(crossings, brushes))
    const places = new Set<number>()
    for (const [row, path] of drawing.paths.entries()) {
      const isShown = this.#shown[row] ?? true
      path.setAttribute('opacity', isShown ? '1' : '0.08')
      const mark = super.rows[0]?.[row]
      if (isShown && mark) places.add(mark.place)
    }
    this.lookAt(undefined)
    const detail = brushes.every(isWhole) ? undefined : places
    this.dispatchEvent(new CustomEvent('select-versions', { detail }))
  }

  #brush({ name }: PlacedAxis, brush: Brush): void {
    const brushes = new Map(this.brushes)
    if (isWhole(brush)) brushes.delete(name)
    else brushes.set(name, brush)
    this.brushes = brushes
  }

  protected override renderOver(): TemplateResult {
    return html`${this.axes.map((axis, index) => this.#renderAxis(axis, index))}`
  }

  #renderAxis(axis: PlacedAxis, index: number): TemplateResult {
    const brush = this.#brushOf(axis)
    return html`<div
      class="axis"
      data-axis=${index}
      title="Drag to choose a part of ${axis.name}"
      @pointerdown=${(event: PointerEvent) => this.#drag(event, axis)}
    >
      ${isWhole(brush) ? nothing : html`<div class="band"></div>`}
      ${this.#renderHandle(axis, brush, 'high')} ${this.#renderHandle(axis, brush, 'low')}
    </div>`
  }

  #renderHandle(axis: PlacedAxis, brush: Brush, end: 'low' | 'high'): TemplateResult {
    const along = end === 'low' ? brush[0] : brush[1]
    return html`<div
      class="handle ${end}"
      role="slider"
      tabindex="0"
      aria-orientation="vertical"
      aria-label="${axis.name}, ${end === 'low' ? 'from' : 'up to'}"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.round(along * 100)}
      aria-valuetext=${axis.textAt(along)}
      @keydown=${(event: KeyboardEvent) => this.#onHandleKey(event, axis, brush, end)}
    ></div>`
  }

  #onHandleKey(event: KeyboardEvent, axis: PlacedAxis, brush: Brush, end: 'low' | 'high'): void {
    const next = stepped(brush, end, event.key, axis.stops)
    if (!next) return
    event.preventDefault()
    this.#brush(axis, next)
  }

  /** From a handle, its end goes along; from elsewhere on the axis, a new part is drawn; a click takes it away. */
  #drag(event: PointerEvent, axis: PlacedAxis): void {
    const column = event.currentTarget
    if (!(column instanceof HTMLElement) || event.button !== 0) return
    const box = column.getBoundingClientRect()
    const alongAt = (y: number): number => 1 - (y - box.top) / box.height
    const handle = event.target instanceof HTMLElement ? event.target.classList : undefined
    const [low, high] = this.#brushOf(axis)
    const fixed = handle?.contains('high')
      ? low
      : handle?.contains('low')
        ? high
        : alongAt(event.clientY)
    const isNew = fixed !== low && fixed !== high
    const began = event.clientY
    const move = ({ clientY }: PointerEvent): void => {
      if (Math.abs(clientY - began) >= CLICK) this.#brush(axis, between(fixed, alongAt(clientY)))
    }
    const end = ({ clientY }: PointerEvent): void => {
      column.removeEventListener('pointermove', move)
      if (isNew && Math.abs(clientY - began) < CLICK) this.#brush(axis, WHOLE)
    }
    column.setPointerCapture(event.pointerId)
    column.addEventListener('pointermove', move)
    column.addEventListener('pointerup', end, { once: true })
    column.addEventListener('pointercancel', end, { once: true })
  }
}
