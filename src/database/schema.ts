import * as v from 'valibot'
import { isParameterValue } from '../registry/fields'
import { nameProblem } from '../registry/names'
import { STAGES } from '../registry/stage'
import { DIGEST, ID, TIME } from './guard'

/** The same rules as `isDocument`, with a sentence for each: only run on what the guard refused, to say why. */

const text = v.string('must be a text')
const time = v.pipe(text, v.regex(TIME, 'must be a UTC time such as 2026-01-31T12:00:00.000Z'))
const id = v.pipe(text, v.regex(ID, 'must be an id of 8 to 64 letters and digits'))
const digest = v.pipe(
  text,
  v.regex(DIGEST, 'must be a SHA-256 in 64 lower-case hexadecimal digits'),
)
const size = v.pipe(
  v.number('must be a number of bytes'),
  v.safeInteger('must be a whole number of bytes'),
  v.minValue(0, 'must not be negative'),
)
/** Own keys only and no arrays, as JSON has them. */
const object = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
)
/** Not valibot's `record`, which passes over keys such as `constructor`: they are names like any other. */
const record = (inner: v.GenericSchema) =>
  v.pipe(
    object,
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      for (const [key, value] of Object.entries(dataset.value)) {
        const issue = v.safeParse(inner, value).issues?.[0]
        if (!issue) continue
        const input = dataset.value
        addIssue({
          message: issue.message,
          path: [{ type: 'object', origin: 'value', input, key, value }],
        })
      }
    }),
  )

function name(noun: 'version' | 'alias') {
  return v.pipe(
    v.unknown(),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? nameProblem(noun, dataset.value) : undefined
      if (problem) addIssue({ message: `is refused: ${problem}` })
    }),
  )
}

const file = v.pipe(object, v.object({ path: text, size, sha256: digest }))

const artifact = v.pipe(
  object,
  v.object({
    kind: v.picklist(['file', 'folder'], 'must be "file" or "folder"'),
    uri: text,
    size,
    sha256: digest,
    files: v.array(file, 'must be a list'),
  }),
)

const versionFields = {
  id,
  version: name('version'),
  stage: v.picklist(STAGES, `must be one of ${STAGES.join(', ')}`),
  framework: text,
  createdAt: time,
  updatedAt: v.optional(time),
  createdBy: v.optional(text),
  format: v.optional(text),
  description: v.optional(text),
  metrics: v.optional(
    record(v.pipe(v.number('must be a number'), v.finite('must be a finite number'))),
  ),
  parameters: v.optional(
    record(v.custom(isParameterValue, 'must be a text, a finite number, true, false or null')),
  ),
  tags: v.optional(record(text)),
  artifact: v.optional(artifact),
  source: v.optional(object),
  inspection: v.optional(object),
  scan: v.optional(object),
}

const historyEntry = v.pipe(
  object,
  v.object({
    id,
    at: time,
    actor: text,
    via: text,
    action: text,
    version: v.optional(text),
    from: v.optional(text),
    to: v.optional(text),
    note: v.optional(text),
    before: v.optional(object),
  }),
)

export const documentSchema = v.pipe(
  object,
  v.object({
    formatVersion: v.pipe(
      v.number('must be a number'),
      v.safeInteger('must be a whole number'),
      v.minValue(1, 'must be at least 1'),
    ),
    name: text,
    createdAt: time,
    deletedAt: v.optional(time),
    description: v.optional(text),
    tags: v.optional(record(text)),
    aliases: v.optional(
      v.pipe(
        object,
        v.rawCheck(({ dataset, addIssue }) => {
          if (!dataset.typed) return
          for (const [alias, version] of Object.entries(dataset.value)) {
            const problem = nameProblem('alias', alias)
            if (problem) addIssue({ message: `is refused: ${problem}` })
            else if (typeof version !== 'string') addIssue({ message: 'must name a version' })
          }
        }),
      ),
    ),
    versions: v.array(v.pipe(object, v.object(versionFields)), 'must be a list'),
    trash: v.optional(
      v.array(
        v.pipe(object, v.object({ ...versionFields, deletedAt: time, deletedBy: text })),
        'must be a list',
      ),
    ),
    history: v.optional(v.array(historyEntry, 'must be a list')),
  }),
)

export interface SchemaProblem {
  /** Keys and indexes from the document down. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The first thing that the schema refuses; `undefined` where it accepts. */
export function explainDocument(value: unknown): SchemaProblem | undefined {
  const result = v.safeParse(documentSchema, value)
  if (result.success) return undefined
  const [issue] = result.issues
  const path: (string | number)[] = []
  for (const item of issue.path ?? []) {
    const key: unknown = item.key
    if (typeof key === 'string' || typeof key === 'number') path.push(key)
  }
  const missing = issue.received === 'undefined'
  return { path, message: missing ? 'is missing' : issue.message }
}

/** `versions[0].metrics.accuracy` */
export function fieldAt(path: readonly (string | number)[]): string {
  const field = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  return field === '' ? 'the document' : field.replace(/^\./, '')
}
