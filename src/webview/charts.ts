import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { escapeText, plural } from '../base/text'
import './charts/chartFigure'
import './charts/dataTable'
import './charts/parallelFigure'
import type { ChartFigure } from './charts/chartFigure'
import { renderChoices } from './charts/controls'
import { figuresOf, type Figure } from './charts/figures'
import { readPalette, watchTheme, type Palette } from './charts/palette'
import { sheetOf, toPng, toSvg } from './charts/picture'
import type {
  ChartsEvent,
  ChartsHost,
  ChartsState,
  ChartsView,
  CurvesData,
  Picture,
} from './charts/protocol'
import { restoreState, TABS } from './charts/state'
import { chartsStyle } from './charts/style'
import { tableOf } from './charts/table'
import { leftOutOfLog } from './charts/texts'
import { ask, PageController } from './pageController'
import { theme } from './ui/theme'
import { port, readState, writeState } from './vscodePage'

/** The page of charts: which versions, which chart, its choices, the chart itself and its numbers. */
@customElement('metric-charts')
export class MetricCharts extends LitElement {
  static override readonly styles = [theme, chartsStyle]

  @state() private accessor state: ChartsState = restoreState(readState())
  @state() private accessor palette: Palette | undefined
  /** Places of the versions that the brushes leave; `undefined` for all. */
  @state() private accessor selected: ReadonlySet<number> | undefined
  /** What is drawn: made anew where view, colours or scale change, and only then. */
  @state() private accessor figures: readonly Figure[] = []

  @query('.picture') private accessor picture!: HTMLElement | null

  readonly #page = new PageController<ChartsHost, ChartsEvent, ChartsView>(this, port, {
    read: (host) => {
      const { logScale: _, table: __, ...asked } = this.state
      return host.charts(asked)
    },
    reloadsOn: ['registryChanged'],
    onView: () => {
      this.selected = undefined
      this.#draw()
      this.#remember()
    },
  })

  override connectedCallback(): void {
    super.connectedCallback()
    this.palette = readPalette()
    watchTheme(() => {
      this.palette = readPalette()
      this.#draw()
    })
  }

  #draw(): void {
    const { palette, state } = this
    const { view } = this.#page
    if (view && palette) this.figures = figuresOf(view, palette, state.logScale)
  }

  #change(changes: Partial<ChartsState>): void {
    this.state = { ...this.state, ...changes }
    const isOurs = Object.keys(changes).every((name) => name === 'logScale' || name === 'table')
    if (!isOurs) {
      void this.#page.load()
      return
    }
    if ('logScale' in changes) this.#draw()
    this.#remember()
  }

  /** The scope is kept even where nobody has chosen it: without the host, nothing else knows it after a reload. */
  #remember(): void {
    const scope = this.#page.view?.query.scope
    writeState({ ...this.state, ...(scope ? { scope } : {}) } satisfies ChartsState)
  }

  async #chooseVersions(): Promise<void> {
    const { host, view } = this.#page
    if (!view) return
    const scope = await host.chooseVersions(view.query.scope)
    if (scope) this.#change({ scope })
  }

  #open(place: number): void {
    const version = this.#page.view?.versions[place]
    if (version) {
      const { folder, reference } = version
      ask(this.#page.host.open({ folder, reference }))
    }
  }

  async #save(format: Picture['format']): Promise<void> {
    const { palette, picture } = this
    const { host, view } = this.#page
    if (!view || !palette || !picture) return
    const elements = [...picture.querySelectorAll<ChartFigure>('chart-figure, parallel-figure')]
    const sheet = sheetOf(elements.flatMap(({ svg }) => svg ?? []))
    const title = elements[0]?.label ?? document.title
    const name = [
      'chart',
      TABS.find(({ kind }) => kind === view.query.chart)?.title,
      view.query.metric,
    ]
      .filter((part) => part !== undefined)
      .join('-')
    await host.save(
      format === 'svg'
        ? { name, format, text: toSvg(sheet, title, palette) }
        : { name, format, bytes: await toPng(sheet, palette) },
    )
  }

  protected override render(): TemplateResult {
    const { view, problem } = this.#page
    if (problem !== undefined) return html`<main><p role="alert">${problem}</p></main>`
    if (!view) return html`<main><p>Reading…</p></main>`
    return html`<main>
      <h1>Metric charts</h1>
      ${this.#renderScope(view)} ${this.#renderTabs(view)}
      <div id="chart" role="tabpanel" aria-labelledby="tab-${view.query.chart}">
        <div class="tools">
          ${renderChoices(view, this.state, (changes) => this.#change(changes))}
        </div>
        ${
          view.chart.kind === 'empty'
            ? html`<p class="empty" role="status">${escapeText(view.chart.reason, 2000)}</p>`
            : html`${this.#renderPicture(view)} ${this.#renderActions()}
              ${this.state.table ? this.#renderTable(view) : nothing}`
        }
      </div>
    </main>`
  }

  #renderScope({ scopes, scope, versions }: ChartsView): TemplateResult {
    return html`<div class="tools">
      <span class="field"
        ><label for="versions">Versions</label>
        <select
          id="versions"
          @change=${({ target }: Event) => {
            const chosen = scopes[(target as HTMLSelectElement).selectedIndex]
            if (chosen) this.#change({ scope: chosen.scope })
          }}
        >
          ${scopes.map(
            ({ label, count }, place) =>
              html`<option .selected=${place === scope}>
                ${escapeText(label)} (${count.toLocaleString('en-US')})
              </option>`,
          )}
        </select>
      </span>
      <button @click=${() => ask(this.#chooseVersions())}>Choose Versions…</button>
      <span class="muted">${plural(versions.length, 'version')}</span>
    </div>`
  }

  #renderTabs({ query: { chart } }: ChartsView): TemplateResult {
    return html`<div
      class="tabs"
      role="tablist"
      aria-label="Charts"
      @keydown=${(event: KeyboardEvent) => this.#onTabKey(event)}
    >
      ${TABS.map(
        ({ kind, title }) =>
          html`<button
            id="tab-${kind}"
            role="tab"
            aria-selected=${kind === chart}
            aria-controls="chart"
            tabindex=${kind === chart ? 0 : -1}
            @click=${() => this.#change({ chart: kind })}
          >
            ${title}
          </button>`,
      )}
    </div>`
  }

  #onTabKey(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const place = TABS.findIndex(({ kind }) => kind === this.state.chart)
    const next = TABS[(place + by + TABS.length) % TABS.length]
    if (!next) return
    this.#change({ chart: next.kind })
    this.renderRoot.querySelector<HTMLElement>(`#tab-${next.kind}`)?.focus()
  }

  #renderPicture({ chart }: ChartsView): TemplateResult {
    const { figures, palette } = this
    const open = ({ detail }: CustomEvent<number>): void => this.#open(detail)
    return html`<div class="picture ${chart.kind === 'metrics' ? 'multiples' : ''}">
        ${figures.map(({ draw, height, least }) =>
          chart.kind === 'parameters'
            ? html`<parallel-figure
                .draw=${draw}
                .palette=${palette}
                .height=${height}
                .least=${least ?? 0}
                @open-version=${open}
                @select-versions=${({ detail }: CustomEvent<ReadonlySet<number> | null>) => {
                  this.selected = detail ?? undefined
                }}
              ></parallel-figure>`
            : html`<chart-figure
                .draw=${draw}
                .palette=${palette}
                .height=${height}
                .least=${least ?? 0}
                @open-version=${open}
              ></chart-figure>`,
        )}
      </div>
      ${chart.kind === 'curves' ? this.#renderNotes(chart) : nothing}
      ${
        chart.kind === 'parameters'
          ? html`<p class="notes muted" role="status">
              ${
                this.selected
                  ? `${this.selected.size} of ${plural(chart.rows.length, 'version')} within the chosen parts of the axes.`
                  : 'Drag along an axis, or move its ends with the arrow keys, to choose a part of it.'
              }
            </p>`
          : nothing
      }`
  }

  #renderNotes(chart: CurvesData): unknown {
    const leftOut = this.state.logScale ? leftOutOfLog(chart) : undefined
    return [...chart.notes, ...(leftOut === undefined ? [] : [leftOut])].map(
      (note) => html`<p class="notes muted">${escapeText(note, 1000)}</p>`,
    )
  }

  #renderActions(): TemplateResult {
    return html`<div class="actions">
      <button
        aria-expanded=${this.state.table}
        @click=${() => this.#change({ table: !this.state.table })}
      >
        ${this.state.table ? 'Hide Data Table' : 'Show Data Table'}
      </button>
      <button @click=${() => ask(this.#save('svg'))}>Save as SVG…</button>
      <button @click=${() => ask(this.#save('png'))}>Save as PNG…</button>
    </div>`
  }

  #renderTable({ chart, versions }: ChartsView): TemplateResult {
    const { selected } = this
    const table = tableOf(chart, versions)
    const rows = table?.rows.filter(({ place }) => !selected || selected.has(place)) ?? []
    return html`<chart-table
      .table=${table && { ...table, rows }}
      .versions=${versions}
      @open-version=${({ detail }: CustomEvent<number>) => this.#open(detail)}
    ></chart-table>`
  }
}
