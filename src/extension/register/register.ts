import { basename, relative, sep } from 'node:path'
import { Uri, workspace } from 'vscode'
import type { ModelRegistry } from '../../app'
import { plural } from '../../base/text'
import { parseFramework } from '../../registry/framework'
import type { ModelVersion } from '../../registry/model'
import type { PathSource } from '../../registry/ports'
import type { RegisterRequest } from '../../registry/registry'
import type { RegisterAnswers } from '../commands/contract'
import type { Host } from '../host'
import { withProgress } from '../progress'
import type { FolderRegistry } from '../registries'
import { modelOfSource, proposeVersion, toRequest, type Draft } from './draft'
import { findLeftOut } from './folderContents'
import { guess } from './guess'
import { choosePartsOf } from './parts'
import { askRegistration } from './questions'
import { checkSource } from './source'

type Slice = Pick<Host, 'view'>

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
  let checked = await checkSource(wanted, workspacePath)
  const draft = await draftFor(registry, paths, workspacePath, options.model)
  draft.artifact = checked.source
  if (options.answers) return register(host, folder, { ...toRequest(draft), ...options.answers })
  await askRegistration(draft, {
    registry,
    label: labelOf(paths),
    summary: () => (checked.isFolder ? checked.summary : undefined),
    ...(leftOut.length === 0
      ? {}
      : {
          chooseParts: async () => {
            const source = await choosePartsOf(paths[0] ?? '', leftOut, draft.artifact)
            checked = await checkSource(source, workspacePath)
            draft.artifact = checked.source
          },
        }),
  })
  return register(host, folder, toRequest(draft))
}

/** Registers a version that has metadata alone: the weights are elsewhere, or too large to copy. */
export async function registerWithoutArtifact(
  host: Slice,
  folder: FolderRegistry,
  model?: string,
): Promise<ModelVersion> {
  const registry = await folder.open()
  const draft = await draftFor(registry, [], folder.folder.uri.fsPath, model)
  await askRegistration(draft, { registry, label: 'a Model', summary: () => undefined })
  return register(host, folder, toRequest(draft))
}

async function draftFor(
  registry: ModelRegistry,
  paths: readonly string[],
  workspacePath: string,
  model: string | undefined,
): Promise<Draft> {
  const guessed = await guess(paths, workspacePath)
  const { path, outside } = sourceOf(paths, workspacePath)
  const known = path === undefined || outside ? undefined : modelOfSource(registry, path)
  const name = model ?? known ?? guessed.name
  // Who made the earlier versions knows better than an extension that many share.
  const framework = registry.getLatest(name)?.framework
  return {
    name,
    version: proposeVersion(registry, name),
    metrics: '',
    parameters: '',
    tags: '',
    description: '',
    framework:
      known !== undefined && framework !== undefined
        ? parseFramework(framework)
        : guessed.framework,
    artifact: undefined,
    sourcePath: path,
    sourceOutside: outside,
  }
}

/** Where it comes from, as the document keeps it: nothing of this machine's paths. */
function sourceOf(
  paths: readonly string[],
  workspacePath: string,
): { path: string | undefined; outside: boolean } {
  const [only] = paths
  if (only === undefined || paths.length > 1) return { path: undefined, outside: false }
  const path = relative(workspacePath, only).split(sep).join('/')
  return path === '' ||
    path.startsWith('../') ||
    workspace.getWorkspaceFolder(Uri.file(only)) === undefined
    ? { path: basename(only), outside: true }
    : { path, outside: false }
}

function labelOf(paths: readonly string[]): string {
  return paths.length === 1 ? basename(paths[0] ?? '') : plural(paths.length, 'file')
}

/** Copies and writes, and shows the new row. */
export async function register(
  host: Slice,
  folder: FolderRegistry,
  request: RegisterRequest,
): Promise<ModelVersion> {
  const registry = await folder.open()
  const version = await withProgress(`Registering ${request.name}`, (options) =>
    registry.register(request, options),
  )
  await host.view.reveal(folder.key, version)
  return version
}
