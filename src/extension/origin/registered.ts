import type { ModelVersion, RegisteredModel } from '../../registry/model'
import { PathIndex } from './pathIndex'

/** What a folder's registry holds, by content and by where it came from. */
export interface RegisteredContent {
  /** Versions whose artifact is one file, by that file's digest. */
  readonly byDigest: ReadonlyMap<string, readonly ModelVersion[]>
  /** Sizes of those files: a file of another size needs no digest to be known as another one. */
  readonly sizes: ReadonlySet<number>
  /** Versions by the path, relative to the workspace folder, that they were registered from; the newest last. */
  readonly bySource: ReadonlyMap<string, readonly ModelVersion[]>
  readonly sources: PathIndex
}

/** What the models of a registry hold. */
export function registeredContent(models: readonly RegisteredModel[]): RegisteredContent {
  const byDigest = new Map<string, ModelVersion[]>()
  const bySource = new Map<string, ModelVersion[]>()
  const sizes = new Set<number>()
  for (const { versions } of models)
    for (const version of versions) {
      const { artifact, source } = version
      if (!artifact) continue
      if (artifact.kind === 'file') {
        append(byDigest, artifact.sha256, version)
        sizes.add(artifact.size)
      }
      if (source?.path !== undefined && source.path !== '.' && source.outside !== true)
        append(bySource, source.path, version)
    }
  for (const versions of bySource.values())
    versions.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0))
  return { byDigest, sizes, bySource, sources: new PathIndex(bySource.keys()) }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
