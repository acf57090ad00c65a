import { isCollection, isScalar, parseAllDocuments, visit } from 'yaml'
import type { Document, Node, Scalar } from 'yaml'
import { AppError } from '../base/errors'
import { isRecord } from './flatten'
import { inSlices } from './slices'

/** Aliases that may be expanded: enough for anchors in a config, far from a billion laughs. */
const MAX_ALIASES = 100
/** Characters parsed at once; the library takes about a millisecond for a thousand. */
const AT_ONCE = 4096
/** Mappings in mappings that are cut: the entries of a lock file are at the second level. */
const MAX_CUT_DEPTH = 4
/** An anchor or alias: its value can stand in another entry, so such a text is not cut. */
const ANCHOR = /(?:^|[\s[{,])[&*][^\s&*]/m

export interface SafeYaml {
  readonly data: unknown
  /** The Python objects that were left out, by their tag. */
  readonly skipped: readonly string[]
}

/**
 * YAML as plain data. Nothing is ever built from a tag: of `!!python/tuple` and of the state of a `!!python/object:`
 * the plain value stays, whatever names a call (`!!python/object/apply:os.system`) is left out, and any other unknown
 * tag is ignored. Long text is parsed entry by entry, so that the event loop turns in between.
 * @throws AppError `corrupt` with line and column.
 */
export async function parseSafeYaml(
  text: string,
  signal: AbortSignal | undefined,
): Promise<SafeYaml> {
  const skipped: string[] = []
  const plain = text.replaceAll('\r\n', '\n')
  if (plain.length > AT_ONCE && !ANCHOR.test(plain)) {
    try {
      return { data: await inSlices(parseEntries(plain, skipped, 0), signal), skipped }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
      // Parsed as a whole below: the entries may have been cut wrongly, and lines are counted from the start.
      skipped.length = 0
    }
  }
  return { data: parseWhole(plain, skipped), skipped }
}

/** A block mapping, cut at its keys; an entry that is long by itself is cut at the keys inside it. */
function* parseEntries(
  text: string,
  skipped: string[],
  depth: number,
): Generator<undefined, unknown> {
  const starts = [...text.matchAll(/^(?![#\s-])[^\n]*?:(?=\s)/gm)].map((match) => match.index)
  if (text.length <= AT_ONCE || starts.length === 0 || depth > MAX_CUT_DEPTH) {
    return parseWhole(text, skipped)
  }
  // Without a prototype, so that a key `__proto__` is a key like any other.
  const result = Object.create(null) as Record<string, unknown>
  const parsePiece = (from: number, to: number): void => {
    const part = parseWhole(text.slice(from, to), skipped)
    if (isRecord(part)) Object.assign(result, part)
  }
  let from = 0
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? text.length
    if (end - from <= AT_ONCE) continue
    if (start > from) parsePiece(from, start)
    from = start
    yield
    if (end - start <= AT_ONCE) continue
    const nested = /^([^\n]*:)[ \t]*\n( +)(?=[^\s-])/.exec(text.slice(start, end))
    if (nested) {
      const [head = '', name = '', indent = ''] = nested
      const body = text
        .slice(start + head.length - indent.length, end)
        .replaceAll(new RegExp(`^ {1,${indent.length}}`, 'gm'), '')
      const named = parseWhole(`${name} 0`, skipped)
      const inner = yield* parseEntries(body, skipped, depth + 1)
      for (const key of Object.keys(isRecord(named) ? named : {})) result[key] = inner
    } else {
      parsePiece(start, end)
    }
    from = end
    yield
  }
  if (from < text.length) parsePiece(from, text.length)
  return result
}

function parseWhole(text: string, skipped: string[]): unknown {
  const documents = parseAllDocuments(text, {
    schema: 'core',
    merge: true,
    logLevel: 'silent',
    prettyErrors: true,
    uniqueKeys: false,
  })
  // Of several documents the first counts: none of the tools writes more than one.
  const document: Document.Parsed | undefined = Array.isArray(documents) ? documents[0] : undefined
  if (!document) return undefined
  const error = document.errors[0]
  if (error) {
    const place = error.linePos?.[0]
    throw new AppError(
      'corrupt',
      `It isn't valid YAML${place ? ` at line ${place.line}, column ${place.col}` : ''}.`,
      {
        cause: error,
        location: place ? { line: place.line, column: place.col } : {},
      },
    )
  }
  visit(document, {
    Pair: (_key, pair) => (isCall(pair.value, skipped) ? visit.REMOVE : undefined),
    Node: (_key, node) => {
      if (isCall(node, skipped)) return visit.REMOVE
      if (isScalar(node)) readGrouped(node)
      return undefined
    },
  })
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (cause) {
    throw new AppError(
      'corrupt',
      'It has a YAML alias without an anchor, or aliases that expand without end.',
      { cause },
    )
  }
}

/** A number with its digits in groups (`10_000`), which the core schema has no word for and Python's readers take. */
function readGrouped(node: Scalar): void {
  if (node.type !== 'PLAIN' || node.tag !== undefined || typeof node.value !== 'string') return
  if (!/^[-+]?\d+(?:_\d+)+(?:\.\d*)?(?:e[-+]?\d+)?$/i.test(node.value)) return
  node.value = Number(node.value.replaceAll('_', ''))
}

/** Notes and reports a node whose tag asks for a Python function, class or module. */
function isCall(node: unknown, skipped: string[]): node is Node {
  if (!isScalar(node) && !isCollection(node)) return false
  const tag = node.tag ?? ''
  if (!/python\/(?:object\/(?:apply|new)|name|module)\b/.test(tag)) return false
  skipped.push(tag.replace(/^tag:yaml\.org,2002:/, '!!'))
  return true
}
