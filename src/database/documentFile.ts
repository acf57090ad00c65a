import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  type BigIntStats,
  type Dirent,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError, messageOf, systemCode } from '../base/errors'
import { Pause } from '../base/pause'
import { nameProblem } from '../registry/names'
import type { ModelDocument } from '../registry/model'
import type { DocumentState } from '../registry/ports'
import { parseDocument, printDocument } from './documentText'

/** A document larger than this was not written by a registry; reading it whole would take the memory it names. */
const MAX_BYTES = 512 * 1024 * 1024
/** File systems keep times this coarse: a file written twice within it can look the same. */
const COARSE_NANOSECONDS = 2_000_000_000n
/** Never through a link, and without waiting for whoever would write into a pipe. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** A document as it was read from its file. */
export interface Loaded {
  readonly state: DocumentState
  readonly identity: Identity | undefined
  /** Of the file's bytes: the same bytes need not be parsed and checked again. */
  readonly digest?: string
}

/** Tells whether a file is still the one that was read. */
export interface Identity {
  readonly key: string
  /** False while a later write could still leave the same key behind. */
  readonly settled: boolean
  readonly bytes: number
}

/** A document of more bytes takes longer to parse and check than an event loop should be held. */
export const LARGE_BYTES = 1024 * 1024

/**
 * Parses and checks a document elsewhere, and hands it over without holding the event loop: `same` where its digest is
 * the `known` one. The bytes are given away.
 * @throws AppError `corrupt` as `parseDocument` does.
 */
export type ParseLargeDocument = (file: {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** For the messages. */
  readonly path: string
  readonly name: string
  readonly known: string | undefined
}) => Promise<
  | { readonly kind: 'same' }
  | { readonly kind: 'parsed'; readonly document: ModelDocument; readonly digest: string }
>

/** Reads a document at its first touch, for a getter that can't wait; `undefined` where there is none. */
export function readDocumentSync(path: string, name: string): Loaded | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, READ_FLAGS)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    return { state: broken(unreadable(path, error)), identity: undefined }
  }
  try {
    const stats = fstatSync(descriptor, { bigint: true })
    const problem = unfit(path, stats)
    if (problem) return { state: broken(problem), identity: undefined }
    const bytes = readFileSync(descriptor)
    const loaded = parsed(path, name, bytes.toString('utf8'), stats)
    // By its digest alone a large one is known again.
    return bytes.length > LARGE_BYTES ? { ...loaded, digest: digestOf(bytes) } : loaded
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a document anew.
 * @param known What was read before: the same bytes are not parsed again.
 * @param parseLarge For documents over `LARGE_BYTES`; without it they are parsed here as well.
 */
export async function readDocument(
  path: string,
  name: string,
  known: Loaded | undefined,
  parseLarge?: ParseLargeDocument,
): Promise<Loaded | undefined> {
  let handle
  try {
    handle = await open(path, READ_FLAGS)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    if (systemCode(error) === 'ELOOP')
      return { state: broken(unreadable(path, error)), identity: undefined }
    throw error
  }
  try {
    const stats = await handle.stat({ bigint: true })
    const problem = unfit(path, stats)
    if (problem) return { state: broken(problem), identity: undefined }
    const bytes = await handle.readFile()
    if (parseLarge && bytes.length > LARGE_BYTES)
      return await parsedElsewhere(parseLarge, { bytes, path, name, known }, stats)
    const digest = digestOf(bytes)
    if (known?.digest === digest) return { ...known, identity: identityOf(stats) }
    return { ...parsed(path, name, bytes.toString('utf8'), stats), digest }
  } finally {
    await handle.close()
  }
}

async function parsedElsewhere(
  parseLarge: ParseLargeDocument,
  file: {
    readonly bytes: Uint8Array<ArrayBuffer>
    readonly path: string
    readonly name: string
    readonly known: Loaded | undefined
  },
  stats: BigIntStats,
): Promise<Loaded> {
  const { path, name, known } = file
  const identity = identityOf(stats)
  const misnamed = namedIllegally(path, name)
  if (misnamed) return { state: broken(misnamed), identity }
  const size = file.bytes.length
  try {
    const answer = await parseLarge({ ...file, known: known?.digest })
    if (answer.kind === 'same' && known) return { ...known, identity }
    if (answer.kind === 'same') throw new TypeError(`${path} was not read before.`)
    const { document, digest } = answer
    return { state: { kind: 'good', document, bytes: size }, identity, digest }
  } catch (error) {
    // What is wrong with the document has a place in it; anything else says nothing of the document.
    if (error instanceof AppError && error.location) return { state: broken(error), identity }
    throw error
  }
}

function parsed(path: string, name: string, text: string, stats: BigIntStats): Loaded {
  const identity = identityOf(stats)
  const misnamed = namedIllegally(path, name)
  if (misnamed) return { state: broken(misnamed), identity }
  try {
    const document = parseDocument(text, path, name)
    return { state: { kind: 'good', document, bytes: Number(stats.size) }, identity }
  } catch (error) {
    if (error instanceof AppError) return { state: broken(error), identity }
    throw error
  }
}

function namedIllegally(path: string, name: string): AppError | undefined {
  const illegal = nameProblem('model', name)
  if (illegal === undefined) return undefined
  return new AppError(
    'corrupt',
    `${path} does not have the name of a model: ${illegal} Rename the file.`,
  )
}

/** Documents are flat, end in `.json`, and hidden ones are the registry's own. */
export function documentNames(entries: readonly Dirent[]): string[] {
  return entries
    .filter(
      (entry) =>
        !entry.isDirectory() && entry.name.endsWith('.json') && !entry.name.startsWith('.'),
    )
    .map((entry) => entry.name.slice(0, -'.json'.length))
}

export function identityOf(stats: BigIntStats): Identity {
  const now = BigInt(Date.now()) * 1_000_000n
  return {
    key: `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`,
    settled: now - stats.mtimeNs > COARSE_NANOSECONDS,
    bytes: Number(stats.size),
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

/** The same of a large document, in steps that leave the event loop its turns. */
export async function digestInSteps(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  const pause = new Pause()
  for (let from = 0; from < bytes.length; from += LARGE_BYTES) {
    hash.update(bytes.subarray(from, from + LARGE_BYTES))
    await pause.perhaps()
  }
  return hash.digest('base64')
}

/** True where two states say the same, however their files are written; of large documents that is not found out. */
export function sameState(old: DocumentState, fresh: DocumentState): boolean {
  if (old === fresh) return true
  if (old.kind === 'broken' || fresh.kind === 'broken') {
    return (
      old.kind === fresh.kind &&
      old.kind === 'broken' &&
      fresh.kind === 'broken' &&
      old.error.message === fresh.error.message
    )
  }
  if (fresh.bytes > LARGE_BYTES) return false
  return printDocument(old.document) === printDocument(fresh.document)
}

function broken(error: AppError): DocumentState {
  return { kind: 'broken', error }
}

function unfit(path: string, stats: BigIntStats): AppError | undefined {
  if (!stats.isFile())
    return new AppError('corrupt', `${path} is not a regular file. Move it away.`)
  if (stats.size > BigInt(MAX_BYTES)) {
    return new AppError(
      'corrupt',
      `${path} has ${stats.size} bytes, far more than a model document. Move it away.`,
    )
  }
  return undefined
}

function unreadable(path: string, error: unknown): AppError {
  if (systemCode(error) === 'ELOOP') {
    return new AppError(
      'corrupt',
      `${path} is a symbolic link, and documents are not read through one. Put the file itself in its place.`,
      { cause: error },
    )
  }
  const reason = messageOf(error)
  return new AppError('corrupt', `${path} can't be read (${reason}). Check who may read it.`, {
    cause: error,
  })
}
