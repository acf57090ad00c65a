import { isAppError } from '../base/errors'
import type { Artifact } from './model'
import type { ArtifactStat, ModelStore } from './ports'

/**
 * What lies in the place of an artifact: nothing, or nothing that may be read (a symbolic link, an address that a
 * document invents), is the state of one version and no reason not to look at the others.
 */
export async function lookAt(
  store: ModelStore,
  artifact: Artifact,
): Promise<{ readonly stat?: ArtifactStat | undefined; readonly reason?: string }> {
  try {
    const stat = await store.stat(artifact.uri)
    if (!stat || stat.kind === artifact.kind) return { stat }
    return {
      reason: `The artifact address ${artifact.uri} names a ${stat.kind}, and a ${artifact.kind} was registered. Correct the document that names it.`,
    }
  } catch (error) {
    if (isAppError(error)) return { reason: error.message }
    throw error
  }
}
