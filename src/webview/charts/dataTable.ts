import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { plural } from '../../base/text'
import { theme } from '../ui/theme'
import type { ChartVersion } from './protocol'
import { chartsStyle } from './style'
import type { DataTable } from './table'

/** Rows that are shown unasked: a thousand versions of a thousand steps would be a million rows. */
const FIRST_ROWS = 200

/** The numbers of a chart. */
@customElement('chart-table')
export class ChartTable extends LitElement {
  static override readonly styles = [theme, chartsStyle]

  @property({ attribute: false }) accessor table: DataTable | undefined
  @property({ attribute: false }) accessor versions: readonly ChartVersion[] = []
  @state() private accessor shown = FIRST_ROWS

  protected override render(): TemplateResult | typeof nothing {
    const { table, shown } = this
    if (!table) return nothing
    const { caption, columns, rows } = table
    const left = rows.length - shown
    return html`<div class="data" tabindex="0" role="region" aria-label=${caption}>
        <table>
          <caption>
            ${caption}
          </caption>
          <thead>
            <tr>
              <th scope="col">Version</th>
              ${columns.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.slice(0, shown).map(
              ({ place, cells }) =>
                html`<tr>
                  <th scope="row">
                    <button class="link" @click=${() => this.#open(place)}>
                      ${this.versions[place]?.reference}
                    </button>
                  </th>
                  ${cells.map((cell) => html`<td>${cell}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        left > 0
          ? html`<p class="actions">
              <button @click=${() => (this.shown += 5 * FIRST_ROWS)}>
                Show more: ${plural(left, 'row')} left
              </button>
            </p>`
          : nothing
      }`
  }

  #open(place: number): void {
    this.dispatchEvent(new CustomEvent('open-version', { detail: place }))
  }
}
