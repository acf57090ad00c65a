import { createHash } from 'node:crypto'
import { AppError, throwIfCancelled } from '../base/errors'
import type { ChangeRunner } from './changeRunner'
import { bringAllHome, bringHome } from './homecoming'
import type { ArtifactFile, ModelVersion } from './model'
import type { RunOptions } from './ports'
import type { ModelStage } from './stage'
import { lookAt } from './lookAt'

export type FileStatus = 'changed' | 'missing' | 'extra'
export type VerifyStatus = 'ok' | FileStatus

/** A file whose content is not what was registered. */
export interface FileProblem {
  readonly path: string
  readonly status: FileStatus
  /** Other files that share the same bytes on disk, and so the same damage. */
  readonly sharedWith?: readonly string[]
}

export interface VerifyResult {
  readonly reference: string
  readonly status: VerifyStatus
  readonly files: readonly FileProblem[]
  /** Why nothing of it can be read, as a sentence. */
  readonly reason?: string
}

export interface VerifyReport {
  /** True where everything is what was registered; what can't be looked at is no reason to say so. */
  readonly ok: boolean
  readonly results: readonly VerifyResult[]
  /** Models whose document can't be read, so that nobody knows what was registered. */
  readonly broken: readonly { readonly name: string; readonly error: string }[]
}

/** Worst first: what is gone can't be used, what changed must not be, what is more does no harm. */
const ORDER: readonly FileStatus[] = ['missing', 'changed', 'extra']

/**
 * Reads artifacts again and compares them with what was registered. Versions without an artifact have nothing to
 * compare and are left out.
 */
export async function verifyVersions(
  runner: ChangeRunner,
  versions: readonly ModelVersion[],
  options: RunOptions,
): Promise<VerifyReport> {
  const { store } = runner.parts
  const total = versions.reduce((sum, { artifact }) => sum + (artifact?.size ?? 0), 0)
  let done = 0
  const results: VerifyResult[] = []
  for (const [model, own] of byModel(versions)) await bringAllHome(runner, model, own, options)
  const queue = versions.filter(({ artifact }) => artifact !== undefined).entries()
  const work = async (): Promise<void> => {
    for (const [index, version] of queue) {
      throwIfCancelled(options.signal)
      const { files, reason } = await compare(runner, version, options.signal, (count) => {
        done += count
        options.onProgress?.({ done, total, step: `Verifying ${version.fullName}` })
      })
      const status = ORDER.find((kind) => files.some((file) => file.status === kind)) ?? 'ok'
      results[index] = {
        reference: version.fullName,
        status,
        files,
        ...(reason === undefined ? {} : { reason }),
      }
      await store.noteVerified?.(version.artifact?.uri ?? '', status)
    }
  }
  await Promise.all(Array.from({ length: runner.parts.parallelism }, work))
  const found = results.filter((result) => result !== undefined)
  return { ok: found.every(({ status }) => status === 'ok'), results: found, broken: [] }
}

async function compare(
  runner: ChangeRunner,
  version: ModelVersion,
  signal: AbortSignal | undefined,
  onBytes: (count: number) => void,
): Promise<Pick<VerifyResult, 'files' | 'reason'>> {
  const { artifact } = version
  if (!artifact) return { files: [] }
  const { store } = runner.parts
  const { stat, reason } = await lookAt(store, artifact)
  if (!stat) {
    const files = artifact.files.map(({ path }) => ({ path, status: 'missing' as const }))
    return { files, ...(reason === undefined ? {} : { reason }) }
  }
  const present = new Map(stat.files.map((file) => [file.path, file.size]))
  const problems: FileProblem[] = []
  for (const file of artifact.files) {
    throwIfCancelled(signal)
    const size = present.get(file.path)
    present.delete(file.path)
    if (size === undefined) {
      problems.push({ path: file.path, status: 'missing' })
      continue
    }
    const sha256 = size === file.size ? await digestOf(runner, artifact, file, signal, onBytes) : ''
    if (sha256 === file.sha256) continue
    const sharedWith = await store.sharedNames?.(artifact.uri, fileOf(artifact, file))
    problems.push({
      path: file.path,
      status: 'changed',
      ...(sharedWith && sharedWith.length > 0 ? { sharedWith } : {}),
    })
  }
  for (const path of [...present.keys(), ...(stat.extra ?? [])]) {
    problems.push({ path, status: 'extra' })
  }
  return { files: problems }
}

function byModel(versions: readonly ModelVersion[]): Map<string, ModelVersion[]> {
  const models = new Map<string, ModelVersion[]>()
  for (const version of versions) {
    const own = models.get(version.model)
    if (own) own.push(version)
    else models.set(version.model, [version])
  }
  return models
}

function fileOf(artifact: { readonly kind: string }, file: ArtifactFile): string | undefined {
  return artifact.kind === 'file' ? undefined : file.path
}

async function digestOf(
  runner: ChangeRunner,
  artifact: { readonly kind: string; readonly uri: string },
  file: ArtifactFile,
  signal: AbortSignal | undefined,
  onBytes: (count: number) => void,
): Promise<string> {
  const { store } = runner.parts
  const path = fileOf(artifact, file)
  if (store.digest)
    return store.digest(artifact.uri, path, { onBytes, ...(signal ? { signal } : {}) })
  const hash = createHash('sha256')
  for await (const bytes of store.open(artifact.uri, path)) {
    throwIfCancelled(signal)
    hash.update(bytes)
    onBytes(bytes.length)
  }
  return hash.digest('hex')
}

/**
 * Refuses a version whose artifact is known to be damaged: files that are missing or of another size, or that the last
 * verification found changed.
 * @throws AppError `corrupt` that names the version and the remedy.
 */
export async function checkIntact(
  runner: ChangeRunner,
  version: ModelVersion,
  stage: ModelStage,
): Promise<void> {
  const { artifact } = version
  if (!artifact) return
  const { store } = runner.parts
  await bringHome(runner, version)
  const { stat, reason } = await lookAt(store, artifact)
  const sizes = new Map(stat?.files.map((file) => [file.path, file.size]))
  const bad = artifact.files.find((file) => sizes.get(file.path) !== file.size)
  const noted = bad ? undefined : await store.verifiedStatus?.(artifact.uri)
  if (!bad && noted !== 'changed' && noted !== 'missing') return
  const what = bad
    ? sizes.has(bad.path)
      ? `Its file ${bad.path} has another size than was registered.`
      : (reason ?? `Its file ${bad.path} is not here.`)
    : 'Its content is not what was registered.'
  throw new AppError(
    'corrupt',
    `${version.fullName} can't go to ${stage}. ${what} Run "model-registry verify ${version.fullName}", and "model-registry repair" for what can be done.`,
  )
}
