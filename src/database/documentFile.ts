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
import { AppError, systemCode } from '../base/errors'
import { nameProblem } from '../registry/names'
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
}

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
    return parsed(path, name, readFileSync(descriptor, 'utf8'), stats)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a document anew.
 * @param known What was read before: the same bytes are not parsed again.
 */
export async function readDocument(
  path: string,
  name: string,
  known: Loaded | undefined,
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
    const digest = digestOf(bytes)
    if (known?.digest === digest) return { ...known, identity: identityOf(stats) }
    return { ...parsed(path, name, bytes.toString('utf8'), stats), digest }
  } finally {
    await handle.close()
  }
}

function parsed(path: string, name: string, text: string, stats: BigIntStats): Loaded {
  const identity = identityOf(stats)
  const illegal = nameProblem('model', name)
  if (illegal !== undefined) {
    const error = new AppError(
      'corrupt',
      `${path} does not have the name of a model: ${illegal} Rename the file.`,
    )
    return { state: broken(error), identity }
  }
  try {
    const document = parseDocument(text, path, name)
    return { state: { kind: 'good', document, bytes: Number(stats.size) }, identity }
  } catch (error) {
    if (error instanceof AppError) return { state: broken(error), identity }
    throw error
  }
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
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

/** True where two states say the same, however their files are written. */
export function sameState(old: DocumentState, fresh: DocumentState): boolean {
  if (old.kind === 'broken' || fresh.kind === 'broken') {
    return (
      old.kind === fresh.kind &&
      old.kind === 'broken' &&
      fresh.kind === 'broken' &&
      old.error.message === fresh.error.message
    )
  }
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
  const reason = error instanceof Error ? error.message : String(error)
  return new AppError('corrupt', `${path} can't be read (${reason}). Check who may read it.`, {
    cause: error,
  })
}
