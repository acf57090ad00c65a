import {
  html,
  LitElement,
  nothing,
  svg,
  type PropertyValues,
  type SVGTemplateResult,
  type TemplateResult,
} from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import '@vscode-elements/elements/dist/vscode-button/index.js'
import '@vscode-elements/elements/dist/vscode-checkbox/index.js'
import '@vscode-elements/elements/dist/vscode-textfield/index.js'
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js'
import { escapeText, formatBytes, plural } from '../../base/text'
import { ask } from '../pageController'
import type { InspectorHost, TensorColumn, TensorQuery, TensorRow, TensorRows } from '../protocol'
import { RowCache } from '../ui/rowCache'
import { formatCount, formatExact, formatShape } from '../ui/text'
import { theme } from '../ui/theme'
import { sortedBy, toggled } from './state'
import { tensorTableStyle } from './tensorTableStyle'

/** Height of a row in pixels, as in VS Code's own lists. */
const ROW = 22
/** Rows above and below the visible ones that are drawn too, so that scrolling shows no gaps. */
const SPARE = 15
const PAGE = 100

const COLUMNS: readonly { readonly by: TensorColumn; readonly label: string }[] = [
  { by: 'name', label: 'Name' },
  { by: 'dtype', label: 'Type' },
  { by: 'shape', label: 'Shape' },
  { by: 'parameters', label: 'Parameters' },
  { by: 'bytes', label: 'Size' },
]

/** All tensors of a model as a tree of modules: searched, sorted and cut by the host, drawn where they are seen. */
@customElement('tensor-table')
export class TensorTable extends LitElement {
  static override readonly styles = [theme, tensorTableStyle]

  @property({ attribute: false }) accessor host!: InspectorHost
  @property({ attribute: false }) accessor query!: TensorQuery
  /** Counts the changes of the file: with another number everything is asked for again. */
  @property({ attribute: false }) accessor edition = 0

  @state() private accessor answer: TensorRows | undefined
  @state() private accessor active = 0
  @state() private accessor first = 0
  @state() private accessor end = 0

  @query('.body') private accessor body!: HTMLElement | null
  @query('.window') private accessor visible!: HTMLElement | null
  @query('.grid') private accessor grid!: HTMLElement | null
  @query('.bar') private accessor bar!: HTMLElement | null
  @query('vscode-textfield') private accessor searchBox!: VscodeTextfield | null

  #cache = new RowCache<TensorRow>(PAGE)
  /** Answers to older questions are dropped. */
  #question = 0
  #look = (): void => this.#measure()

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('scroll', this.#look, { passive: true })
    addEventListener('resize', this.#look, { passive: true })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('scroll', this.#look)
    removeEventListener('resize', this.#look)
  }

  /** Puts the cursor into the search box. */
  focusSearch(): void {
    this.scrollIntoView({ block: 'start' })
    this.searchBox?.focus()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('query') || changed.has('edition')) void this.#ask()
  }

  protected override updated(): void {
    // The policy of the page forbids style attributes, not styles that a script sets.
    if (this.body) this.body.style.height = `${(this.answer?.total ?? 0) * ROW}px`
    if (this.visible) this.visible.style.transform = `translateY(${this.first * ROW}px)`
    if (this.grid && this.bar) this.grid.style.setProperty('--bar', `${this.bar.offsetHeight}px`)
    this.#measure()
  }

  /** Asks for the rows of the query; the old ones stay until the new ones are here. */
  async #ask(): Promise<void> {
    const question = ++this.#question
    const { query } = this
    const page = Math.floor(this.first / PAGE)
    const answer = await this.#rows(query, page)
    if (!answer || question !== this.#question) return
    this.#cache = new RowCache(PAGE)
    this.#cache.put(page, answer.rows)
    this.answer = answer
    this.active = Math.min(this.active, Math.max(0, answer.total - 1))
    this.requestUpdate()
  }

  async #rows(query: TensorQuery, page: number): Promise<TensorRows | undefined> {
    try {
      return await this.host.tensors(query, { from: page * PAGE, count: PAGE })
    } catch {
      // The host has said what is wrong, and the page's overview says it too.
      return undefined
    }
  }

  #measure(): void {
    if (!this.body || !this.answer) return
    const { top } = this.body.getBoundingClientRect()
    const first = Math.max(0, Math.floor(-top / ROW) - SPARE)
    const end = Math.min(this.answer.total, Math.ceil((innerHeight - top) / ROW) + SPARE)
    this.first = Math.min(first, Math.max(0, end - 1))
    this.end = Math.max(end, 0)
    const question = this.#question
    const cache = this.#cache
    for (const page of cache.claim(this.first, this.end)) {
      void this.#rows(this.query, page).then((answer) => {
        if (!answer) cache.release(page)
        else if (question === this.#question) {
          cache.put(page, answer.rows)
          this.requestUpdate()
        }
      })
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { answer } = this
    if (!answer || (answer.total === 0 && this.query.text === '')) return nothing
    return html`
      <h2 id="title">Tensors</h2>
      <div class="bar">
        ${this.#renderSearch()}
        <div role="status" class="muted">${this.#status(answer)}</div>
      </div>
      <div
        class="grid"
        role="treegrid"
        tabindex="0"
        aria-labelledby="title"
        aria-rowcount=${answer.total + 1}
        aria-activedescendant=${this.#isDrawn(this.active) ? `row-${this.active}` : nothing}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
        @copy=${(event: ClipboardEvent) => this.#onCopy(event)}
      >
        <div role="row" class="head" aria-rowindex="1">
          ${COLUMNS.map(({ by, label }) => this.#renderHead(by, label))}
        </div>
        <div role="rowgroup" class="body">
          <div class="window" role="presentation">${this.#renderRows()}</div>
        </div>
      </div>
    `
  }

  #isDrawn(index: number): boolean {
    return index >= this.first && index < this.end
  }

  #status({ tensors, parameters }: TensorRows): string {
    if (tensors === 0) return 'No tensor matches'
    const found = this.query.text.trim() === '' ? '' : ' found'
    return `${plural(tensors, 'tensor')}${found} · ${formatCount(parameters)} parameters`
  }

  #renderSearch(): TemplateResult {
    const { query } = this
    return html`
      <vscode-textfield
        type="search"
        .label=${'Search tensors by name, type or shape'}
        placeholder="Search: layers.0 weight, F32, 768x768"
        .value=${query.text}
        @input=${({ target }: Event) =>
          this.#change({ ...query, text: (target as VscodeTextfield).value, toggled: [] })}
        @keydown=${(event: KeyboardEvent) => this.#onSearchKey(event)}
      ></vscode-textfield>
      <vscode-checkbox
        label="By module"
        .checked=${query.grouped}
        @change=${({ target }: Event) =>
          this.#change({ ...query, grouped: (target as HTMLInputElement).checked })}
      ></vscode-checkbox>
      <vscode-button
        secondary
        ?disabled=${!query.grouped}
        @click=${() => this.#change({ ...query, expansion: 'all', toggled: [] })}
        >Expand All</vscode-button
      >
      <vscode-button
        secondary
        ?disabled=${!query.grouped}
        @click=${() => this.#change({ ...query, expansion: 'none', toggled: [] })}
        >Collapse All</vscode-button
      >
    `
  }

  #renderHead(by: TensorColumn, label: string): TemplateResult {
    const { sort } = this.query
    const direction = sort.by !== by ? 'none' : sort.descending ? 'descending' : 'ascending'
    return html`<div role="columnheader" class=${by} aria-sort=${direction}>
      <button @click=${() => this.#change(sortedBy(this.query, by))}>
        ${label}<span class="arrow" aria-hidden="true"
          >${direction === 'none' ? '' : direction === 'ascending' ? '↑' : '↓'}</span
        >
      </button>
    </div>`
  }

  #renderRows(): TemplateResult[] {
    const rows: TemplateResult[] = []
    for (let index = this.first; index < this.end; index++) {
      // A row that is reused for another tensor would be read as a change of that one.
      rows.push(html`${keyed(index, this.#renderRow(index, this.#cache.get(index)))}`)
    }
    return rows
  }

  #renderRow(index: number, row: TensorRow | undefined): TemplateResult {
    const isModule = row?.kind === 'module'
    return html`<div
      role="row"
      id="row-${index}"
      class="row ${isModule ? 'module' : ''} ${index === this.active ? 'active' : ''}"
      aria-rowindex=${index + 2}
      aria-level=${row ? row.depth + 1 : nothing}
      aria-expanded=${isModule ? String(row.open) : nothing}
      aria-selected=${String(index === this.active)}
      @click=${() => this.#onClick(index, row)}
    >
      ${row ? this.#renderCells(row) : html`<div role="gridcell" class="name muted">…</div>`}
    </div>`
  }

  #renderCells(row: TensorRow): TemplateResult {
    const name = escapeText(row.name, 1000)
    const isModule = row.kind === 'module'
    return html`
      <div role="gridcell" class="name" title=${name}>
        <svg class="indent" width=${row.depth * 14 + 16} height=${ROW} aria-hidden="true">
          ${isModule ? twistie(row.depth * 14, row.open) : nothing}
        </svg>
        <span class="label mono">${escapeText(row.label, 1000) || '(no name)'}</span>
        ${isModule ? html`<span class="count muted">${formatExact(row.tensors)}</span>` : nothing}
        <button
          class="copy"
          tabindex="-1"
          title="Copy Name"
          aria-label="Copy the name ${name}"
          @click=${(event: Event) => this.#copy(event, row.name)}
        >
          <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M5 5V2.5h8.5V11H11M2.5 5H11v8.5H2.5z" fill="none" stroke="currentColor" />
          </svg>
        </button>
      </div>
      <div role="gridcell" class="dtype">${isModule ? '' : escapeText(row.dtype, 60)}</div>
      <div role="gridcell" class="shape">${isModule ? '' : formatShape(row.shape)}</div>
      <div role="gridcell" class="parameters" title=${formatExact(row.parameters)}>
        ${isModule ? formatCount(row.parameters) : formatExact(row.parameters)}
      </div>
      <div role="gridcell" class="bytes">
        ${row.bytes === undefined ? '' : formatBytes(row.bytes)}
      </div>
    `
  }

  #change(query: TensorQuery): void {
    this.dispatchEvent(new CustomEvent('query-change', { detail: query }))
  }

  #onClick(index: number, row: TensorRow | undefined): void {
    this.active = index
    if (row?.kind === 'module') this.#change(toggled(this.query, row.name))
  }

  #copy(event: Event, name: string): void {
    event.stopPropagation()
    ask(this.host.copy(name))
  }

  /** Copying copies the name of the row where the cursor is, unless text is selected. */
  #onCopy(event: ClipboardEvent): void {
    const row = this.#cache.get(this.active)
    if (!row || String(getSelection() ?? '') !== '') return
    event.clipboardData?.setData('text/plain', row.name)
    event.preventDefault()
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      this.active = 0
      this.grid?.focus()
    } else if (event.key === 'Escape' && this.query.text !== '') {
      event.stopPropagation()
      this.#change({ ...this.query, text: '', toggled: [] })
    }
  }

  #onKey(event: KeyboardEvent): void {
    // Keys on a heading's button are that button's.
    if (event.target !== this.grid) return
    const row = this.#cache.get(this.active)
    const page = Math.max(1, Math.floor((innerHeight - 120) / ROW))
    if (event.key === 'ArrowDown') this.#moveTo(this.active + 1)
    else if (event.key === 'ArrowUp') this.#moveTo(this.active - 1)
    else if (event.key === 'PageDown') this.#moveTo(this.active + page)
    else if (event.key === 'PageUp') this.#moveTo(this.active - page)
    else if (event.key === 'Home') this.#moveTo(0)
    else if (event.key === 'End') this.#moveTo(Infinity)
    else if (event.key === 'ArrowRight' && row?.kind === 'module') {
      if (row.open) this.#moveTo(this.active + 1)
      else this.#change(toggled(this.query, row.name))
    } else if (event.key === 'ArrowLeft') this.#collapse(row)
    else if ((event.key === 'Enter' || event.key === ' ') && row?.kind === 'module')
      this.#change(toggled(this.query, row.name))
    else return
    event.preventDefault()
  }

  /** Closes an open module; from anything else it goes to the module around it. */
  #collapse(row: TensorRow | undefined): void {
    if (!row) return
    if (row.kind === 'module' && row.open) {
      this.#change(toggled(this.query, row.name))
      return
    }
    let index = this.active - 1
    while (index >= 0 && (this.#cache.get(index)?.depth ?? 0) >= row.depth) index--
    if (index >= 0 && this.#cache.get(index)) this.#moveTo(index)
  }

  #moveTo(index: number): void {
    const last = (this.answer?.total ?? 1) - 1
    this.active = Math.max(0, Math.min(index, last))
    if (!this.body || !this.bar) return
    const top = this.body.getBoundingClientRect().top + this.active * ROW
    // The search box and the headings stay at the top.
    const covered = this.bar.offsetHeight + ROW + 8
    if (top < covered) scrollBy(0, top - covered)
    else if (top + ROW > innerHeight - 4) scrollBy(0, top + ROW - innerHeight + 4)
  }
}

/** The arrow before a module, pointing down where it is open. */
function twistie(x: number, open: boolean): SVGTemplateResult {
  const path = open ? 'M3 6 L8 11 L13 6' : 'M6 3 L11 8 L6 13'
  return svg`<path d=${path} transform="translate(${x} 3)" fill="none" stroke="currentColor" />`
}
