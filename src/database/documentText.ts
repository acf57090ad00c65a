import { findNodeAtLocation, parse, parseTree, type ParseError } from 'jsonc-parser'
import { AppError } from '../base/errors'
import { Pause } from '../base/pause'
import { FORMAT_VERSION, type ModelDocument, type VersionRecord } from '../registry/model'
import { nameKey } from '../registry/names'
import { isDocument } from './guard'
import { tooDeepAt } from './nesting'
import { explainDocument, fieldAt } from './schema'

/** A registry writes less than ten levels; whatever walks a document recurses, and must come to its end. */
const MAX_DEPTH = 100
/** Some editors put one before UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

/**
 * The text of a document as the document that it holds.
 * @param source What the file holds.
 * @param file Its path, for the messages.
 * @param name The model's: a document can be moved as one file, so the name of the file wins over the field.
 * @throws AppError `corrupt` that names file, line, what is wrong there and the remedy.
 */
export function parseDocument(source: string, file: string, name?: string): ModelDocument {
  const text = source.startsWith(BYTE_ORDER_MARK) ? source.slice(1) : source
  const deep = tooDeepAt(text, MAX_DEPTH)
  if (deep !== undefined) {
    const place = { ...positionOf(text, deep), offset: deep }
    throw problem(file, place, `the text nests deeper than ${MAX_DEPTH} levels`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw syntaxProblem(text, file)
  }
  if (!isDocument(value)) {
    const issue = explainDocument(value)
    throw problemAt(text, file, issue?.path ?? [], issue?.message ?? 'is not a model document')
  }
  const document = withDefaults(value as ModelDocument)
  checkMeaning(document, text, file)
  return name === undefined ? document : { ...document, name }
}

/** True for a document of a later format than this code writes; it can be read and must not be rewritten. */
export function isNewer(document: ModelDocument): boolean {
  return document.formatVersion > FORMAT_VERSION
}

function withDefaults(document: ModelDocument): ModelDocument {
  return {
    ...document,
    description: document.description ?? '',
    tags: document.tags ?? {},
    aliases: document.aliases ?? {},
    versions: document.versions.map(versionWithDefaults),
    trash: (document.trash ?? []).map(versionWithDefaults),
    history: document.history ?? [],
  }
}

function versionWithDefaults<T extends VersionRecord>(version: T): T {
  return {
    ...version,
    metrics: version.metrics ?? {},
    parameters: version.parameters ?? {},
    tags: version.tags ?? {},
    description: version.description ?? '',
    updatedAt: version.updatedAt ?? version.createdAt,
    createdBy: version.createdBy ?? '',
  }
}

/** What no single field shows: names and ids that stand twice, two versions in production. */
function checkMeaning(document: ModelDocument, text: string, file: string): void {
  const names = new Map<string, string>()
  const ids = new Set<string>()
  const lists = [
    ['versions', document.versions],
    ['trash', document.trash],
  ] as const
  let production: string | undefined
  for (const [list, versions] of lists) {
    for (const [index, version] of versions.entries()) {
      const path = [list, index]
      const earlier = names.get(nameKey(version.version))
      if (earlier !== undefined) {
        throw problemAt(
          text,
          file,
          [...path, 'version'],
          `"${version.version}" stands twice (${earlier}); rename one of the two`,
        )
      }
      names.set(nameKey(version.version), `the other is in ${list}`)
      if (ids.has(version.id)) {
        throw problemAt(text, file, [...path, 'id'], `"${version.id}" stands twice`)
      }
      ids.add(version.id)
      if (list !== 'versions' || version.stage !== 'production') continue
      if (production !== undefined) {
        throw problemAt(
          text,
          file,
          [...path, 'stage'],
          `makes "${version.version}" a second version in production beside "${production}"; archive one of the two`,
        )
      }
      production = version.version
    }
  }
}

/** The lines that git puts into a text that it could not merge. */
const MARKER = /^(<{7,}|={7,}|>{7,}|\|{7,})( |\r?$)/m

export function hasMarkers(text: string): boolean {
  return MARKER.test(text)
}

function syntaxProblem(text: string, file: string): AppError {
  const marker = MARKER.exec(text)
  if (marker) {
    const { line, column } = positionOf(text, marker.index)
    return new AppError(
      'corrupt',
      `${file} holds merge conflict markers at line ${line}. Run "model-registry merge --resolve ${file}", or resolve them by hand.`,
      { location: { file, line, column, offset: marker.index } },
    )
  }
  const errors: ParseError[] = []
  parse(text, errors, { allowTrailingComma: false, disallowComments: true })
  const offset = errors[0]?.offset ?? text.length
  const { line, column } = positionOf(text, offset)
  const what =
    text.trim() === '' ? 'is empty' : `is not valid JSON at line ${line}, column ${column}`
  return new AppError('corrupt', `${file} ${what}. ${REMEDY}`, {
    location: { file, line, column, offset },
  })
}

const REMEDY =
  'Correct it by hand, take it from version control, or run "model-registry repair" to go back to its last good copy.'

interface Place {
  readonly line: number
  readonly column: number
  readonly offset: number
}

function problem(file: string, place: Place, what: string): AppError {
  return new AppError('corrupt', `${file}, line ${place.line}: ${what}. ${REMEDY}`, {
    location: { file, ...place },
  })
}

function problemAt(
  text: string,
  file: string,
  path: readonly (string | number)[],
  message: string,
): AppError {
  return problem(file, locate(text, path), `${fieldAt(path)} ${message}`)
}

/** The place of a field, or of the nearest one above it that exists. */
function locate(text: string, path: readonly (string | number)[]): Place {
  const root = parseTree(text)
  for (let length = path.length; root && length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length))
    if (node) return { ...positionOf(text, node.offset), offset: node.offset }
  }
  return { line: 1, column: 1, offset: 0 }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}

const DOCUMENT_KEYS = [
  'formatVersion',
  'name',
  'description',
  'tags',
  'createdAt',
  'deletedAt',
  'aliases',
  'versions',
  'trash',
  'history',
]
const VERSION_KEYS = [
  'id',
  'version',
  'stage',
  'framework',
  'format',
  'artifact',
  'metrics',
  'parameters',
  'tags',
  'description',
  'source',
  'inspection',
  'scan',
  'createdAt',
  'updatedAt',
  'createdBy',
  'deletedAt',
  'deletedBy',
]

/** Where a record of one of the lists stands in the text. */
const RECORD_INDENT = '    '
/** Characters of text that are turned into bytes at once. */
const PIECE = 64 * 1024

/** A document as text: two spaces, a stable order of keys (unknown ones last, as they were), a newline at the end. */
export function printDocument(document: ModelDocument): string {
  return [...textParts(document)].join('')
}

/** The same as UTF-8, in steps that leave the event loop its turns. */
export async function printInSteps(document: ModelDocument): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const pause = new Pause()
  let piece = ''
  for (const part of textParts(document)) {
    piece += part
    if (piece.length >= PIECE) {
      pieces.push(Buffer.from(piece, 'utf8'))
      piece = ''
    }
    await pause.perhaps()
  }
  pieces.push(Buffer.from(piece, 'utf8'))
  return Buffer.concat(pieces)
}

function* textParts(document: ModelDocument): Generator<string> {
  let separator = '{\n'
  for (const [key, value] of Object.entries(inOrder(document, DOCUMENT_KEYS))) {
    if (value === undefined) continue
    yield `${separator}  ${JSON.stringify(key)}: `
    if (key === 'versions' || key === 'trash') yield* listParts(document[key], VERSION_KEYS)
    else if (key === 'history') yield* listParts(document.history, [])
    else yield JSON.stringify(value, null, 2).replaceAll('\n', '\n  ')
    separator = ',\n'
  }
  yield '\n}\n'
}

function* listParts(records: readonly object[], keys: readonly string[]): Generator<string> {
  let separator = '[\n'
  for (const record of records) {
    yield `${separator}${RECORD_INDENT}${printRecord(record, keys)}`
    separator = ',\n'
  }
  yield records.length === 0 ? '[]' : '\n  ]'
}

/** Records are never changed in place, so the text of one stays: a write prints one of a thousand anew. */
const printed = new WeakMap<object, string>()

function printRecord(record: object, keys: readonly string[]): string {
  let text = printed.get(record)
  if (text === undefined) {
    // Line breaks in values are escaped, so those that are left are the layout's.
    text = JSON.stringify(inOrder(record, keys), null, 2).replaceAll('\n', `\n${RECORD_INDENT}`)
    printed.set(record, text)
  }
  return text
}

function inOrder(value: object, keys: readonly string[]): Record<string, unknown> {
  const fields = Object.entries(value)
  const known = new Map(fields)
  // Without a prototype, so that no name of a field means anything but itself.
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const key of keys) {
    if (known.has(key)) result[key] = known.get(key)
  }
  for (const [key, inner] of fields) {
    if (!(key in result)) result[key] = inner
  }
  return result
}
