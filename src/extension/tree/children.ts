import { basename, sep } from 'node:path'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import type { BrokenModel } from '../../registry/registry'
import { ModelStage } from '../../registry/stage'
import type { DirectionOverrides } from '../../registry/metricDirection'
import type { GroupBy, SortBy } from '../config'
import {
  brokenId,
  folderId,
  modelId,
  moreId,
  stageId,
  versionId,
  type FolderNode,
  type ModelNode,
  type Node,
  type StageNode,
  type VersionNode,
} from './node'
import { compareModels, compareVersions, type Order } from './order'

/** What the tree shows of one workspace folder. */
export interface FolderSnapshot {
  readonly key: string
  readonly name: string
  /** The path of the `.models` folder. */
  readonly root: string
  readonly models: readonly RegisteredModel[]
  readonly broken: readonly BrokenModel[]
  /** Why the registry as a whole can't be read. */
  readonly problem: string | undefined
  /** The versions that the view's filter takes; absent where there is no filter. */
  readonly matches?: ReadonlySet<ModelVersion>
  /** The metric that rows show and sort by; empty means each version's first. */
  readonly primaryMetric: string
}

/** Everything that the rows depend on. */
export interface Forest {
  readonly folders: readonly FolderSnapshot[]
  readonly groupBy: GroupBy
  readonly sortBy: SortBy
  /** Which way metrics get better, where a person has said so. */
  readonly directions: DirectionOverrides
  /** How many children of a row are shown, where it is more than a page. */
  readonly shown: ReadonlyMap<string, number>
  /** The time whose state is shown; the present where it is absent. */
  readonly asOf?: Date | undefined
}

/** Beyond this many rows people search; VS Code draws them, but no one reads them. */
export const PAGE = 200

/** The top of the lifecycle is what people look for first. */
export const STAGES_SHOWN: readonly ModelStage[] = [
  ModelStage.production,
  ModelStage.staging,
  ModelStage.development,
  ModelStage.archived,
]

/** The rows below a row; without one, the top rows. */
export function childrenOf(forest: Forest, node?: Node): readonly Node[] {
  if (!node) return topRows(forest)
  const folder = folderOf(forest, node.folder)
  if (!folder) return []
  switch (node.kind) {
    case 'folder':
      return folderRows(forest, folder)
    case 'stage':
      return paged(forest, node, stageRows(forest, folder, node.stage))
    case 'model':
      return paged(
        forest,
        node,
        node.versions.map((version) => versionNode(folder.key, version, underModel(node))),
      )
    default:
      return []
  }
}

/** The row above a row; `undefined` for a top row. */
export function parentOf(forest: Forest, node: Node): Node | undefined {
  const folder = folderOf(forest, node.folder)
  if (!folder || node.kind === 'folder') return undefined
  const top = hasFolderRows(forest) ? folderNode(folder) : undefined
  if (node.kind === 'version') return versionParent(forest, folder, node) ?? top
  if (node.kind === 'model' && node.stage !== undefined) return stageNode(folder, node.stage)
  if (node.kind === 'more') return undefined
  return top
}

/** The row of a version, wherever it stands now. */
export function findVersionNode(
  forest: Forest,
  folderKey: string,
  model: string,
  version: string,
): VersionNode | undefined {
  const folder = folderOf(forest, folderKey)
  const found = folder?.models.find(({ name }) => name === model)?.getVersion(version)
  if (!folder || !found || !isShown(folder, found)) return undefined
  const node = versionNode(folderKey, found, 'stage')
  const parent = parentOf(forest, node)
  return parent?.kind === 'model' ? { ...node, under: underModel(parent) } : node
}

function folderOf(forest: Forest, key: string): FolderSnapshot | undefined {
  return forest.folders.find((folder) => folder.key === key)
}

/** A sentence about something in `.models` without the path that the row stands for anyway. */
function short({ root }: FolderSnapshot, sentence: string): string {
  return sentence.replaceAll(`${root}${sep}`, '').replaceAll(root, basename(root))
}

function isEmpty({ models, broken, problem, matches }: FolderSnapshot): boolean {
  const hasRows = matches ? matches.size > 0 : models.length + broken.length > 0
  return !hasRows && problem === undefined
}

function isShown({ matches }: FolderSnapshot, version: ModelVersion): boolean {
  return matches?.has(version) ?? true
}

/** The versions of a model that the filter takes. */
function shownOf(
  { matches }: FolderSnapshot,
  versions: readonly ModelVersion[],
): readonly ModelVersion[] {
  return matches ? versions.filter((version) => matches.has(version)) : versions
}

function topRows(forest: Forest): readonly Node[] {
  const folders = filledFolders(forest)
  const [only] = folders
  // Nothing at all gives way to the welcome content, which an empty list calls up.
  if (only === undefined) return []
  return hasFolderRows(forest) || only.problem !== undefined
    ? folders.map(folderNode)
    : folderRows(forest, only)
}

/** A level of folders only says something where several have a registry. */
function hasFolderRows(forest: Forest): boolean {
  return filledFolders(forest).length > 1
}

function filledFolders({ folders }: Forest): readonly FolderSnapshot[] {
  return folders.filter((folder) => !isEmpty(folder))
}

function folderNode(folder: FolderSnapshot): FolderNode {
  const { key, name, problem } = folder
  return {
    kind: 'folder',
    id: folderId(key),
    folder: key,
    name,
    problem: problem && short(folder, problem),
  }
}

function folderRows(forest: Forest, folder: FolderSnapshot): readonly Node[] {
  if (isEmpty(folder) || folder.problem !== undefined) return []
  const shownBroken = folder.matches ? [] : folder.broken
  const broken = shownBroken.map((model): Node => ({
    kind: 'broken',
    id: brokenId(folder.key, model.name),
    folder: folder.key,
    broken: model,
    problem: short(folder, model.error.message),
  }))
  if (forest.groupBy === 'model') {
    const order = orderOf(forest, folder)
    const models = folder.models
      .filter(({ versions }) => !folder.matches || shownOf(folder, versions).length > 0)
      .sort((a, b) => compareModels(a, b, order))
    return [...broken, ...models.map((model) => wholeModelNode(forest, folder, model))]
  }
  // All four stages are there even when they are empty: they are where versions are dropped.
  return [...broken, ...STAGES_SHOWN.map((stage) => stageNode(folder, stage))]
}

function stageNode(folder: FolderSnapshot, stage: ModelStage): StageNode {
  let count = 0
  for (const model of folder.models) count += shownOf(folder, inStage(model, stage)).length
  return { kind: 'stage', id: stageId(folder.key, stage), folder: folder.key, stage, count }
}

/** A model with one version in the stage is that version's row; with several, a row above theirs. */
function stageRows(forest: Forest, folder: FolderSnapshot, stage: ModelStage): readonly Node[] {
  const order = orderOf(forest, folder)
  const groups = folder.models
    .map((model) => ({ model, versions: sortedIn(folder, model, stage, order) }))
    .filter(({ versions }) => versions.length > 0)
  groups.sort(({ versions: [a] }, { versions: [b] }) => (a && b ? compareVersions(a, b, order) : 0))
  return groups.map(({ model, versions }) => {
    const [only] = versions
    return only && versions.length === 1
      ? versionNode(folder.key, only, 'stage')
      : modelNode(folder, model, stage, versions)
  })
}

function wholeModelNode(forest: Forest, folder: FolderSnapshot, model: RegisteredModel): ModelNode {
  const order = orderOf(forest, folder)
  const versions = shownOf(folder, model.versions).toSorted((a, b) => compareVersions(a, b, order))
  return modelNode(folder, model, undefined, versions)
}

function modelNode(
  folder: FolderSnapshot,
  model: RegisteredModel,
  stage: ModelStage | undefined,
  versions: readonly ModelVersion[],
): ModelNode {
  const id = modelId(folder.key, model.name, stage)
  return { kind: 'model', id, folder: folder.key, model, stage, versions }
}

function underModel(node: ModelNode): VersionNode['under'] {
  return node.stage === undefined ? 'model' : 'stageAndModel'
}

function versionNode(
  folder: string,
  version: ModelVersion,
  under: VersionNode['under'],
): VersionNode {
  return { kind: 'version', id: versionId(folder, version), folder, version, under }
}

function versionParent(
  forest: Forest,
  folder: FolderSnapshot,
  node: VersionNode,
): Node | undefined {
  const { stage, model: name } = node.version
  const model = folder.models.find((candidate) => candidate.name === name)
  if (!model) return undefined
  if (forest.groupBy === 'model') return wholeModelNode(forest, folder, model)
  if (shownOf(folder, inStage(model, stage)).length === 1) return stageNode(folder, stage)
  return modelNode(folder, model, stage, sortedIn(folder, model, stage, orderOf(forest, folder)))
}

function orderOf(forest: Forest, folder: FolderSnapshot): Order {
  const { sortBy, directions } = forest
  return { sortBy, directions, primaryMetric: folder.primaryMetric }
}

// Snapshots are frozen and shared between refreshes, so what was found of one stays true of it.
const stagesOf = new WeakMap<RegisteredModel, ReadonlyMap<ModelStage, readonly ModelVersion[]>>()

function inStage(model: RegisteredModel, stage: ModelStage): readonly ModelVersion[] {
  let stages = stagesOf.get(model)
  if (!stages) {
    const lists = new Map<ModelStage, ModelVersion[]>()
    for (const version of model.versions) {
      const list = lists.get(version.stage)
      if (list) list.push(version)
      else lists.set(version.stage, [version])
    }
    stages = lists
    stagesOf.set(model, stages)
  }
  return stages.get(stage) ?? []
}

function sortedIn(
  folder: FolderSnapshot,
  model: RegisteredModel,
  stage: ModelStage,
  order: Order,
): readonly ModelVersion[] {
  return shownOf(folder, inStage(model, stage)).toSorted((a, b) => compareVersions(a, b, order))
}

function paged(forest: Forest, node: Node, rows: readonly Node[]): readonly Node[] {
  const shown = forest.shown.get(node.id) ?? PAGE
  if (rows.length <= shown) return rows
  const hidden = rows.length - shown
  const more: Node = { kind: 'more', id: moreId(node.id), folder: node.folder, of: node.id, hidden }
  return [...rows.slice(0, shown), more]
}
