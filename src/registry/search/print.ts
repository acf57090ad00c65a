import type { Field, Literal } from './query'
import { BARE_KEY } from './tokens'

/** As it is written in a filter: ``production.metrics.`mAP50(B)` ``. */
export function printField({ of, name, key }: Field): string {
  const owner = of ? `${of}.` : ''
  if (key === undefined) return owner + name
  const bare = BARE_KEY.test(key) ? key : `\`${key.replaceAll('`', '``')}\``
  return `${owner}${name}.${bare}`
}

/** As it is written in a filter: `0.9`, `2GB`, `TRUE`, `'it''s'`. */
export function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'number':
      return `${literal.value}${literal.unit ?? ''}`
    case 'boolean':
      return literal.value ? 'TRUE' : 'FALSE'
    default:
      return quote(literal.value)
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
