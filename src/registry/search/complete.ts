import { FRAMEWORKS } from '../framework'
import type { ModelVersion } from '../model'
import { Cursor } from './cursor'
import { comparisonsOf } from './expectation'
import type { Expectation } from './expectation'
import { definitionOf, FIELD_NAMES, isKeyed, KEYED_FIELDS } from './fields'
import type { FieldName } from './fields'
import { readQuery } from './parser'
import { printField, printLiteral } from './print'
import type { Field } from './query'
import { QueryError } from './queryError'
import { tokenize } from './tokens'

/** The names and values that a registry knows, to complete from. */
export interface KnownNames {
  readonly metrics: readonly string[]
  readonly parameters: readonly string[]
  readonly tags: readonly string[]
  /** Values that fields have: names of models, aliases. */
  readonly values?: Partial<Readonly<Record<FieldName, readonly string[]>>>
}

/** One thing to write. `start` and `end` delimit what it replaces, in UTF-16 units of the filter. */
export interface Suggestion {
  readonly label: string
  readonly kind: 'field' | 'operator' | 'keyword' | 'value'
  readonly insert: string
  readonly detail?: string
  readonly start: number
  readonly end: number
}

type Candidate = Pick<Suggestion, 'label' | 'kind' | 'insert' | 'detail'>

/** What can be written at `offset`, given the filter before it; nothing where the filter is already wrong before. */
export function completeQuery(text: string, offset: number, known: KnownNames): Suggestion[] {
  const before = text.slice(0, offset)
  const word = tokenize(before).find(({ type, end }) => type !== 'end' && end === offset)
  // A number, a closed text or a symbol is complete; what follows it comes after a space.
  if (word?.type === 'number' || (word?.type === 'text' && word.closed)) return []
  const isPartial = word?.type === 'path' || word?.type === 'text'
  const start = isPartial ? word.start : offset
  const typed = before.slice(start)
  const end = isPartial ? endOfWord(text, start, offset) : offset
  return expectedAt(text.slice(0, start))
    .flatMap((expectation) => candidates(expectation, known))
    .filter(({ label, insert }) => startsWith(label, typed) || startsWith(insert, typed))
    .map((candidate) => ({ ...candidate, start, end }))
}

/** Everything that versions could be completed with: the names of their metrics, parameters and tags, and values. */
export function knownNames(versions: Iterable<ModelVersion>): KnownNames {
  const keys = {
    metrics: new Set<string>(),
    parameters: new Set<string>(),
    tags: new Set<string>(),
  }
  const values = {
    name: new Set<string>(),
    alias: new Set<string>(),
    framework: new Set<string>(),
    format: new Set<string>(),
    created_by: new Set<string>(),
  }
  for (const version of versions) {
    for (const field of KEYED_FIELDS) {
      for (const key of Object.keys(version[field])) keys[field].add(key)
    }
    values.name.add(version.model)
    for (const alias of version.aliases) values.alias.add(alias)
    values.framework.add(version.framework)
    if (version.format) values.format.add(version.format)
    values.created_by.add(version.createdBy)
  }
  const sorted = (set: Set<string>): string[] => [...set].sort()
  return {
    metrics: sorted(keys.metrics),
    parameters: sorted(keys.parameters),
    tags: sorted(keys.tags),
    values: Object.fromEntries(Object.entries(values).map(([name, set]) => [name, sorted(set)])),
  }
}

/** What the reader looks for where this text ends. */
function expectedAt(text: string): readonly Expectation[] {
  const cursor = new Cursor(text)
  try {
    readQuery(cursor)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
  }
  return cursor.isAtEnd() ? cursor.expected : []
}

function candidates(expectation: Expectation, known: KnownNames): Candidate[] {
  switch (expectation.kind) {
    case 'field':
    case 'order':
      return fieldCandidates(known)
    case 'comparison':
      return comparisonsOf(expectation.field).map((label) => ({
        label,
        kind: 'operator',
        insert: label,
      }))
    case 'value':
      return valueCandidates(expectation.field, known)
    case 'keyword':
      return [{ label: expectation.text, kind: 'keyword', insert: expectation.text }]
    default:
      return []
  }
}

function fieldCandidates(known: KnownNames): Candidate[] {
  return FIELD_NAMES.flatMap((name): Candidate[] => {
    const detail = definitionOf(name).description
    if (!isKeyed(name)) return [{ label: name, kind: 'field', insert: name, detail }]
    return known[name].map((key) => ({
      label: `${name}.${key}`,
      kind: 'field',
      insert: printField({ kind: 'field', name, key }),
    }))
  })
}

function valueCandidates(field: Field, known: KnownNames): Candidate[] {
  const { type, values } = definitionOf(field.name)
  const texts =
    values ?? known.values?.[field.name] ?? (field.name === 'framework' ? FRAMEWORKS : [])
  const found: Candidate[] = texts.map((value) => ({
    label: value,
    kind: 'value',
    insert: printLiteral({ kind: 'text', value }),
  }))
  if (type === 'scalar') {
    for (const label of ['TRUE', 'FALSE']) found.push({ label, kind: 'value', insert: label })
  }
  if (type === 'number' || type === 'size') {
    const insert = printField({ ...field, of: 'production' })
    found.push({ label: insert, kind: 'field', insert, detail: 'Of the version in production' })
  }
  return found
}

/** Without regard to case, quotes and backticks, which a person may not have typed yet. */
function startsWith(candidate: string, typed: string): boolean {
  const plain = (text: string): string => text.replaceAll(/['"`]/g, '').toLowerCase()
  return plain(candidate).startsWith(plain(typed))
}

/** The rest of a name behind the cursor is replaced too, and the closing quote that an editor has added to a text. */
function endOfWord(text: string, start: number, offset: number): number {
  const word = tokenize(text).find((token) => token.start === start)
  if (word?.type === 'path') return word.end
  return text[offset] === text[start] ? offset + 1 : offset
}
