import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js'
import { escapeText } from '../base/text'
import type { ScanReport } from '../registry/scan'
import { factsOf, kindOf } from './inspector/facts'
import { renderFindings, renderScan } from './inspector/findings'
import './inspector/parameterMap'
import { renderRegistryCard } from './inspector/registryCard'
import {
  renderLayers,
  renderNames,
  renderParts,
  renderSignature,
  renderValues,
} from './inspector/sections'
import { restoreQuery } from './inspector/state'
import { inspectorStyle } from './inspector/style'
import './inspector/tensorTable'
import type { TensorTable } from './inspector/tensorTable'
import { ask, PageController } from './pageController'
import type {
  Breakdown,
  InspectorEvent,
  InspectorHost,
  InspectorState,
  Overview,
  Registration,
  TensorQuery,
} from './protocol'
import { theme } from './ui/theme'
import { port, readState, writeState } from './vscodePage'

/** The page of a model file or folder: each part is shown as soon as the host knows it. */
@customElement('model-inspector')
export class ModelInspector extends LitElement {
  static override readonly styles = [theme, inspectorStyle]

  @state() private accessor registration: Registration | undefined
  @state() private accessor breakdown: Breakdown | undefined
  @state() private accessor scan: ScanReport | 'pending' | undefined = 'pending'
  @state() private accessor checking = false
  @state() private accessor tensorQuery: TensorQuery = restoreQuery(readState())

  @query('tensor-table') private accessor table!: TensorTable | null

  readonly #page = new PageController<InspectorHost, InspectorEvent, Overview>(this, port, {
    read: (host) => host.overview(),
    reloadsOn: ['changed'],
    onView: async (_, isCurrent) => {
      this.#remember()
      await this.#loadRest(isCurrent)
    },
  })

  constructor() {
    super()
    this.#page.on('registryChanged', () => void this.#loadRegistration())
    addEventListener('keydown', (event) => {
      // A capital with Caps Lock.
      if (event.key.toLowerCase() !== 'f' || event.shiftKey) return
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      this.table?.focusSearch()
    })
  }

  async #loadRest(isCurrent: () => boolean): Promise<void> {
    const [breakdown] = await Promise.allSettled([
      this.#page.host.breakdown(),
      this.#loadRegistration(),
    ])
    if (isCurrent()) this.breakdown = breakdown.status === 'fulfilled' ? breakdown.value : undefined
  }

  async #loadRegistration(): Promise<void> {
    const { host } = this.#page
    // What fails is said by the host; what was known before may be wrong by now.
    const scanning = host.scan().catch(() => undefined)
    this.registration = await host.registration().catch(() => undefined)
    this.scan = await scanning
  }

  async #check(): Promise<void> {
    this.checking = true
    try {
      this.registration = await this.#page.host.checkContent()
    } catch {
      // The host has said why; the offer stays.
    } finally {
      this.checking = false
    }
  }

  #setQuery(tensorQuery: TensorQuery): void {
    this.tensorQuery = tensorQuery
    this.#remember()
  }

  #remember(): void {
    const path = this.#page.view?.path
    if (path === undefined) return
    writeState({ path, query: this.tensorQuery } satisfies InspectorState)
  }

  #search(text: string): void {
    this.#setQuery({ ...this.tensorQuery, text, toggled: [] })
    this.table?.focusSearch()
  }

  protected override render(): TemplateResult {
    const { view: overview, problem } = this.#page
    if (problem !== undefined) return html`<main><p role="alert">${problem}</p></main>`
    if (!overview)
      return html`<main><vscode-progress-bar aria-label="Reading"></vscode-progress-bar></main>`
    return html`<main>${this.#renderTop(overview)} ${this.#renderBody(overview)}</main>`
  }

  #renderTop(overview: Overview): TemplateResult {
    const { host } = this.#page
    return html`
      <header>
        <h1>${escapeText(overview.name)}</h1>
        <p class="muted">
          <span class="kind">${kindOf(overview)}</span>
          <span class="path">${escapeText(overview.location, 1000)}</span>
        </p>
      </header>
      ${renderFindings(overview.findings)}
      <div class="cards">
        <section aria-labelledby="facts-title">
          <h2 id="facts-title">At a glance</h2>
          <dl class="facts">
            ${factsOf(overview).map(
              ({ label, value, exact }) =>
                html`<div title=${exact ?? nothing}>
                  <dt class="muted">${label}</dt>
                  <dd>${value}</dd>
                </div>`,
            )}
          </dl>
        </section>
        ${renderRegistryCard(
          overview,
          this.registration,
          {
            register: (whole) => ask(host.register(whole)),
            registerAsCustom: () => ask(host.registerAsCustom()),
            showVersion: (version) => ask(host.showVersion(version)),
            check: () => void this.#check(),
          },
          this.checking,
        )}
      </div>
    `
  }

  #renderBody(overview: Overview): TemplateResult {
    const { summary } = overview
    return html`
      ${renderScan(this.scan)} ${renderParts(overview, this.#page.host)}
      ${renderSignature(overview)}
      <parameter-map
        .breakdown=${this.breakdown}
        @search=${({ detail }: CustomEvent<string>) => this.#search(detail)}
      ></parameter-map>
      <div class="pairs">
        ${renderValues('hyperparameters', 'Hyperparameters', summary.hyperparameters)}
        ${renderLayers(summary.layers)}
        ${renderNames('features', 'Features', summary.featureNames, summary.featureCount)}
        ${renderNames('classes', 'Classes', summary.classes)}
        ${renderValues('metadata', 'Metadata', summary.metadata)}
      </div>
      <tensor-table
        .host=${this.#page.host}
        .query=${this.tensorQuery}
        .edition=${this.#page.edition}
        @query-change=${({ detail }: CustomEvent<TensorQuery>) => this.#setQuery(detail)}
      ></tensor-table>
    `
  }
}
