import { escapeText } from '../base/text'

const MAX_TEXT = 10_000

/** Text from data in one line of Markdown: nothing in it becomes markup, a link or HTML. */
export function markdownText(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  return (
    escapeText(line, MAX_TEXT)
      .replaceAll(/[\\`*_{}[\]<>|~&$]/g, '\\$&')
      // At the start of a line these begin a heading, a list, a quote or an underline of a heading.
      .replace(/^(?:[#+=-]|\d+(?=[.)]))/, (mark) => (/\d/.test(mark) ? mark : `\\${mark}`))
      .replace(/^(\d+)([.)])/, '$1\\$2')
      // What GitHub's Markdown makes links of without any mark.
      .replaceAll(/(https?|ftp)(?=:)/gi, '$1\\')
      .replaceAll(/www(?=\.)/gi, 'www\\')
  )
}

/** Text of several paragraphs, each escaped. */
export function markdownParagraphs(text: string): string {
  return text
    .split(/\r?\n\s*\r?\n/)
    .map(markdownText)
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

/** Text as code, in a fence that is longer than any run of backticks in it. In a table a `|` would end the cell. */
export function markdownCode(text: string): string {
  const line = escapeText(text.replaceAll(/\s+/g, ' '), MAX_TEXT)
  if (line.trim() === '') return ''
  const runs = [...line.matchAll(/`+/g)].map((match) => match[0].length)
  const fence = '`'.repeat(Math.max(0, ...runs) + 1)
  const padded = line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line
  return fence + padded.replaceAll('|', '\\|') + fence
}

/** A table; cells are Markdown already. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}
