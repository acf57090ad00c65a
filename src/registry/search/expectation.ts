import type { Field } from './query'
import { definitionOf, isKeyed } from './fields'
import { printField } from './print'

/** What can stand at a place of a filter: for the sentence of an error and for completion. */
export type Expectation =
  | { readonly kind: 'field' | 'order' | 'text' | 'count' }
  | { readonly kind: 'key' | 'comparison' | 'value'; readonly field: Field }
  | { readonly kind: 'keyword' | 'symbol'; readonly text: string }

export const FIELD_PHRASE = 'a field such as metrics.accuracy or stage'

/** A phrase for a sentence: `a field such as metrics.accuracy`. */
export function phrase(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'field':
      return FIELD_PHRASE
    case 'order':
      return 'a field to order by'
    case 'text':
      return "a pattern in quotes such as 'churn%'"
    case 'count':
      return 'a whole number of versions'
    case 'key':
      return `a name after ${expectation.field.name}.`
    case 'comparison':
      return `a comparison after ${printField(expectation.field)} (${comparisonsOf(expectation.field).join(', ')})`
    case 'value':
      return valuePhrase(expectation.field)
    default:
      return expectation.text
  }
}

/** The comparisons that a field can take. */
export function comparisonsOf(field: Field): string[] {
  const { type, values } = definitionOf(field.name)
  const list = ['=', '!=']
  if (!values && type !== 'set') list.push('<', '<=', '>', '>=')
  list.push('IN', 'NOT IN')
  if (type === 'text' || type === 'set' || type === 'scalar' || type === 'version') {
    list.push('LIKE', 'ILIKE')
  }
  list.push('IS NULL', 'IS NOT NULL')
  return list
}

/** What to write after a comparison with this field. */
export function valuePhrase(field: Field): string {
  const { type, values } = definitionOf(field.name)
  switch (type) {
    case 'number':
      return 'a number such as 0.9 or 1e-3'
    case 'size':
      return 'a size such as 100MB or 2GiB'
    case 'date':
      return "a date in quotes such as '2026-01-31'"
    case 'scalar':
      return 'a number, TRUE, FALSE or a text in quotes'
    case 'version':
      return "a version in quotes such as '1.2.0'"
    default:
      if (values) return alternatives(values.map((value) => `'${value}'`))
      return isKeyed(field.name) ? 'a text in quotes' : `a text in quotes such as ${example(field)}`
  }
}

/** `a, b or c` */
export function alternatives(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} or ${last}`
}

function example(field: Field): string {
  const examples: Partial<Record<Field['name'], string>> = {
    name: "'churn'",
    alias: "'champion'",
    framework: "'onnx'",
    format: "'safetensors'",
    full_name: "'churn:1.2.0'",
  }
  return examples[field.name] ?? "'text'"
}
