import { readSetting } from '../config'
import type { FolderRegistry, Registries } from '../registries'
import type { FolderSnapshot, Forest } from './children'
import type { VersionNode } from './node'

/** What the rows show now: a snapshot of every folder's registry, and the settings. */
export function forestOf(
  registries: readonly FolderRegistry[],
  shown: ReadonlyMap<string, number>,
): Forest {
  return {
    folders: registries.map(snapshotOf),
    groupBy: readSetting('view.groupBy'),
    sortBy: readSetting('view.sortBy'),
    shown,
  }
}

function snapshotOf({ current, problem, folder, key, root }: FolderRegistry): FolderSnapshot {
  return {
    key,
    name: folder.name,
    root: root.fsPath,
    models: current?.listModels() ?? [],
    broken: current?.listBroken() ?? [],
    problem: current ? undefined : problem?.message,
    primaryMetric: readSetting('metrics.primary', folder).trim(),
  }
}

/** True unless a version's artifact is recorded and not on this machine. */
export async function hasArtifact(
  registries: Registries,
  { folder, version }: VersionNode,
): Promise<boolean> {
  return (await registries.byKey(folder)?.current?.hasArtifact(version)) ?? true
}
