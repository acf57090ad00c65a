import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js'
import { escapeText } from '../base/text'
import type { ScanReport } from '../registry/scan'
import { createClient } from './client'
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
import type {
  Breakdown,
  InspectorEvent,
  InspectorHost,
  InspectorState,
  Overview,
  Registration,
  TensorQuery,
} from './protocol'
import { documentStyle, theme } from './ui/theme'
import { port, readState, writeState } from './vscodePage'

/** The page of a model file or folder: each part is shown as soon as the host knows it. */
@customElement('model-inspector')
export class ModelInspector extends LitElement {
  static override readonly styles = [theme, inspectorStyle]

  @state() private accessor overview: Overview | undefined
  @state() private accessor problem: string | undefined
  @state() private accessor registration: Registration | undefined
  @state() private accessor breakdown: Breakdown | undefined
  @state() private accessor scan: ScanReport | 'pending' | undefined = 'pending'
  @state() private accessor checking = false
  @state() private accessor tensorQuery: TensorQuery = restoreQuery(readState())
  /** Counts the changes of the file. */
  @state() private accessor edition = 0

  @query('tensor-table') private accessor table!: TensorTable | null

  readonly #client = createClient<InspectorHost, InspectorEvent>(port)

  constructor() {
    super()
    this.#client.on('changed', () => void this.#load())
    this.#client.on('registryChanged', () => void this.#loadRegistration())
    addEventListener('keydown', (event) => {
      // A capital with Caps Lock.
      if (event.key.toLowerCase() !== 'f' || event.shiftKey) return
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      this.table?.focusSearch()
    })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (documentStyle.styleSheet) document.adoptedStyleSheets.push(documentStyle.styleSheet)
    void this.#load()
  }

  async #load(): Promise<void> {
    const edition = ++this.edition
    const { host } = this.#client
    const isCurrent = (): boolean => edition === this.edition
    try {
      const overview = await host.overview()
      if (!isCurrent()) return
      this.overview = overview
      this.problem = undefined
      this.#remember()
    } catch (error) {
      if (isCurrent()) this.problem = messageOf(error)
      return
    }
    const [breakdown] = await Promise.allSettled([host.breakdown(), this.#loadRegistration()])
    if (isCurrent()) this.breakdown = breakdown.status === 'fulfilled' ? breakdown.value : undefined
  }

  async #loadRegistration(): Promise<void> {
    const { host } = this.#client
    // What fails is said by the host; what was known before may be wrong by now.
    const scanning = host.scan().catch(() => undefined)
    this.registration = await host.registration().catch(() => undefined)
    this.scan = await scanning
  }

  async #check(): Promise<void> {
    this.checking = true
    try {
      this.registration = await this.#client.host.checkContent()
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
    if (!this.overview) return
    writeState({
      path: this.overview.path,
      query: this.tensorQuery,
    } satisfies InspectorState)
  }

  #search(text: string): void {
    this.#setQuery({ ...this.tensorQuery, text, toggled: [] })
    this.table?.focusSearch()
  }

  protected override render(): TemplateResult {
    const { overview, problem } = this
    if (problem !== undefined) return html`<main><p role="alert">${problem}</p></main>`
    if (!overview)
      return html`<main><vscode-progress-bar aria-label="Reading"></vscode-progress-bar></main>`
    return html`<main>${this.#renderTop(overview)} ${this.#renderBody(overview)}</main>`
  }

  #renderTop(overview: Overview): TemplateResult {
    const { host } = this.#client
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
            // What fails there is shown by the host.
            register: (whole) => void host.register(whole).catch(() => undefined),
            registerAsCustom: () => void host.registerAsCustom().catch(() => undefined),
            showVersion: (version) => void host.showVersion(version).catch(() => undefined),
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
      ${renderScan(this.scan)} ${renderParts(overview, this.#client.host)}
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
        .host=${this.#client.host}
        .query=${this.tensorQuery}
        .edition=${this.edition}
        @query-change=${({ detail }: CustomEvent<TensorQuery>) => this.#setQuery(detail)}
      ></tensor-table>
    `
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
