import { dirname, join, resolve } from 'node:path'
import { harvestRun, parseCurves, type ModelRegistry } from './app'
import { throwIfCancelled } from './base/errors'
import { readDirtyPatch, readLineage, type GitRepository } from './harvest/git'
import { isCertain, type HarvestedValue, type HarvestResult } from './harvest/harvester'
import { readInterpreter } from './harvest/interpreter'
import { writeSeries } from './harvest/series'
import type { Inspection } from './registry/inspection'
import type { VersionCurves } from './registry/compareCurves'
import type {
  Dataset,
  ModelVersion,
  Notebook,
  Parameters,
  Source,
  ValueOrigin,
} from './registry/model'
import type { RegisterRequest } from './registry/register'
import { sourceOf } from './registry/source'

/** Names of files in a version's side folder. */
const CURVES = 'curves.json'
export const PATCH = 'changes.patch'

export interface OriginOptions {
  /** The workspace folder: nothing outside it is read. */
  readonly workspace: string
  /** Read what the training run left behind. */
  readonly harvest: boolean
  /** Read which code is checked out. */
  readonly git: boolean
  /** Keep the changes that are not committed, too. */
  readonly patch?: boolean
  /** The Python environment or interpreter that is in use; one in the workspace folder (`.venv`) by default. */
  readonly interpreter?: string
  /** Where a host can see which cell of a notebook wrote a file. */
  readonly notebook?: (path: string, workspace: string) => Promise<Notebook | undefined>
  /** Where a host knows the repository itself; git is asked where it answers with nothing. */
  readonly repository?: (
    folder: string,
    outputs: readonly string[],
  ) => Promise<GitRepository | undefined>
  readonly signal?: AbortSignal
}

/** What is known of files before they are registered. */
export interface Origin {
  readonly paths: readonly string[]
  readonly source: Source
  readonly harvest?: HarvestResult
  /** The cell that a host saw writing the model. */
  readonly notebook?: Notebook
  /** Versions of Python and of the packages that matter. */
  readonly environment?: Readonly<Record<string, string>>
  readonly git?: GitRepository
  readonly patch?: Uint8Array
}

/** Looks at what surrounds a model: what its training left behind, and the code that is checked out. */
export async function readOrigin(
  paths: readonly string[],
  options: OriginOptions,
): Promise<Origin> {
  const { workspace, signal } = options
  const absolute = paths.map((path) => resolve(path))
  const source = sourceOf(absolute, workspace)
  const [first] = absolute
  const folder = first === undefined || source.outside === true ? workspace : dirname(first)
  const cancel = signal ? { signal } : {}
  const repository = options.git ? await readRepository(folder, absolute, options) : undefined
  throwIfCancelled(signal)
  const commit = repository?.source.commit
  const harvested =
    options.harvest && first !== undefined && source.outside !== true
      ? await harvestRun(
          first,
          { root: workspace, ...(commit === undefined ? {} : { commit }) },
          cancel,
        )
      : undefined
  const notebook =
    options.harvest && first !== undefined ? await options.notebook?.(first, workspace) : undefined
  const patch =
    options.patch && repository?.source.dirty
      ? await readDirtyPatch(repository.root, cancel)
      : undefined
  return {
    paths: absolute,
    source,
    ...(harvested ? { harvest: harvested } : {}),
    ...(options.harvest ? { environment: await readPackages(options, harvested) } : {}),
    ...(repository ? { git: repository } : {}),
    ...(notebook ? { notebook } : {}),
    ...(patch ? { patch: patch.patch } : {}),
  }
}

async function readRepository(
  folder: string,
  outputs: readonly string[],
  { repository, signal }: OriginOptions,
): Promise<GitRepository | undefined> {
  const known = await repository?.(folder, outputs)
  if (known) return known
  const git = await readLineage(folder, { outputs, ...(signal ? { signal } : {}) })
  return git.kind === 'repository' ? git : undefined
}

/** What the run or the files around it recorded, and for the rest what is installed now. */
async function readPackages(
  { workspace, interpreter }: OriginOptions,
  harvested: HarvestResult | undefined,
): Promise<Readonly<Record<string, string>>> {
  const installed = await readInterpreter(interpreter ?? join(workspace, '.venv'))
  const all = { ...Object.fromEntries(installed), ...harvested?.environment }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * A request with what its origin says. What is given explicitly wins; every harvested value that is stored is named with
 * the file and key that it was read from.
 * @param take Which of the harvested values are stored.
 */
export function withOrigin(
  request: RegisterRequest,
  origin: Origin,
  take: (value: HarvestedValue) => boolean = isCertain,
): RegisterRequest {
  const metrics: Record<string, number> = {}
  const parameters: Record<string, Parameters[string]> = {}
  const tags: Record<string, string> = {}
  const values: Record<string, ValueOrigin> = {}
  let description: string | undefined
  for (const value of origin.harvest?.values ?? []) {
    const { place, name, file, key } = value
    const explicit =
      place === 'description'
        ? request.description !== undefined
        : Object.hasOwn(request[place] ?? {}, name)
    if (explicit || !take(value)) continue
    if (place === 'metrics' && typeof value.value === 'number') metrics[name] = value.value
    else if (place === 'parameters') parameters[name] = value.value
    else if (place === 'tags') tags[name] = String(value.value)
    else if (place === 'description') description = String(value.value)
    else continue
    values[place === 'description' ? place : `${place}.${name}`] = { file, key }
  }
  const { harvest, git, environment = {}, notebook = harvest?.notebook } = origin
  const datasets = joinDatasets(request.source?.datasets, harvest?.datasets)
  const source: Source = {
    ...origin.source,
    ...(git ? { git: git.source } : {}),
    ...(harvest?.run === undefined ? {} : { run: harvest.run }),
    ...(Object.keys(values).length > 0 ? { values } : {}),
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    ...(harvest?.code ? { code: harvest.code } : {}),
    ...(notebook ? { notebook } : {}),
    ...request.source,
    ...(datasets.length > 0 ? { datasets } : {}),
  }
  const side = {
    ...(harvest && harvest.series.length > 0 ? { [CURVES]: writeSeries(harvest.series) } : {}),
    ...(origin.patch ? { [PATCH]: origin.patch } : {}),
    ...request.side,
  }
  return {
    ...request,
    metrics: { ...metrics, ...request.metrics },
    parameters: { ...parameters, ...request.parameters },
    tags: { ...tags, ...request.tags },
    ...(description === undefined ? {} : { description }),
    source,
    side,
  }
}

/** What a person named comes first, and instead of what a tool recorded of the same path. */
function joinDatasets(
  named: readonly Dataset[] = [],
  found: readonly Dataset[] = [],
): readonly Dataset[] {
  const paths = new Set(named.map(({ path }) => path))
  return [...named, ...found.filter(({ path }) => !paths.has(path))]
}

/**
 * The learning curves that a version was registered with; `undefined` where it has none on this machine.
 * @throws AppError `corrupt`, `cancelled`.
 */
export async function readCurves(
  registry: Pick<ModelRegistry, 'readSideFile'>,
  { model, version, fullName }: Pick<ModelVersion, 'model' | 'version' | 'fullName'>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<VersionCurves | undefined> {
  const bytes = await registry.readSideFile(model, version, CURVES)
  if (!bytes) return undefined
  const series = await parseCurves(bytes, options)
  // From entries: a curve may have any name, `__proto__` too.
  const curves = Object.fromEntries(
    series.map(({ name, steps, values }) => [
      name,
      steps.map((step, index) => ({ step, value: values[index] ?? Number.NaN })),
    ]),
  )
  return { reference: fullName, curves }
}

/** Findings that are more than a note, and content that no reader knows. */
export function warningsOf(inspection: Inspection): readonly string[] {
  const sentences = inspection.findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ message }) => message)
  return inspection.format === 'unknown' && sentences.length === 0
    ? ['The content is of no model format that is known; it is registered as custom.']
    : sentences
}
