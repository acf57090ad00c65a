import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
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
import { ask, PageController } from './pageController'
import { theme } from './ui/theme'
import { port, readState, writeState } from './vscodePage'

/** The page that puts versions side by side: one table, differences from a baseline, the best of each metric marked. */
@customElement('version-comparison')
export class VersionComparison extends LitElement {
  static override readonly styles = [theme, comparisonStyle]

  /** They are read from the artifacts, which takes longer than the rest. */
  @state() private accessor tensors: SectionView | 'reading' | undefined
  @state() private accessor options: ComparisonOptions = restored(readState())

  readonly #page = new PageController<ComparisonHost, ComparisonEvent, ComparisonView>(this, port, {
    read: (host) => host.comparison(this.options),
    reloadsOn: ['registryChanged'],
    onView: async ({ keys }, isCurrent) => {
      writeState({ versions: keys, ...this.options } satisfies ComparisonState)
      await this.#loadTensors(isCurrent)
    },
  })

  protected override updated(): void {
    // The policy of the page allows no style in its markup.
    this.style.setProperty('--columns', String(this.#page.view?.versions.length ?? 0))
  }

  async #loadTensors(isCurrent: () => boolean): Promise<void> {
    this.tensors ??= 'reading'
    // What keeps them from being read is shown by the host; the rest of the page is as good without them.
    const tensors = await this.#page.host.tensors(this.options).catch(() => undefined)
    if (isCurrent()) this.tensors = tensors
  }

  #choose(changes: Partial<ComparisonOptions>): void {
    this.options = { ...this.options, ...changes }
    void this.#page.load()
  }

  protected override render(): TemplateResult {
    const { tensors } = this
    const { view, problem } = this.#page
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
    const { host } = this.#page
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
        <button @click=${() => ask(host.copy('markdown', this.options))}>Copy as Markdown</button>
        <button @click=${() => ask(host.copy('csv', this.options))}>Copy as CSV</button>
        <button @click=${() => ask(host.charts())}>Show Charts</button>
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
    const { host } = this.#page
    const isBaseline = place === baseline
    const open = (of: 'metadata' | 'code', label: string): TemplateResult =>
      html`<button
        class="link"
        title="Compare with ${versions[baseline]?.reference}"
        aria-label="${label} between ${versions[baseline]?.reference} and ${reference}"
        @click=${() => ask(host.openDifference(of, baseline, place))}
      >
        ${label}
      </button>`
    return html`<th scope="col" class=${isBaseline ? 'baseline' : ''}>
      <button class="link name" title=${reference} @click=${() => ask(host.show(place))}>
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
              @click=${() => ask(host.promote(place))}
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
