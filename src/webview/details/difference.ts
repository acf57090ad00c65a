import { html, type TemplateResult } from 'lit'
import type { DifferenceView } from './protocol'

const SIGNS: Readonly<Record<DifferenceView['verdict'], string>> = {
  better: '▲',
  worse: '▼',
  equal: '=',
}

/** A difference with a sign and a word: neither colour nor sign says it alone. */
export function renderDifference(difference: DifferenceView | undefined): TemplateResult {
  if (!difference) return html`<span class="muted" role="img" aria-label="no value there">–</span>`
  const { text, verdict } = difference
  return html`<span class="difference"
    ><span class="sign ${verdict}" aria-hidden="true">${SIGNS[verdict]}</span> ${
      verdict === 'equal' ? 'equal' : `${unbroken(text)} ${verdict}`
    }</span
  >`
}

/** In a narrow column the sign of per cent stays with its number. */
function unbroken(text: string): string {
  return text.replaceAll(' %', '\u00a0%')
}
