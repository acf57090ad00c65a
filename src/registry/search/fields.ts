import type { ModelVersion, ParameterValue } from '../model'
import { VERDICTS } from '../scan'
import { STAGES } from '../stage'
import type { Field } from './query'

/**
 * What a field holds. `set` is several texts; `scalar` is a parameter, number or text as it was logged; `size` is a
 * number of bytes that takes units; `date` is an ISO 8601 time; `version` is a text that is ordered as SemVer.
 */
export type FieldType = 'text' | 'set' | 'number' | 'size' | 'date' | 'scalar' | 'version'

export type FieldValue = ParameterValue | readonly string[] | undefined

interface FieldDefinition {
  readonly type: FieldType
  readonly description: string
  /** Other spellings. */
  readonly synonyms?: readonly string[]
  /** All that the field can be, where that is a closed list. */
  readonly values?: readonly string[]
  /** Brings a text of a filter to the form in which the field is stored. */
  readonly normalize?: (text: string) => string
  readonly read: (version: ModelVersion, key: string) => FieldValue
}

const lowerCase = (text: string): string => text.toLowerCase()

/** The fields of the language by their canonical names. Those in `KEYED_FIELDS` are followed by a dot and a name. */
export const FIELDS = {
  name: {
    type: 'text',
    description: 'The name of the model',
    synonyms: ['model'],
    read: (version) => version.model,
  },
  version: {
    type: 'version',
    description: 'The version, ordered as SemVer',
    read: (version) => version.version,
  },
  full_name: {
    type: 'text',
    description: 'Model and version: churn:1.2.0',
    synonyms: ['fullname'],
    read: (version) => version.fullName,
  },
  stage: {
    type: 'text',
    description: `The stage: ${STAGES.join(', ')}`,
    values: STAGES,
    normalize: lowerCase,
    read: (version) => version.stage,
  },
  alias: {
    type: 'set',
    description: 'An alias that points at the version',
    synonyms: ['aliases'],
    read: ({ aliases }) => (aliases.length > 0 ? aliases : undefined),
  },
  framework: {
    type: 'text',
    description: 'Who made the model: sklearn, pytorch, onnx …',
    read: (version) => version.framework,
  },
  format: {
    type: 'text',
    description: 'What the bytes are: onnx, safetensors, gguf …',
    read: (version) => version.format,
  },
  description: {
    type: 'text',
    description: 'The description of the version',
    read: (version) => version.description || undefined,
  },
  created_at: {
    type: 'date',
    description: 'When the version was registered',
    synonyms: ['created', 'createdat'],
    read: (version) => version.createdAt,
  },
  updated_at: {
    type: 'date',
    description: 'When the version was last changed',
    synonyms: ['updated', 'updatedat'],
    read: (version) => version.updatedAt,
  },
  created_by: {
    type: 'text',
    description: 'Who registered the version',
    synonyms: ['createdby'],
    read: (version) => version.createdBy,
  },
  size: {
    type: 'size',
    description: 'The bytes of the artifact: 100MB, 2GiB',
    read: (version) => version.artifact?.size,
  },
  sha256: {
    type: 'text',
    description: 'The SHA-256 of the artifact',
    synonyms: ['digest'],
    normalize: (text) => text.toLowerCase().replace(/^sha256:/, ''),
    read: (version) => version.artifact?.sha256,
  },
  scan: {
    type: 'text',
    description: `The verdict of the security scan: ${VERDICTS.join(', ')}`,
    synonyms: ['verdict'],
    values: VERDICTS,
    normalize: lowerCase,
    // A verdict speaks of the bytes that were scanned: one of other bytes is none.
    read: ({ scan, artifact }) =>
      scan && scan.sha256 === artifact?.sha256
        ? VERDICTS.find((verdict) => verdict === scan.verdict)
        : undefined,
  },
  metrics: {
    type: 'number',
    description: 'A metric: metrics.accuracy',
    synonyms: ['metric'],
    read: ({ metrics }, key) => scalar(metrics, key),
  },
  parameters: {
    type: 'scalar',
    description: 'A parameter: parameters.lr',
    synonyms: ['parameter', 'params', 'param'],
    read: ({ parameters }, key) => scalar(parameters, key),
  },
  tags: {
    type: 'text',
    description: 'A tag: tags.team',
    synonyms: ['tag'],
    read: ({ tags }, key) => scalar(tags, key),
  },
} as const satisfies Record<string, FieldDefinition>

export type FieldName = keyof typeof FIELDS

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[]

export const KEYED_FIELDS = ['metrics', 'parameters', 'tags'] as const

export function isKeyed(name: FieldName): name is (typeof KEYED_FIELDS)[number] {
  return KEYED_FIELDS.some((keyed) => keyed === name)
}

export function definitionOf(name: FieldName): FieldDefinition {
  return FIELDS[name]
}

const BY_SPELLING: ReadonlyMap<string, FieldName> = new Map(
  FIELD_NAMES.flatMap((name) =>
    [name, ...(definitionOf(name).synonyms ?? [])].map((spelling) => [spelling, name] as const),
  ),
)

/** The field of a word in any case, by its name or a synonym. */
export function findField(word: string): FieldName | undefined {
  return BY_SPELLING.get(word.toLowerCase())
}

/** A reader of the field's value; `undefined` or `null` where a version has none. */
export function readField(field: Field): (version: ModelVersion) => FieldValue {
  const { read } = definitionOf(field.name)
  const key = field.key ?? ''
  return (version) => read(version, key)
}

/** An own scalar of a record. What a record inherits (`constructor`) is never a scalar. */
function scalar(
  record: Readonly<Record<string, ParameterValue>>,
  key: string,
): ParameterValue | undefined {
  const value = record[key]
  return typeof value === 'object' || typeof value === 'function' ? undefined : value
}

/** The field name nearest to a misspelt word, at most two edits away. */
export function nearestField(word: string): string | undefined {
  let nearest: string | undefined
  let least = Math.min(3, Math.ceil(word.length / 2))
  for (const name of BY_SPELLING.keys()) {
    const distance = editDistance(word.toLowerCase(), name, least)
    if (distance < least) {
      least = distance
      nearest = name
    }
  }
  return nearest
}

/** Levenshtein's distance, or `limit` where it is not below that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return Math.min(row[b.length] ?? limit, limit)
}
