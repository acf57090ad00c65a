import type { ModelVersion } from '../model'
import { ModelStage } from '../stage'
import type { ReferenceName } from './query'

/** The other version that `production.` or `previous.` means for this one, if there is one. */
export type References = (
  version: ModelVersion,
  reference: ReferenceName,
) => ModelVersion | undefined

/**
 * Finds references among the versions themselves: `production` is the version of the same model that is in production,
 * `previous` the one of the same model that was created before.
 */
export function referencesAmong(versions: readonly ModelVersion[]): References {
  let production: Map<string, ModelVersion> | undefined
  let previous: Map<ModelVersion, ModelVersion> | undefined
  return (version, reference) => {
    if (reference === 'production') {
      production ??= productionByModel(versions)
      return production.get(version.model)
    }
    previous ??= previousByVersion(versions)
    return previous.get(version)
  }
}

function productionByModel(versions: readonly ModelVersion[]): Map<string, ModelVersion> {
  return new Map(
    versions
      .filter(({ stage }) => stage === ModelStage.production)
      .map((version) => [version.model, version]),
  )
}

function previousByVersion(versions: readonly ModelVersion[]): Map<ModelVersion, ModelVersion> {
  const previous = new Map<ModelVersion, ModelVersion>()
  const last = new Map<string, ModelVersion>()
  // Ties keep their position, as `latest` has it.
  for (const version of [...versions].sort((a, b) => compareTexts(a.createdAt, b.createdAt))) {
    const before = last.get(version.model)
    if (before) previous.set(version, before)
    last.set(version.model, version)
  }
  return previous
}

/** The order of two texts by code units, for a sort. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
