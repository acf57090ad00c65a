import { access } from 'node:fs/promises'
import { readSetting } from '../config'
import type { FolderRegistry, Registries } from '../registries'
import { findAmong } from '../search/find'
import type { FolderSnapshot, Forest } from './children'
import type { ArtifactTrouble, VersionNode } from './node'

/** What a person has narrowed the view to. */
export interface Narrowing {
  readonly filter?: string | undefined
  /** The time whose state is shown in place of the present. */
  readonly asOf?: Date | undefined
}

/** What the rows show now: a snapshot of every folder's registry, and the settings. */
export function forestOf(
  registries: readonly FolderRegistry[],
  shown: ReadonlyMap<string, number>,
  { filter, asOf }: Narrowing = {},
): Forest {
  const folders = registries.map((registry) => snapshotOf(registry, asOf))
  return {
    folders: filter === undefined ? folders : filtered(folders, filter),
    groupBy: readSetting('view.groupBy'),
    sortBy: readSetting('view.sortBy'),
    directions: readSetting('metrics.directions'),
    shown,
    asOf,
  }
}

function filtered(folders: readonly FolderSnapshot[], filter: string): readonly FolderSnapshot[] {
  const versions = folders.map(({ models }) => models.flatMap((model) => model.versions))
  const found = new Set(findAmong(filter, versions))
  return folders.map((folder, index) => ({
    ...folder,
    matches: new Set(versions[index]?.filter((version) => found.has(version))),
  }))
}

function snapshotOf(
  { current, problem, folder, key, root }: FolderRegistry,
  asOf: Date | undefined,
): FolderSnapshot {
  return {
    key,
    name: folder.name,
    root: root.fsPath,
    models: (asOf ? current?.modelsAt(asOf) : current?.listModels()) ?? [],
    broken: current?.listBroken() ?? [],
    problem: current ? undefined : problem?.message,
    primaryMetric: readSetting('metrics.primary', folder).trim(),
  }
}

/** What is wrong with a version's artifact, from its files' sizes and the last verification. */
export async function artifactTrouble(
  registries: Registries,
  { folder, version }: VersionNode,
): Promise<ArtifactTrouble | undefined> {
  const registry = registries.byKey(folder)?.current
  if (!registry || (await registry.artifactProblem(version)) === undefined) return undefined
  const path = registry.artifactPath(version)
  return path !== undefined && (await exists(path)) ? 'damaged' : 'missing'
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
