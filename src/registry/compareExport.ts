import { formatNumber } from '../base/text'
import type { Comparison, ComparisonCell, Difference } from './compare'
import { escapeMarkdown, markdownTable } from './compareMarkdown'

/** A comparison as Markdown tables, one for each section, in which text of the versions stays text. */
export function comparisonToMarkdown(comparison: Comparison): string {
  const { versions, baseline, sections } = comparison
  const header = versions.map(
    ({ fullName }, index) => escapeMarkdown(fullName) + (index === baseline ? ' (baseline)' : ''),
  )
  return sections
    .map(({ kind, rows }) => {
      const title = `${kind[0]?.toUpperCase()}${kind.slice(1)}`
      const lines = rows.map(({ name, direction, cells }) => [
        escapeMarkdown(name) + (direction ? (direction === 'higher' ? ' ↑' : ' ↓') : ''),
        ...cells.map(markdownCell),
      ])
      return markdownTable([title, ...header], lines)
    })
    .join('\n')
}

function markdownCell({ text, isBest, difference }: ComparisonCell): string {
  if (text === undefined) return '–'
  const value = isBest ? `**${escapeMarkdown(text)}** ★` : escapeMarkdown(text)
  return difference ? `${value} (${escapeMarkdown(printDifference(difference))})` : value
}

/** `+0.02 (+2.1 %)` */
export function printDifference({ absolute, relative }: Difference): string {
  if (relative === undefined) return signed(absolute)
  return `${signed(absolute)}, ${signed(Number((relative * 100).toPrecision(3)))} %`
}

function signed(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value)
}

/**
 * A comparison as CSV (RFC 4180): section, name, and a column for each version. Numbers are whole, not rounded. A text
 * that a spreadsheet would run as a formula is preceded by an apostrophe.
 */
export function comparisonToCsv({ versions, sections }: Comparison): string {
  const header = ['section', 'name', ...versions.map(({ fullName }) => fullName)]
  const rows = sections.flatMap(({ kind, rows: own }) =>
    own.map(({ name, cells }) => [
      kind,
      name,
      ...cells.map(({ number, text }) => (number === undefined ? (text ?? '') : String(number))),
    ]),
  )
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

function csvCell(text: string): string {
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text))
  // https://owasp.org/www-community/attacks/CSV_Injection
  const safe = !isNumber && /^\s*[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
