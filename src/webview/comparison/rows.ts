import { html, nothing, type TemplateResult } from 'lit'
import type { CellView, RowView, SectionView } from './protocol'

/** The rows of a section under its title. */
export function renderSection({ title, rows }: SectionView, columns: number): TemplateResult {
  return html`<tbody>
    <tr class="section">
      <th scope="rowgroup" colspan=${columns + 1}><span>${title}</span></th>
    </tr>
    ${rows.map(renderRow)}
  </tbody>`
}

function renderRow({ name, direction, cells }: RowView): TemplateResult {
  return html`<tr>
    <th scope="row">
      ${name}
      ${
        direction
          ? html`<span class="direction"
              >${direction === 'higher' ? '↑' : '↓'} ${direction} is better</span
            >`
          : nothing
      }
    </th>
    ${cells.map(renderCell)}
  </tr>`
}

function renderCell({ text, full, isBest, difference }: CellView): TemplateResult {
  if (text === undefined) {
    return html`<td class="muted"><span role="img" aria-label="no value">–</span></td>`
  }
  return html`<td title=${full ?? nothing}>
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
