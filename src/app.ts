import { availableParallelism, userInfo } from 'node:os'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from './base/errors'
import { ModelsFolder } from './base/modelsFolder'
import { usedOnOtherBranches } from './branches'
import { FileDocuments } from './database/fileDocuments'
import { MemoryDocuments } from './database/memoryDocuments'
import { readPolicy } from './database/policyFile'
import { FileUndoLog, MemoryUndoLog } from './database/undoLog'
import type { StructureComparison } from './formats/compareStructure'
import type { HarvestedSeries, HarvestResult } from './harvest/harvester'
import type { DetailedInspection, Inspection } from './registry/inspection'
import type { ModelVersion, RegisteredModel, Via } from './registry/model'
import type { Clock, ModelStore, RunOptions, Scanner } from './registry/ports'
import type { ScanReport } from './registry/scan'
import { Registry } from './registry/registry'
import type { ScanPolicy } from './registry/promotion'
import { FileCards } from './store/cardFiles'
import { FileModelStore, type FileStoreOptions } from './store/fileStore'
import { InMemoryModelStore } from './store/memoryStore'
import type { Sharing } from './store/share'
import { FileSideFiles, MemorySideFiles } from './store/sideFiles'
import { copyInBackground } from './worker/backgroundCopy'
import { matchInBackground } from './worker/backgroundMatch'
import { parseInBackground } from './worker/backgroundParse'
import { WorkerPool } from './worker/pool'

/** How long what is in the trash can be restored, unless a host says otherwise. */
const RETENTION_DAYS = 30

export interface OpenOptions {
  /** The `.models` folder itself; it is made at the first write. */
  readonly root: string
  /** An artifact backend of your own; the default copies into `root`. */
  readonly store?: ModelStore
  /** Who is named in the history; the user of the operating system by default. */
  readonly actor?: string
  /** The agent that acts for the actor, if one does. */
  readonly agent?: string
  readonly via?: Via
  readonly clock?: Clock
  readonly readOnly?: boolean
  /** Links that lead out of this folder are not registered unasked; the parent of `root` by default. */
  readonly workspace?: string
  /** How long another process's change is waited for, in milliseconds. */
  readonly lockMilliseconds?: number
  /** What the scanner's word means: `block` (the default) refuses what is dangerous, `strict` what is not clean, `warn` nothing; `off` scans nothing. */
  readonly scanPolicy?: ScanPolicy | 'off'
  /** Names that the workspace vetted, exactly as `module.name`: the scanner takes them as known. */
  readonly scanAllow?: readonly string[]
  /** How equal artifacts share disk space; `auto` by default. */
  readonly sharing?: Sharing
  /** How long what is in the trash can be restored before `gc` may take it; 30 by default. */
  readonly retentionDays?: number
  /** What went wrong after a change was done, as sentences. */
  readonly onWarning?: (message: string) => void
}

/** The registry with its parts put together: the only place that names concrete classes. */
export class ModelRegistry extends Registry {
  /** Opens the registry of a `.models` folder; reads its folder, and documents when they are asked for. */
  static async open(options: OpenOptions): Promise<ModelRegistry> {
    // Without a root the folder that somebody happens to stand in would become a registry.
    if (typeof options?.root !== 'string' || options.root === '') {
      throw new AppError(
        'invalid',
        'Opening a registry needs the path of its .models folder as `root`.',
      )
    }
    const folder = new ModelsFolder(resolve(options.root))
    await folder.exists()
    const via = options.via ?? 'api'
    const onWarning = options.onWarning ?? ((message: string) => process.emitWarning(message))
    const workers = workerPool()
    const documents = new FileDocuments({
      folder,
      via,
      onWarning,
      ...(workers ? { parseLarge: parseInBackground(workers) } : {}),
      ...(options.lockMilliseconds === undefined
        ? {}
        : { lockMilliseconds: options.lockMilliseconds }),
    })
    const store = options.store ?? new FileModelStore(folder, storeOptions(options))
    return new ModelRegistry({
      documents,
      store,
      undoLog: new FileUndoLog(folder),
      sideFiles: new FileSideFiles(folder),
      cards: new FileCards(folder),
      policy: () => readPolicy(folder),
      scanPolicy: options.scanPolicy === 'off' ? 'warn' : (options.scanPolicy ?? 'block'),
      ...(workers ? { inspector: inspect, ...scannerOf(options) } : {}),
      retentionDays: options.retentionDays ?? RETENTION_DAYS,
      usedElsewhere: usedOnOtherBranches(folder.path),
      parallelism: availableParallelism(),
      onWarning,
      via,
      actor: options.actor || userName(),
      clock: options.clock ?? (() => new Date()),
      readOnly: options.readOnly ?? false,
      ...(options.agent === undefined ? {} : { agent: options.agent }),
    })
  }

  /** A registry that lives as long as the object: for tests and previews. */
  static inMemory(
    options: { readonly store?: ModelStore; readonly actor?: string; readonly clock?: Clock } = {},
  ): ModelRegistry {
    const onWarning = (message: string): void => process.emitWarning(message)
    return new ModelRegistry({
      documents: new MemoryDocuments(onWarning),
      store: options.store ?? new InMemoryModelStore(),
      undoLog: new MemoryUndoLog(),
      sideFiles: new MemorySideFiles(),
      scanPolicy: 'block',
      retentionDays: RETENTION_DAYS,
      parallelism: 1,
      onWarning,
      via: 'api',
      actor: options.actor || userName(),
      clock: options.clock ?? (() => new Date()),
      readOnly: false,
    })
  }
}

/**
 * What a file or folder is and holds, read from its content in a worker; whatever is wrong with it is a finding.
 * @throws AppError `cancelled`
 */
export async function inspect(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Inspection> {
  return requireWorkers().run<'inspect'>(
    { kind: 'inspect', path: resolve(path), detailed: false },
    options,
  )
}

/** The same with the whole list of tensors. */
export async function inspectDetailed(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<DetailedInspection> {
  const job = { kind: 'inspect', path: resolve(path), detailed: true } as const
  const inspection = await requireWorkers().run<'inspect'>(job, options)
  return 'tensors' in inspection ? inspection : { ...inspection, tensors: [] }
}

/**
 * How far a file or folder can be trusted, found out in a worker without executing anything of it.
 * @param options.allow Names that the workspace vetted, exactly as `module.name`.
 * @throws AppError `notFound` where there is nothing, `cancelled`.
 */
export async function scan(
  path: string,
  options: { readonly signal?: AbortSignal; readonly allow?: readonly string[] } = {},
): Promise<ScanReport> {
  const { allow = [], signal } = options
  const job = { kind: 'scan', path: resolve(path), allow } as const
  return requireWorkers().run<'scan'>(job, signal ? { signal } : {})
}

export type { StructureComparison as ModelComparison } from './formats/compareStructure'

/** The differences in structure of two models, files or folders; with `content`, whose tensors have other values. */
export async function compareModels(
  before: string,
  after: string,
  options: RunOptions & { readonly content?: boolean } = {},
): Promise<StructureComparison> {
  const { content = false, signal } = options
  const job = { kind: 'compare', path: resolve(before), other: resolve(after), content } as const
  return requireWorkers().run<'compare'>(job, signal ? { signal } : {})
}

/**
 * SHA-256 of a file in hex, read in a worker.
 * @throws AppError `cancelled`; system errors with their `code`.
 */
export async function digestFile(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<string> {
  const job = { kind: 'digest', path: resolve(path) } as const
  return (await requireWorkers().run<'digest'>(job, options)).sha256
}

/**
 * What a training run left next to a model, read in a worker.
 * @throws AppError `notFound`, `cancelled`.
 */
export async function harvestRun(
  path: string,
  where: { readonly root: string; readonly commit?: string },
  options: { readonly signal?: AbortSignal } = {},
): Promise<HarvestResult> {
  return requireWorkers().run<'harvest'>(
    { kind: 'harvest', path: resolve(path), ...where },
    options,
  )
}

/**
 * The learning curves in the bytes of a side file, read in a worker: there can be hundreds of them.
 * @throws AppError `corrupt`, `cancelled`.
 */
export async function parseCurves(
  bytes: Uint8Array,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly HarvestedSeries[]> {
  return requireWorkers().run<'curves'>({ kind: 'curves', bytes }, options)
}

/** The model card of a version, written in a worker from what the registry holds of it and of the version in production. */
export async function modelCard(model: RegisteredModel, version: ModelVersion): Promise<string> {
  const { name, description, tags, productionVersion } = model
  const about = { name, description, tags }
  const production = productionVersion?.id === version.id ? undefined : productionVersion
  return requireWorkers().run<'card'>({ kind: 'card', model: about, version, production })
}

/**
 * Merges a document that git left in conflict by meaning, in a worker; what a person should know of it, as sentences.
 * @throws AppError `invalid` where the file has no conflict that can be resolved so, `corrupt`.
 */
export async function resolveDocument(path: string): Promise<readonly string[]> {
  return requireWorkers().run<'resolve'>({ kind: 'resolve', path: resolve(path) })
}

function scannerOf({ scanPolicy, scanAllow = [] }: OpenOptions): { scanner?: Scanner } {
  if (scanPolicy === 'off') return {}
  return { scanner: (path, options) => scan(path, { ...options, allow: scanAllow }) }
}

function storeOptions(options: OpenOptions): FileStoreOptions {
  const { workspace, sharing } = options
  const worker = workerFile()
  const workers = workerPool()
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(sharing === undefined ? {} : { sharing }),
    ...(workers === undefined || worker === undefined
      ? {}
      : {
          copy: copyInBackground(workers, worker),
          digest: (path, job) => workers.run<'digest'>({ kind: 'digest', path }, job),
          match: matchInBackground(workers),
        }),
  }
}

let pool: WorkerPool | undefined

/** One for all registries of a process; its threads start when they are needed. */
function workerPool(): WorkerPool | undefined {
  const worker = workerFile()
  if (worker !== undefined) pool ??= new WorkerPool(worker, Math.min(4, availableParallelism()))
  return pool
}

function requireWorkers(): WorkerPool {
  const workers = workerPool()
  if (workers) return workers
  throw new AppError('invalid', 'worker.js is missing beside this program; install it again.')
}

/** `worker.js` beside the bundle, or the built one where the sources are run as they are; without it copies run in this thread. */
function workerFile(): string | undefined {
  return [join(__dirname, 'worker.js'), join(__dirname, '..', 'dist', 'worker.js')].find((file) =>
    existsSync(file),
  )
}

/** A process may run under an id that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
