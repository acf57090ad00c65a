import { escapeText } from '../base/text'

/**
 * Text of others as plain text in Markdown (CommonMark and GitHub's dialect, also within a table's cell): no markup, no
 * HTML, no link, no mention, no line break.
 */
export function escapeMarkdown(text: string, limit = 1000): string {
  return (
    escapeText(text, limit)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*_{}[\]()#+!|~$^=-]/g, '\\$&')
      // A backslash does not stop these: they make mentions and links without brackets.
      .replaceAll('@', '&#64;')
      .replaceAll('://', '&#58;//')
      .replaceAll(/\bwww\./gi, (match) => match.replace('.', '&#46;'))
  )
}

/** A table of cells that are Markdown already. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return line(header) + line(header.map(() => '---')) + rows.map(line).join('')
}
