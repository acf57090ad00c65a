import { html, type TemplateResult } from 'lit'
import { section } from '../inspector/sections'
import { escapeLines } from '../ui/text'
import { parseBlocks, type Block } from './markdown'
import type { VersionView } from './protocol'
import { intentButtons, type Act } from './intents'

/** What somebody wrote about the version, as text with headings, lists and tables. */
export function renderCard({ card, intents }: VersionView, act: Act): TemplateResult {
  return section(
    'card',
    'Model card',
    html`${
      card === undefined
        ? html`<p class="muted">
            Nobody wrote one yet. The card that is shown is made of what the registry knows.
          </p>`
        : html`<div class="card">${parseBlocks(card).map(renderBlock)}</div>`
    }
    ${intentButtons(['showCard', 'editCard'], intents, act)}`,
  )
}

function renderBlock(block: Block): TemplateResult {
  switch (block.kind) {
    case 'heading':
      return html`<p class="heading" role="heading" aria-level=${Math.min(6, block.level + 2)}>
        ${escapeLines(block.text)}
      </p>`
    case 'paragraph':
      return html`<p>${escapeLines(block.text)}</p>`
    case 'list':
      return html`<ul>
        ${block.items.map((item) => html`<li>${escapeLines(item)}</li>`)}
      </ul>`
    case 'code':
      return html`<pre>${escapeLines(block.text)}</pre>`
    case 'table':
      return html`<table>
        <tbody>
          ${block.rows.map(
            (cells) =>
              html`<tr>
                ${cells.map((cell) => html`<td>${escapeLines(cell)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>`
  }
}
