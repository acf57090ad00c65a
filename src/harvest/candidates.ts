import { opendir, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { systemCode, throwIfCancelled } from '../base/errors'
import { isModelName, isSavedWeights, SHARED_EXTENSIONS } from './modelNames'

/** Folders that are read at a time: as many as Node.js has threads for it. */
const CONCURRENCY = 4
/** Entries that an answer of the disk brings at once, between which the event loop turns. */
const ENTRIES_AT_ONCE = 128
/** Entries looked at: a workspace with more is a file server. */
const MAX_ENTRIES = 2_000_000
/** Candidates given: nobody registers more by hand. */
const MAX_CANDIDATES = 2000
/** Files of one folder with an extension that anything can have; where there are more, they are a data set. */
const MAX_SHARED = 20
/** Smaller files hold no weights. */
const MIN_SHARED_SIZE = 512

/** Folders without models of the user's: packages, caches, version control, and what the registry itself holds. */
const EXCLUDED =
  /^(?:\..*|node_modules|bower_components|__pycache__|__pypackages__|site-packages|dist-packages|venv|virtualenv|conda-meta|checkpoints?|checkpoint-\d+)$/i

/** A model that no version holds, or may hold: whether one does is for its content to say. */
export interface Candidate<T> {
  readonly path: string
  /** Relative to the workspace folder, with `/`. */
  readonly relative: string
  readonly kind: 'file' | 'folder'
  /** In bytes; 0 for a folder. */
  readonly size: number
  readonly mtimeMs: number
  /** What the content sniff said. */
  readonly sniffed: T
}

export interface CandidateOptions<T> {
  /** Looks at the content of a file or folder; `undefined` where it is no model. */
  readonly sniff: (path: string) => Promise<T | undefined>
  readonly signal?: AbortSignal
  /** A folder to leave out, by its path relative to the workspace folder: the host's own exclusions. */
  readonly isExcluded?: (relative: string) => boolean
}

export interface CandidateSummary {
  readonly entries: number
  /** True where a cap ended the walk: there may be more. */
  readonly cut: boolean
}

/**
 * Walks a workspace folder for model files and folders. A folder model (a SavedModel, an `MLmodel`, a config with its
 * weights, an `.mlpackage`) is given once, as a folder. Symbolic links are not followed, and folders that can't be read
 * are passed over. The walk waits for the disk between small batches, so that the event loop is never held.
 * @throws AppError `cancelled`.
 */
export async function* findCandidates<T>(
  root: string,
  { sniff, signal, isExcluded = () => false }: CandidateOptions<T>,
): AsyncGenerator<Candidate<T>, CandidateSummary> {
  const waiting = [root]
  const reading = new Map<string, Promise<Listing>>()
  let entries = 0
  let given = 0

  async function candidate(
    path: string,
    kind: 'file' | 'folder',
  ): Promise<Candidate<T> | undefined> {
    throwIfCancelled(signal)
    const stats = await stat(path).catch((error: unknown) => {
      if (systemCode(error) === undefined) throw error
    })
    const isShared = SHARED_EXTENSIONS.has(extname(path).toLowerCase())
    if (!stats || (kind === 'file' && stats.size < (isShared ? MIN_SHARED_SIZE : 1))) {
      return undefined
    }
    const sniffed = await sniff(path)
    if (sniffed === undefined) return undefined
    const size = kind === 'file' ? stats.size : 0
    const inside = relative(root, path).split(sep).join('/')
    return { path, relative: inside, kind, size, mtimeMs: stats.mtimeMs, sniffed }
  }

  try {
    while (waiting.length > 0 || reading.size > 0) {
      while (reading.size < CONCURRENCY) {
        const next = waiting.pop()
        if (next === undefined) break
        reading.set(next, listFolder(next, signal))
      }
      const listing = await Promise.race(reading.values())
      reading.delete(listing.path)
      throwIfCancelled(signal)
      entries += listing.entries
      if (isEnvironment(listing)) continue
      if (listing.path !== root && isFolderModel(listing)) {
        const folder = await candidate(listing.path, 'folder')
        if (folder) {
          yield folder
          if (++given >= MAX_CANDIDATES) return { entries, cut: true }
          continue
        }
      }
      for (const name of listing.models) {
        const file = await candidate(join(listing.path, name), 'file')
        if (!file) continue
        yield file
        if (++given >= MAX_CANDIDATES) return { entries, cut: true }
      }
      if (entries > MAX_ENTRIES) return { entries, cut: true }
      for (const name of listing.folders) {
        const path = join(listing.path, name)
        if (!isExcluded(relative(root, path).split(sep).join('/'))) waiting.push(path)
      }
    }
    return { entries, cut: false }
  } finally {
    // Whoever leaves early must not leave an open folder behind.
    await Promise.allSettled(reading.values())
  }
}

interface Listing {
  readonly path: string
  readonly entries: number
  readonly folders: readonly string[]
  /** Files that by their name can be models. */
  readonly models: readonly string[]
  /** Files that tell what a folder is. */
  readonly marks: ReadonlySet<string>
}

/** Files by which a folder is known as a model or an environment. */
const MARKS = new Set([
  'pyvenv.cfg',
  'saved_model.pb',
  'MLmodel',
  'config.json',
  'model_index.json',
  'adapter_config.json',
  'Manifest.json',
  'meta.json',
  'config.cfg',
])

async function listFolder(path: string, signal: AbortSignal | undefined): Promise<Listing> {
  const folders: string[] = []
  const models: string[] = []
  const marks = new Set<string>()
  const shared = new Map<string, string[]>()
  let entries = 0
  try {
    for await (const entry of await opendir(path, { bufferSize: ENTRIES_AT_ONCE })) {
      if (signal?.aborted || ++entries > MAX_ENTRIES) break
      const { name } = entry
      if (entry.isDirectory()) {
        if (name === 'conda-meta') marks.add(name)
        if (!EXCLUDED.test(name)) folders.push(name)
      } else if (entry.isFile()) {
        if (MARKS.has(name)) marks.add(name)
        if (isModelName(name)) {
          if (isFirstShard(name)) models.push(name)
          continue
        }
        const extension = extname(name).toLowerCase()
        if (!SHARED_EXTENSIONS.has(extension)) continue
        const known = shared.get(extension)
        if (!known) shared.set(extension, [name])
        else if (known.length <= MAX_SHARED) known.push(name)
      }
    }
  } catch (error) {
    // A folder without permission, or deleted meanwhile, has no candidates.
    if (systemCode(error) === undefined) throw error
  }
  for (const names of shared.values()) {
    if (names.length <= MAX_SHARED) models.push(...names.filter(isFirstShard))
  }
  return { path, entries, folders, models, marks }
}

/** The shards of one model are one candidate: the first. */
function isFirstShard(name: string): boolean {
  const shard = /-(\d{5})-of-\d{5}\.\w+$/.exec(name)?.[1]
  return shard === undefined || Number(shard) <= 1
}

function isEnvironment({ marks }: Listing): boolean {
  return marks.has('pyvenv.cfg') || marks.has('conda-meta')
}

function isFolderModel({ path, marks, models }: Listing): boolean {
  const has = (...names: readonly string[]): boolean => names.every((name) => marks.has(name))
  return (
    has('saved_model.pb') ||
    has('MLmodel') ||
    has('model_index.json') ||
    has('meta.json', 'config.cfg') ||
    (has('Manifest.json') && path.toLowerCase().endsWith('.mlpackage')) ||
    ((has('config.json') || has('adapter_config.json')) && models.some(isSavedWeights))
  )
}
