/** A piece of a text in Markdown, as far as a page tells pieces apart; what is inside of a line stays as it was written. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }

const FENCE = /^\s*(```+|~~~+)/
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/
const ROW = /^\s*\|(.*)\|\s*$/
const RULE = /^[\s|:-]+$/

/** The structure of a model card: headings, paragraphs, lists, tables and code. Nothing in it becomes a link or HTML. */
export function parseBlocks(markdown: string): Block[] {
  const lines = withoutFrontMatter(markdown.split(/\r?\n/))
  const blocks: Block[] = []
  let at = 0
  const take = (matches: (line: string) => boolean): string[] => {
    const start = at
    while (at < lines.length && matches(lines[at] ?? '')) at++
    return lines.slice(start, at)
  }
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const heading = HEADING.exec(line)
    const fence = FENCE.exec(line)?.[1]
    if (fence !== undefined) {
      at++
      const code = take((inner) => !inner.trimStart().startsWith(fence))
      at++
      blocks.push({ kind: 'code', text: code.join('\n') })
    } else if (heading) {
      at++
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' })
    } else if (ROW.test(line)) {
      const rows = take((inner) => ROW.test(inner)).filter((inner) => !RULE.test(inner))
      blocks.push({ kind: 'table', rows: rows.map(cellsOf) })
    } else if (ITEM.test(line)) {
      const items = take((inner) => ITEM.test(inner))
      blocks.push({ kind: 'list', items: items.map((inner) => ITEM.exec(inner)?.[1] ?? '') })
    } else if (line.trim() === '') {
      at++
    } else {
      const isProse = (inner: string): boolean =>
        inner.trim() !== '' && ![FENCE, HEADING, ITEM, ROW].some((special) => special.test(inner))
      blocks.push({ kind: 'paragraph', text: take(isProse).join('\n') })
    }
  }
  return blocks
}

function cellsOf(row: string): string[] {
  return (ROW.exec(row)?.[1] ?? '').split('|').map((cell) => cell.trim())
}

/** What programs read of a card stands between two lines at its top. */
function withoutFrontMatter(lines: readonly string[]): readonly string[] {
  if (lines[0]?.trim() !== '---') return lines
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === '---')
  return end === -1 ? lines : lines.slice(end + 1)
}
