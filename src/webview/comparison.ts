import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { createClient } from './client'
import type {
  CellView,
  ComparisonEvent,
  ComparisonHost,
  ComparisonOptions,
  ComparisonState,
  ComparisonView,
  RowView,
  SectionView,
} from './comparison/protocol'
import { comparisonStyle } from './comparison/style'
import { documentStyle, theme } from './ui/theme'
import { port, readState, writeState } from './vscodePage'

/** The page that puts versions side by side: one table, differences from a baseline, the best of each metric marked. */
@customElement('version-comparison')
export class VersionComparison extends LitElement {
  static override readonly styles = [theme, comparisonStyle]

  @state() private accessor view: ComparisonView | undefined
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

  async #load(): Promise<void> {
    const edition = ++this.#edition
    try {
      const view = await this.#client.host.comparison(this.options)
      if (edition !== this.#edition) return
      this.view = view
      this.problem = undefined
      writeState({ versions: view.keys, ...this.options } satisfies ComparisonState)
    } catch (error) {
      if (edition !== this.#edition) return
      this.problem = error instanceof Error ? error.message : String(error)
    }
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
    const { view, problem } = this
    if (problem !== undefined) return html`<main><p role="alert">${problem}</p></main>`
    if (!view) return html`<main><p>Reading…</p></main>`
    return html`<main>
      <h1>Compare ${view.versions.length} versions</h1>
      ${this.#renderTools(view)}
      <div class="scroll" tabindex="0" role="region" aria-label="Comparison">
        <table>
          ${this.#renderHead(view)} ${view.sections.map((section) => renderSection(section, view))}
        </table>
      </div>
      ${
        view.sections.length === 0
          ? html`<p role="status">These versions do not differ in anything that is compared.</p>`
          : nothing
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
            ({ reference }, place) =>
              html`<option ?selected=${place === baseline}>${reference}</option>`,
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
      <button @click=${() => this.#ask(host.copy('markdown', this.options))}>
        Copy as Markdown
      </button>
      <button @click=${() => this.#ask(host.copy('csv', this.options))}>Copy as CSV</button>
      <button @click=${() => this.#ask(host.charts())}>Show Charts</button>
    </div>`
  }

  #renderHead({ versions, baseline }: ComparisonView): TemplateResult {
    const { host } = this.#client
    return html`<thead>
      <tr>
        <td></td>
        ${versions.map(
          ({ reference, stage, next }, place) =>
            html`<th scope="col">
              <button class="link" @click=${() => this.#ask(host.show(place))}>${reference}</button>
              <div class="muted">${stage}${place === baseline ? ' · baseline' : ''}</div>
              ${
                next === undefined
                  ? nothing
                  : html`<button
                      class="action"
                      aria-label="Promote ${reference} to ${next}"
                      @click=${() => this.#ask(host.promote(place))}
                    >
                      Promote to ${next}
                    </button>`
              }
            </th>`,
        )}
      </tr>
    </thead>`
  }
}

function renderSection({ title, rows }: SectionView, { versions }: ComparisonView): TemplateResult {
  return html`<tbody>
    <tr>
      <th scope="rowgroup" colspan=${versions.length + 1}>${title}</th>
    </tr>
    ${rows.map(renderRow)}
  </tbody>`
}

function renderRow({ name, direction, cells }: RowView): TemplateResult {
  return html`<tr>
    <th scope="row">
      ${name}
      ${direction ? html`<span>${direction === 'higher' ? '↑' : '↓'} ${direction} is better</span>` : nothing}
    </th>
    ${cells.map(renderCell)}
  </tr>`
}

function renderCell({ text, isBest, difference }: CellView): TemplateResult {
  if (text === undefined) return html`<td class="muted"><span aria-label="no value">–</span></td>`
  return html`<td>
    <span class=${isBest ? 'best' : ''}>${text}${isBest ? ' ★ best' : ''}</span>
    ${
      difference
        ? html`<span class="difference ${difference.verdict}"
            >${difference.verdict === 'equal' ? 'equal' : `${difference.text} ${difference.verdict}`}</span
          >`
        : nothing
    }
  </td>`
}

/** What the page was set to before a reload; the first version as baseline where that can't be told. */
function restored(kept: unknown): ComparisonOptions {
  const { baseline, onlyDifferences } = (kept ?? {}) as Partial<ComparisonState>
  return {
    baseline: typeof baseline === 'number' ? baseline : 0,
    onlyDifferences: onlyDifferences === true,
  }
}
