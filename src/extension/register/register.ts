import { basename } from 'node:path'
import type { ModelRegistry } from '../../app'
import { plural } from '../../base/text'
import { withOrigin } from '../../origin'
import type { ModelVersion } from '../../registry/model'
import type { PathSource } from '../../registry/ports'
import type { RegisterRequest } from '../../registry/registry'
import { sourceOf } from '../../registry/source'
import type { RegisterAnswers } from '../commands/contract'
import { readSetting } from '../config'
import { showFirstDetails } from '../details/openDetails'
import type { Host } from '../host'
import type { FolderRegistry } from '../registries'
import { chooseDatasets, requestOf } from './datasets'
import { modelOfSource, proposeVersion, type Draft } from './draft'
import { findLeftOut } from './folderContents'
import { chooseFound } from './found'
import { guess, type Guess } from './guess'
import { selectedInterpreter } from '../origin/interpreter'
import { openNotebook } from '../origin/notebook'
import { knownRepository } from '../origin/repository'
import { findOrigin, joinOrigin, prefill, type Surroundings } from './origin'
import { choosePartsOf } from './parts'
import { askRegistration } from './questions'
import { checkSource, type CheckedSource } from './source'
import { registerGuarded } from './unsafe'
import { verdictOf } from './verdict'

type Slice = Pick<Host, 'view' | 'details'>

/** How long the metrics' question waits for what the training left behind. */
const PATIENCE_MILLISECONDS = 1500

/** What is known before anything is asked. */
export interface RegisterOptions {
  /** The model whose next version this is. */
  readonly model?: string
  /** With a name in them nothing is asked. */
  readonly answers?: RegisterAnswers
}

/**
 * Registers files or folders as one version of one model: looks at them, asks, copies, and shows the new row.
 * @throws AppError as the registry does, `cancelled` where a person stops it; nothing is left behind.
 */
export async function registerPaths(
  host: Slice,
  folder: FolderRegistry,
  paths: readonly string[],
  options: RegisterOptions = {},
): Promise<ModelVersion> {
  const registry = await folder.open()
  const workspacePath = folder.folder.uri.fsPath
  const leftOut = paths.length === 1 ? await findLeftOut(paths[0] ?? '') : []
  const exclude = leftOut.map(({ path }) => path)
  const wanted: PathSource = { paths, ...(exclude.length > 0 ? { exclude } : {}) }
  let checked = await checkSource(wanted, workspacePath, folder.root.fsPath)
  const looking = new AbortController()
  const finding = findOrigin(paths, workspacePath, looking.signal, surroundingsOf(folder))
  let verdict: string | undefined
  try {
    if (options.answers) {
      const request = { ...options.answers, artifact: checked.source }
      const origin = await finding
      return await register(host, folder, origin ? withOrigin(request, origin) : request, false)
    }
    const scanning = verdictOf(paths, looking.signal).then(
      (text) => (verdict = text),
      // Registering scans again, and tells what is wrong.
      () => undefined,
    )
    const guessed = await guess(paths, workspacePath)
    const draft = draftFor(registry, paths, workspacePath, guessed, options.model)
    draft.artifact = checked.source
    await askRegistration(draft, {
      registry,
      label: labelOf(paths),
      summary: () => (checked.isFolder ? summaryOf(checked) : undefined),
      complete: once(async () => {
        const patience = pause(PATIENCE_MILLISECONDS)
        const origin = await Promise.race([finding, patience])
        if (origin) prefill(draft, origin)
        await Promise.race([scanning, patience])
      }),
      verdict: () => verdict,
      chooseFound: async () => chooseFound(draft, await finding),
      chooseDatasets: () => chooseDatasets(draft, workspacePath),
      warnings: guessed.warnings,
      ...(leftOut.length === 0
        ? {}
        : {
            chooseParts: async () => {
              const source = await choosePartsOf(paths[0] ?? '', leftOut, draft.artifact)
              checked = await checkSource(source, workspacePath, folder.root.fsPath)
              draft.artifact = checked.source
            },
          }),
    })
    return await register(
      host,
      folder,
      joinOrigin(await requestOf(draft, workspacePath), await finding),
    )
  } finally {
    looking.abort()
  }
}

/** Registers a version that has metadata alone: the weights are elsewhere, or too large to copy. */
export async function registerWithoutArtifact(
  host: Slice,
  folder: FolderRegistry,
  model?: string,
): Promise<ModelVersion> {
  const registry = await folder.open()
  const workspacePath = folder.folder.uri.fsPath
  const guessed = await guess([], workspacePath)
  const draft = draftFor(registry, [], workspacePath, guessed, model)
  await askRegistration(draft, {
    registry,
    label: 'a Model',
    summary: () => undefined,
    complete: () => Promise.resolve(),
    chooseDatasets: () => chooseDatasets(draft, workspacePath),
    verdict: () => undefined,
    warnings: [],
  })
  return register(host, folder, await requestOf(draft, workspacePath))
}

function surroundingsOf({ folder }: FolderRegistry): Surroundings {
  const interpreter = selectedInterpreter(folder.uri)
  return {
    repository: knownRepository,
    notebook: openNotebook,
    patch: readSetting('git.patch', folder),
    ...(interpreter === undefined ? {} : { interpreter }),
  }
}

function draftFor(
  registry: ModelRegistry,
  paths: readonly string[],
  workspacePath: string,
  guessed: Guess,
  model: string | undefined,
): Draft {
  const { path, outside } = sourceOf(paths, workspacePath)
  const known =
    path === undefined || outside === true || paths.length === 0
      ? undefined
      : modelOfSource(registry, path)
  const name = model ?? known ?? guessed.name
  return {
    name,
    version: proposeVersion(registry, name),
    metrics: '',
    parameters: '',
    tags: '',
    description: '',
    datasets: [],
    framework: undefined,
    guessedFramework: guessed.framework,
    artifact: undefined,
  }
}

/** `7 files, 1.2 MB, 2 left out`: what is left out can be ticked, so it must be seen. */
function summaryOf({ source, summary }: CheckedSource): string {
  const leftOut = source.exclude?.length ?? 0
  return leftOut === 0 ? summary : `${summary}, ${leftOut} left out`
}

function labelOf(paths: readonly string[]): string {
  return paths.length === 1 ? basename(paths[0] ?? '') : plural(paths.length, 'file')
}

/** Copies and writes, and shows the new row. */
async function register(
  host: Slice,
  folder: FolderRegistry,
  request: RegisterRequest,
  ask = true,
): Promise<ModelVersion> {
  const registry = await folder.open()
  const version = await registerGuarded(registry, request, ask)
  // A filter that hides the new row would look as if nothing had been registered.
  await host.view.show(folder.key, version)
  if (ask) await showFirstDetails(host, { folder, registry, version })
  return version
}

function pause(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds))
}

/** The same run for every caller: what a person has changed since must not be filled in again. */
function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= run())
}
