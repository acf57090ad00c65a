import { getLocation } from 'jsonc-parser'

/** The expression around an offset of a rule file, and where it begins; escapes would shift its places. */
export function expressionAt(
  file: string,
  offset: number,
): { readonly text: string; readonly start: number } | undefined {
  const { path, previousNode: node, isAtPropertyKey } = getLocation(file, offset)
  const isExpression = path.at(-1) === 'when' || path.at(-2) === 'require'
  if (!isExpression || isAtPropertyKey || node?.type !== 'string') return undefined
  const start = node.offset + 1
  const raw = file.slice(start, node.offset + node.length)
  const text = raw.endsWith('"') ? raw.slice(0, -1) : raw
  if (text.includes('\\') || offset < start || offset > start + text.length) return undefined
  return { text, start }
}
