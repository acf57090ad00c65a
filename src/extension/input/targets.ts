import { AppError } from '../../base/errors'
import { formatAge, plural } from '../../base/text'
import type { ModelRegistry } from '../../app'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import type { FolderRegistry } from '../registries'
import type { Node } from '../tree/node'
import { versionDescription } from '../tree/texts'
import { stageIcon } from '../tree/item'
import { ThemeIcon, workspace } from 'vscode'
import { readSetting } from '../config'
import { askPick } from './steps'

/** A version and the registry that it is in. */
export interface ChosenVersion {
  readonly folder: FolderRegistry
  readonly registry: ModelRegistry
  readonly version: ModelVersion
}

export interface ChosenModel {
  readonly folder: FolderRegistry
  readonly registry: ModelRegistry
  readonly model: RegisteredModel
}

type Slice = Pick<Host, 'registries' | 'view'>

/** What is asked for where no row is given. */
export interface Question {
  readonly title: string
  /** Which versions can be chosen; all by default. */
  readonly where?: (version: ModelVersion) => boolean
  /** Says that none can be. */
  readonly none?: string
}

/**
 * The versions that a command acts on: the selected rows, the reference that is given, the selection of the view for a
 * key binding, or one that is asked for.
 * @throws AppError `cancelled`, `notFound`.
 */
export async function chooseVersions(
  host: Slice,
  target: Target,
  targets: readonly Node[] | undefined,
  question: Question,
): Promise<readonly [ChosenVersion, ...ChosenVersion[]]> {
  const given = targets && targets.length > 0 ? targets : target === undefined ? [] : [target]
  const chosen: ChosenVersion[] = []
  for (const one of given) chosen.push(...(await versionsOf(host, one)))
  const distinct = chosen.filter(
    ({ version, folder }, index) =>
      chosen.findIndex((other) => other.version.id === version.id && other.folder === folder) ===
      index,
  )
  const [first, ...others] = distinct
  if (first) return [first, ...others]
  return [await askVersion(host, question)]
}

async function versionsOf(
  host: Slice,
  target: Exclude<Target, undefined>,
): Promise<ChosenVersion[]> {
  if (typeof target === 'string') return [await resolve(host, { reference: target })]
  if ('reference' in target) return [await resolve(host, target)]
  if (target.kind !== 'version' && target.kind !== 'model') return []
  const folder = host.registries.byKey(target.folder)
  if (!folder) return []
  const registry = await folder.open()
  // The row may be older than what others have written since.
  const rows = target.kind === 'version' ? [target.version] : target.versions
  return rows.map(({ model, version }) => {
    const current = registry.getVersion(model, version)
    if (!current) throw new AppError('notFound', `${model}:${version} is no longer there.`)
    return { folder, registry, version: current }
  })
}

async function resolve(
  host: Slice,
  { folder: key, reference }: { readonly folder?: string; readonly reference: string },
): Promise<ChosenVersion> {
  for (const folder of host.registries.all) {
    if (key !== undefined && folder.key !== key) continue
    const registry = await folder.open()
    const version = registry.resolve(reference)
    if (version) return { folder, registry, version }
  }
  throw new AppError('notFound', `There is no version ${reference} in this workspace.`)
}

async function askVersion(host: Slice, question: Question): Promise<ChosenVersion> {
  const choices: ChosenVersion[] = []
  for (const folder of await openFolders(host)) {
    for (const model of folder.registry.listModels())
      for (const version of model.versions.toReversed())
        if (question.where?.(version) ?? true) choices.push({ ...folder, version })
  }
  if (choices.length === 0)
    throw new AppError(
      'notFound',
      question.none ?? 'No models are registered in this workspace yet.',
    )
  const now = new Date()
  const items = choices.map((choice) => ({
    label: choice.version.fullName,
    description: versionDescription(choice.version, {
      primaryMetric: readSetting('metrics.primary', choice.folder.folder).trim(),
      withStage: true,
      trouble: undefined,
      now,
    }),
    iconPath: stageIcon(choice.version.stage),
    choice,
    ...detailOf(choice.folder),
  }))
  const answer = await askPick({
    title: question.title,
    placeholder: 'Choose a version',
    items: () => items,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.choice
}

/** The models that a command acts on, likewise. */
export async function chooseModel(
  host: Slice,
  target: Target,
  question: Pick<Question, 'title'>,
): Promise<ChosenModel> {
  if (target !== undefined && typeof target !== 'string' && 'kind' in target) {
    const name =
      target.kind === 'model'
        ? target.model.name
        : target.kind === 'version'
          ? target.version.model
          : undefined
    const folder = host.registries.byKey(target.folder)
    if (name !== undefined && folder) return modelNamed(folder, name)
  }
  if (typeof target === 'string' || (target !== undefined && 'reference' in target)) {
    const { folder, version } = await resolve(
      host,
      typeof target === 'string' ? { reference: target } : target,
    )
    return modelNamed(folder, version.model)
  }
  return askModel(host, question)
}

async function modelNamed(folder: FolderRegistry, name: string): Promise<ChosenModel> {
  const registry = await folder.open()
  const model = registry.getModel(name)
  if (!model) throw new AppError('notFound', `The model ${name} is no longer there.`)
  return { folder, registry, model }
}

async function askModel(host: Slice, question: Pick<Question, 'title'>): Promise<ChosenModel> {
  const choices: ChosenModel[] = []
  for (const folder of await openFolders(host))
    for (const model of folder.registry.listModels()) choices.push({ ...folder, model })
  if (choices.length === 0)
    throw new AppError('notFound', 'No models are registered in this workspace yet.')
  const now = new Date()
  const items = choices.map((choice) => ({
    label: choice.model.name,
    description: modelDescription(choice.model, now),
    iconPath: new ThemeIcon('package'),
    choice,
    ...detailOf(choice.folder),
  }))
  const answer = await askPick({
    title: question.title,
    placeholder: 'Choose a model',
    items: () => items,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.choice
}

/** `3 versions · latest 1.0.2, 2 d` */
export function modelDescription({ versions, latestVersion }: RegisteredModel, now: Date): string {
  const count = plural(versions.length, 'version')
  return latestVersion
    ? `${count} · latest ${latestVersion.version}, ${formatAge(latestVersion.createdAt, now)}`
    : count
}

async function openFolders(
  host: Slice,
): Promise<{ folder: FolderRegistry; registry: ModelRegistry }[]> {
  requireFolder(host)
  const opened = []
  for (const folder of host.registries.all) opened.push({ folder, registry: await folder.open() })
  return opened
}

/** A registry belongs to a folder on a disk. */
export function requireFolder({ registries }: Pick<Host, 'registries'>): void {
  if (registries.all.length > 0) return
  throw (workspace.workspaceFolders ?? []).length === 0
    ? new AppError(
        'invalid',
        'No folder is open. Open the folder that holds your models: its registry lies in it.',
      )
    : new AppError(
        'invalid',
        'This workspace is not on a disk of this machine, and a registry needs one. Open the folder where it lies.',
      )
}

/** In a workspace of several folders each row says whose it is. */
function detailOf({ folder }: FolderRegistry): { detail?: string } {
  return (workspace.workspaceFolders ?? []).length > 1 ? { detail: folder.name } : {}
}

/** The folder for something new: the one that is open, or one that is asked for. */
export async function chooseFolder({
  registries,
}: Pick<Host, 'registries'>): Promise<FolderRegistry> {
  requireFolder({ registries })
  const [only] = registries.all
  if (only && registries.all.length === 1) return only
  const answer = await askPick({
    title: 'Register a Model',
    placeholder: 'Choose the folder whose registry it goes to',
    items: () =>
      registries.all.map((folder) => ({
        label: folder.folder.name,
        description: folder.folder.uri.fsPath,
        iconPath: ThemeIcon.Folder,
        folder,
      })),
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.folder
}
