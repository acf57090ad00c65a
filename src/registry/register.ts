import { untilCancelled } from '../base/cancellation'
import { AppError, throwIfCancelled } from '../base/errors'
import { ulid } from '../base/ulid'
import { checkAlias, checkAliasDistinct } from './aliases'
import type { ChangeRunner } from './changeRunner'
import { checkVersionFree, newDocument, registered } from './changes'
import { checkDescription, checkGiven, checkMetrics, checkParameters, checkTags } from './fields'
import { FRAMEWORKS, ModelFramework, parseFramework } from './framework'
import type { Inspection } from './inspection'
import type {
  Artifact,
  Metrics,
  ModelDocument,
  ModelVersion,
  Parameters,
  Source,
  Tags,
  VersionRecord,
} from './model'
import { checkName, nameKey } from './names'
import type { RunOptions, StagedArtifact } from './ports'
import {
  checkPromotion,
  isRefused,
  unsafeError,
  type Overrides,
  type PromotionOptions,
} from './promotion'
import type { StoredScan } from './scan'
import { nextVersion } from './semver'
import { ModelStage, parseStage } from './stage'
import { artifactSource, stage, storedOfSize, type GivenArtifact } from './staging'

/** Everything but the name is optional: without a version it is the next patch, without a framework what the content says. */
export interface RegisterRequest {
  readonly name: string
  readonly version?: string
  readonly framework?: string
  readonly metrics?: Metrics
  readonly parameters?: Parameters
  readonly tags?: Tags
  readonly description?: string
  readonly stage?: string
  readonly alias?: string
  readonly artifact?: GivenArtifact
  readonly source?: Source
  readonly format?: string
  readonly inspection?: Inspection
  readonly note?: string
  /** Files for the version's side folder: learning curves, the patch of a dirty tree. */
  readonly side?: Readonly<Record<string, Uint8Array>>
}

export interface RegisterOptions extends PromotionOptions {
  /** Refuse content that is damaged, mislabelled or of no known format, which is else registered with its findings. */
  readonly strict?: boolean
}

/**
 * Adds a version, with a copy of its artifact: checks, copies without holding anybody up, and only then locks the model
 * to place the copy and write the document.
 * @throws AppError `invalid`, `conflict`, `cancelled`, `busy`; nothing is left behind.
 */
export async function registerVersion(
  runner: ChangeRunner,
  request: RegisterRequest,
  options: RegisterOptions,
): Promise<ModelVersion> {
  checkGiven('A registration', request)
  const { name, version } = request
  const { documents, store } = runner.parts
  const fields = checkRequest(request)
  const source = artifactSource(request.artifact)
  // Asked again under the lock; here so that a conflict costs no copy.
  checkModelName(await documents.names(), name)
  const known = documents.readNow ? await documents.readNow(name) : documents.read(name)
  if (known?.kind === 'broken') throw known.error
  if (known && version !== undefined) checkVersionFree(known.document, version)
  if (known && request.alias !== undefined) checkAliasDistinct(known.document, request.alias)
  return runner.write(`register ${name}`, async () => {
    throwIfCancelled(options.signal)
    const staged =
      source && (await stage(store, source, { ...options, ofSize: storedOfSize(runner, name) }))
    let kept = false
    try {
      const seen = await inspected(runner, request, staged, options)
      if (options.strict && seen.inspection) checkStrictly(seen.inspection)
      const scan = await scanned(runner, staged, options)
      const unsafe =
        scan && isRefused(runner.parts.scanPolicy, scan.verdict) ? options.allowUnsafe : undefined
      if (scan && isRefused(runner.parts.scanPolicy, scan.verdict) && !unsafe?.trim()) {
        throw unsafeError(name, scan.verdict, scan.findings[0]?.message)
      }
      return await runner.change(
        name,
        async (document, transaction) => {
          throwIfCancelled(options.signal)
          checkModelName(await documents.names(), name)
          const at = runner.parts.clock()
          const current = document ?? newDocument(name, at)
          const free = version ?? nextFree(current)
          checkVersionFree(current, free)
          if (request.alias !== undefined) checkAliasDistinct(current, request.alias)
          const artifact = staged && (await staged.commit(name, free))
          if (staged) {
            transaction.afterWrite(async () => {
              kept = true
              await staged.keep()
            })
          }
          for (const [file, bytes] of Object.entries(request.side ?? {})) {
            transaction.afterWrite(() => runner.parts.sideFiles.write(name, free, file, bytes))
          }
          const record = newRecord(
            { ...request, ...seen, ...(scan ? { scan: boundTo(artifact, scan) } : {}) },
            fields,
            free,
            artifact,
            at,
            runner.parts.actor,
          )
          const promoted = await guarded(runner, name, record, options)
          const overrides = { ...(unsafe === undefined ? {} : { unsafe }), ...promoted.overrides }
          const author = {
            ...runner.author(at, request.note),
            ...(Object.keys(overrides).length > 0 ? { overrides } : {}),
          }
          return { change: registered(current, record, author, request.alias), version: free }
        },
        options.signal,
      )
    } catch (error) {
      // What fails after the write is no reason to take away what the document names by now.
      if (staged && !kept) await untilCancelled(staged.discard(), options.signal, async () => {})
      throw error
    }
  })
}

type CheckedFields = ReturnType<typeof checkRequest>

function checkRequest(request: RegisterRequest) {
  checkName('model', request.name)
  if (request.version !== undefined) checkName('version', request.version)
  if (request.alias !== undefined) checkAlias(request.alias)
  return {
    stage: request.stage === undefined ? ModelStage.development : parseStage(request.stage),
    ...(request.framework === undefined ? {} : { framework: parseFramework(request.framework) }),
    metrics: checkMetrics(request.metrics),
    parameters: checkParameters(request.parameters),
    tags: checkTags(request.tags),
    description: checkDescription(request.description),
  }
}

/** The copy is looked at, not the source: what is stored is what is described, even if the source changes now. */
async function inspected(
  runner: ChangeRunner,
  request: RegisterRequest,
  staged: StagedArtifact | undefined,
  options: RunOptions,
): Promise<Pick<RegisterRequest, 'inspection' | 'format'>> {
  const { inspector } = runner.parts
  if (!inspector || staged?.path === undefined || request.inspection) return {}
  const { signal } = options
  const inspection = await inspector(staged.path, signal ? { signal } : {})
  return { inspection, format: request.format ?? inspection.format }
}

/** The verdict on the copy, bound to its digest. */
async function scanned(
  runner: ChangeRunner,
  staged: StagedArtifact | undefined,
  options: RunOptions,
): Promise<StoredScan | undefined> {
  const { scanner, clock } = runner.parts
  if (!scanner || staged?.path === undefined) return undefined
  const report = await scanner(staged.path, options.signal ? { signal: options.signal } : {})
  return { ...report, sha256: staged.sha256, at: clock().toISOString() }
}

/** Stores that can only save know the digest no sooner than now. */
function boundTo(artifact: Artifact | undefined, scan: StoredScan): StoredScan {
  return artifact ? { ...scan, sha256: artifact.sha256 } : scan
}

/** A stage given at registration is a move to that stage, with the same rules. */
async function guarded(
  runner: ChangeRunner,
  model: string,
  record: VersionRecord,
  options: PromotionOptions,
): Promise<{ readonly overrides?: Overrides }> {
  // Every version begins in development: that is no move, and rules that can't be read lose nobody a training run.
  if (record.stage === ModelStage.development) return {}
  const version = { ...record, model, fullName: `${model}:${record.version}`, aliases: [] }
  return checkPromotion(runner, version, record.stage, options)
}

/** @throws AppError `invalid` with the first finding that is more than a note. */
function checkStrictly(inspection: Inspection): void {
  const finding = inspection.findings.find(({ severity }) => severity !== 'note')
  if (finding) throw new AppError('invalid', `${finding.message} It is not registered.`)
  if (inspection.format === 'unknown') {
    throw new AppError(
      'invalid',
      'The content is of no model format that is known; it is not registered.',
    )
  }
}

function knownFramework(framework: string | undefined): ModelFramework {
  return FRAMEWORKS.find((known) => known === framework) ?? ModelFramework.custom
}

function nextFree(document: ModelDocument): string {
  return nextVersion([...document.versions, ...document.trash].map(({ version }) => version))
}

function newRecord(
  request: RegisterRequest & { readonly scan?: StoredScan },
  fields: CheckedFields,
  version: string,
  artifact: Artifact | undefined,
  at: Date,
  createdBy: string,
): VersionRecord {
  const time = at.toISOString()
  const { format, source, inspection, scan } = request
  const { stage, framework, ...described } = fields
  return {
    id: ulid(at.getTime()),
    version,
    stage,
    framework: framework ?? knownFramework(inspection?.framework),
    ...(format === undefined ? {} : { format }),
    ...(artifact === undefined ? {} : { artifact }),
    ...described,
    ...(source === undefined ? {} : { source }),
    ...(inspection === undefined ? {} : { inspection }),
    ...(scan === undefined ? {} : { scan }),
    createdAt: time,
    updatedAt: time,
    createdBy,
  }
}

/** Names are unique without regard to case, also among models that can't be read or are in the trash. */
function checkModelName(names: readonly string[], name: string): void {
  const key = nameKey(name)
  const other = names.find((known) => nameKey(known) === key && known !== name)
  if (other !== undefined) {
    throw new AppError(
      'conflict',
      `"${name}" differs only in case from the model "${other}"; use that name or another one.`,
    )
  }
}
