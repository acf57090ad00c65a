import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { formatExact } from '../ui/text'
import { controls } from '../ui/controls'
import { iconButton } from '../ui/icons'
import { theme } from '../ui/theme'
import { renderDifference } from './difference'
import { headingStyle } from './headingStyle'
import type { Baselines, DetailsEdit, MetricRow, ValueField, ValueRow } from './protocol'
import { FOLD, shownRows } from './rows'
import { renderForm, textIn } from './valueForm'
import { valueTableStyle } from './valueTableStyle'

/** Asks the host to change a value; answers what is wrong with it or went wrong, or nothing where it is changed. */
export type Save = (change: DetailsEdit) => Promise<string | undefined>

interface Editing {
  /** The name of the value; `undefined` for one that is added. */
  readonly name: string | undefined
  /** What stood in the box at first: what others change meanwhile does not overwrite what is typed. */
  readonly typed: string
  readonly problem?: string
}

const TITLES: Readonly<Record<ValueField, readonly [title: string, one: string]>> = {
  metrics: ['Metrics', 'metric'],
  parameters: ['Parameters', 'parameter'],
  tags: ['Tags', 'tag'],
}

/** Names and values of a version: searched and folded where they are many, edited in place. */
@customElement('value-table')
export class ValueTable extends LitElement {
  static override readonly styles = [theme, controls, headingStyle, valueTableStyle]

  @property({ attribute: false }) accessor field: ValueField = 'parameters'
  @property({ attribute: false }) accessor rows: readonly (ValueRow | MetricRow)[] = []
  @property({ attribute: false }) accessor baselines: Baselines = {}
  @property({ attribute: false }) accessor canEdit = false
  @property({ attribute: false }) accessor save!: Save
  /** With another one everything that was typed is forgotten. */
  @property({ attribute: false }) accessor subject = ''

  @state() private accessor editing: Editing | undefined
  @state() private accessor search = ''
  @state() private accessor isOpen = false

  @query('form input') private accessor box!: HTMLInputElement | null
  @query('.add') private accessor addButton!: HTMLElement | null

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('subject')) return
    this.editing = undefined
    this.search = ''
    this.isOpen = false
  }

  #begin(row?: ValueRow): void {
    this.editing = { name: row?.name, typed: row?.typed ?? '' }
    void this.updateComplete.then(() => {
      this.box?.focus()
      this.box?.select()
    })
    this.dispatchEvent(new CustomEvent('edit-begin'))
  }

  /** Ends editing; the focus goes back to where it came from. */
  #end(): void {
    const name = this.editing?.name
    this.editing = undefined
    void this.updateComplete.then(() => this.#focusRow(name))
  }

  #focusRow(name: string | undefined): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-name]')]
    const own = buttons.find(({ dataset }) => dataset['name'] === name)
    ;(own?.querySelector('button') ?? this.addButton)?.focus()
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const { editing } = this
    const fields = new FormData(event.target as HTMLFormElement)
    if (!editing) return
    const text = textIn(fields, 'value')
    const isNew = editing.name === undefined
    const name = editing.name ?? textIn(fields, 'name')
    const problem = await this.save({ field: this.field, name, text, isNew })
    if (this.editing !== editing) return
    if (problem === undefined) this.#end()
    else {
      this.editing = { ...editing, problem }
      void this.updateComplete.then(() => this.#invalidBox()?.focus())
    }
  }

  #invalidBox(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input[aria-invalid=true]')
  }

  async #remove(name: string): Promise<void> {
    await this.save({ field: this.field, name })
    this.addButton?.focus()
  }

  protected override render(): TemplateResult {
    const [title, one] = TITLES[this.field]
    const { rows, hidden } = shownRows(this.rows, this.search, this.isOpen)
    const count = this.rows.length > FOLD ? ` (${formatExact(this.rows.length)})` : ''
    return html`<section aria-labelledby="title">
      <div class="head">
        <h2 id="title">${title}${count}</h2>
        ${
          this.canEdit
            ? html`<button class="small add" @click=${() => this.#begin()}>Add ${one}…</button>`
            : nothing
        }
      </div>
      ${this.rows.length > FOLD ? this.#renderSearch(title) : nothing}
      ${
        this.rows.length === 0 && this.editing === undefined
          ? html`<p class="muted">No ${title.toLowerCase()} are recorded.</p>`
          : this.#renderTable(title, rows)
      }
      ${
        rows.length === 0 && this.rows.length > 0
          ? html`<p class="muted" role="status">Nothing matches “${this.search}”.</p>`
          : nothing
      }
      ${
        hidden === 0
          ? nothing
          : html`<button class="link more" @click=${() => (this.isOpen = true)}>
              Show ${formatExact(hidden)} more
            </button>`
      }
    </section>`
  }

  #renderSearch(title: string): TemplateResult {
    return html`<input
      class="search"
      type="search"
      placeholder="Search ${title.toLowerCase()}"
      aria-label="Search ${title.toLowerCase()}"
      .value=${this.search}
      @input=${({ target }: Event) => (this.search = (target as HTMLInputElement).value)}
    />`
  }

  #renderTable(title: string, rows: readonly (ValueRow | MetricRow)[]): TemplateResult {
    const isNew = this.editing !== undefined && this.editing.name === undefined
    const table = html`<table aria-label=${title} class=${this.field}>
      ${this.field === 'metrics' ? this.#renderHead() : nothing}
      <tbody>
        ${isNew ? this.#renderForm() : nothing}
        ${rows.map((row) =>
          this.editing?.name === row.name ? this.#renderForm(row.label) : this.#renderRow(row),
        )}
      </tbody>
    </table>`
    // Differences need their width; where there is none, they are scrolled to.
    return this.field === 'metrics'
      ? html`<div class="scroll" tabindex="0" role="group" aria-label=${title}>${table}</div>`
      : table
  }

  #renderHead(): TemplateResult {
    const { production, previous } = this.baselines
    return html`<thead>
      <tr>
        <th scope="col">Metric</th>
        <th scope="col" class="number">Value</th>
        ${production === undefined ? nothing : html`<th scope="col">To ${production} (production)</th>`}
        ${previous === undefined ? nothing : html`<th scope="col">To ${previous} (previous)</th>`}
        ${this.canEdit ? html`<td></td>` : nothing}
      </tr>
    </thead>`
  }

  #renderRow(row: ValueRow | MetricRow): TemplateResult {
    const { production, previous } = this.baselines
    return html`<tr>
      <th scope="row">
        <span class="mono">${row.label}</span>
        ${
          'direction' in row
            ? html`<span class="direction muted">${row.direction} is better</span>`
            : nothing
        }
      </th>
      <td class=${'direction' in row ? 'number' : 'mono'}>${renderText(row.text)}</td>
      ${
        'direction' in row
          ? html`${production === undefined ? nothing : html`<td>${renderDifference(row.production)}</td>`}
            ${previous === undefined ? nothing : html`<td>${renderDifference(row.previous)}</td>`}`
          : nothing
      }
      ${
        this.canEdit
          ? html`<td class="tools" data-name=${row.name}>
              ${iconButton('edit', `Edit ${row.label}`, () => this.#begin(row))}
              ${iconButton('remove', `Remove ${row.label}`, () => void this.#remove(row.name))}
            </td>`
          : nothing
      }
    </tr>`
  }

  #renderForm(label?: string): TemplateResult {
    const { typed = '', problem } = this.editing ?? {}
    const [, one] = TITLES[this.field]
    return renderForm(
      { one, label, typed, problem },
      { submit: (event) => void this.#submit(event), cancel: () => this.#end() },
    )
  }
}

/** Lines of a text are lines here, too. */
function renderText(text: string): TemplateResult {
  return text === ''
    ? html`<span class="muted">empty</span>`
    : html`<span class="text">${text}</span>`
}
