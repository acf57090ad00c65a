import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { createClient } from './client'
import type {
  ComparedVersion,
  ComparisonEvent,
  ComparisonHost,
  ComparisonOptions,
  ComparisonState,
  ComparisonView,
  SectionView,
} from './comparison/protocol'
import { renderSection } from './comparison/rows'
import { comparisonStyle } from './comparison/style'
import { documentStyle, theme } from './ui/theme'
import { port, readState, writeState } from './vscodePage'

/** The page that puts versions side by side: one table, differences from a baseline, the best of each metric marked. */
@customElement('version-comparison')
export class VersionComparison extends LitElement {
  static override readonly styles = [theme, comparisonStyle]

  @state() private accessor view: ComparisonView | undefined
  /** They are read from the artifacts, which takes longer than the rest. */
  @state() private accessor tensors: SectionView | 'reading' | undefined
  @state() private accessor problem: string | undefined
  @state() private accessor options: ComparisonOptions = restored(readState())

  readonly #client = createClient<ComparisonHost, ComparisonEvent>(port)
  #edition = 0

  constructor() {
    super()
    this.#client.on('registryChanged', () => void this.#load())
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (documentStyle.styleSheet) document.adoptedStyleSheets.push(documentStyle.styleSheet)
    void this.#load()
  }

  protected override updated(): void {
    // The policy of the page allows no style in its markup.
    this.style.setProperty('--columns', String(this.view?.versions.length ?? 0))
  }

  async #load(): Promise<void> {
    const edition = ++this.#edition
    try {
      const view = await this.#client.host.comparison(this.options)
      if (edition !== this.#edition) return
      this.view = view
      this.problem = undefined
      writeState({ versions: view.keys, ...this.options } satisfies ComparisonState)
      await this.#loadTensors(edition)
    } catch (error) {
      if (edition !== this.#edition) return
      this.problem = error instanceof Error ? error.message : String(error)
    }
  }

  async #loadTensors(edition: number): Promise<void> {
    this.tensors ??= 'reading'
    // What keeps them from being read is shown by the host; the rest of the page is as good without them.
    const tensors = await this.#client.host.tensors(this.options).catch(() => undefined)
    if (edition === this.#edition) this.tensors = tensors
  }

  #choose(changes: Partial<ComparisonOptions>): void {
    this.options = { ...this.options, ...changes }
    void this.#load()
  }

  /** What fails is shown by the host. */
  #ask(call: Promise<void>): void {
    call.catch(() => undefined)
  }

  protected override render(): TemplateResult {
    const { view, problem, tensors } = this
    if (problem !== undefined) return html`<main><p role="alert">${problem}</p></main>`
    if (!view) return html`<main><p>Reading…</p></main>`
    const sections = [...view.sections, ...(typeof tensors === 'object' ? [tensors] : [])]
    const count = `${view.versions.length} versions`
    return html`<main>
      <header>
        <h1>Compare ${count}${view.model === undefined ? nothing : html` of ${view.model}`}</h1>
        ${this.#renderTools(view)} ${renderGone(view.gone)}
      </header>
      ${
        sections.length === 0 && tensors !== 'reading'
          ? html`<p role="status">These versions do not differ in anything that is compared.</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-label="Comparison">
              <table>
                ${this.#renderHead(view)}
                ${sections.map((section) => renderSection(section, view.versions.length))}
              </table>
              ${
                tensors === 'reading'
                  ? html`<p class="muted" role="status">Reading the tensors…</p>`
                  : nothing
              }
            </div>`
      }
    </main>`
  }

  #renderTools({ versions, baseline }: ComparisonView): TemplateResult {
    const { host } = this.#client
    return html`<div class="tools" role="toolbar" aria-label="Comparison">
      <label
        >Baseline
        <select
          @change=${({ target }: Event) =>
            this.#choose({ baseline: (target as HTMLSelectElement).selectedIndex })}
        >
          ${versions.map(
            ({ reference, name }, place) =>
              html`<option value=${reference} ?selected=${place === baseline}>${name}</option>`,
          )}
        </select>
      </label>
      <label
        ><input
          type="checkbox"
          .checked=${this.options.onlyDifferences}
          @change=${({ target }: Event) =>
            this.#choose({ onlyDifferences: (target as HTMLInputElement).checked })}
        />
        Only what differs</label
      >
      <span class="copies">
        <button @click=${() => this.#ask(host.copy('markdown', this.options))}>
          Copy as Markdown
        </button>
        <button @click=${() => this.#ask(host.copy('csv', this.options))}>Copy as CSV</button>
        <button @click=${() => this.#ask(host.charts())}>Show Charts</button>
      </span>
    </div>`
  }

  #renderHead(view: ComparisonView): TemplateResult {
    return html`<thead>
      <tr>
        <td></td>
        ${view.versions.map((version, place) => this.#renderVersion(version, place, view))}
      </tr>
    </thead>`
  }

  #renderVersion(
    { reference, name, stage, next, hasCode }: ComparedVersion,
    place: number,
    { baseline, versions }: ComparisonView,
  ): TemplateResult {
    const { host } = this.#client
    const isBaseline = place === baseline
    const open = (of: 'metadata' | 'code', label: string): TemplateResult =>
      html`<button
        class="link"
        title="Compare with ${versions[baseline]?.reference}"
        aria-label="${label} between ${versions[baseline]?.reference} and ${reference}"
        @click=${() => this.#ask(host.openDifference(of, baseline, place))}
      >
        ${label}
      </button>`
    return html`<th scope="col" class=${isBaseline ? 'baseline' : ''}>
      <button class="link name" title=${reference} @click=${() => this.#ask(host.show(place))}>
        ${name}
      </button>
      <div class="muted">${stage}${isBaseline ? ' · baseline' : ''}</div>
      ${
        isBaseline
          ? nothing
          : html`<div class="links">
              ${open('metadata', 'Metadata diff')}
              ${hasCode && versions[baseline]?.hasCode ? open('code', 'Code diff') : nothing}
            </div>`
      }
      ${
        next === undefined
          ? nothing
          : html`<button
              class="action"
              aria-label="Promote to ${next}: ${reference}"
              @click=${() => this.#ask(host.promote(place))}
            >
              Promote to ${next}
            </button>`
      }
    </th>`
  }
}

function renderGone(gone: readonly string[]): TemplateResult | typeof nothing {
  if (gone.length === 0) return nothing
  return html`<p role="status">No longer there, and left out: ${gone.join(', ')}.</p>`
}

/** What the page was set to before a reload. */
function restored(kept: unknown): ComparisonOptions {
  const { baseline, onlyDifferences } = (kept ?? {}) as Partial<ComparisonState>
  return {
    ...(typeof baseline === 'number' ? { baseline } : {}),
    onlyDifferences: onlyDifferences === true,
  }
}
