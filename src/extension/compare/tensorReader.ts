import { compareModels } from '../../app'
import { isAppError } from '../../base/errors'
import type { ModelVersion } from '../../registry/model'
import type { Host } from '../host'
import type { TensorDifference } from './tensors'

/** A version and the folder that it is registered in. */
export interface ComparedArtifact {
  readonly folder: string
  readonly version: ModelVersion
}

/** Reads the tensors of artifacts, off the event loop and once for each pair: content never changes. */
export class TensorReader {
  readonly #known = new Map<string, Promise<TensorDifference>>()

  constructor(private readonly host: Pick<Host, 'registries' | 'log'>) {}

  async compare(
    artifacts: readonly ComparedArtifact[],
    baseline: number,
  ): Promise<readonly TensorDifference[]> {
    const from = artifacts[baseline]
    return Promise.all(
      artifacts.map(async (artifact, place): Promise<TensorDifference> =>
        place === baseline || !from ? { kind: 'baseline' } : this.#compareTwo(from, artifact),
      ),
    )
  }

  #compareTwo(before: ComparedArtifact, after: ComparedArtifact): Promise<TensorDifference> {
    const key = [before, after].map(({ version }) => version.artifact?.sha256).join(' ')
    const known = this.#known.get(key)
    if (known) return known
    const reading = this.#read(before, after).then((difference) => {
      // What is not here now can be here later.
      if (difference.kind === 'unknown') this.#known.delete(key)
      return difference
    })
    this.#known.set(key, reading)
    return reading
  }

  async #read(before: ComparedArtifact, after: ComparedArtifact): Promise<TensorDifference> {
    const [from, to] = [await this.#path(before), await this.#path(after)]
    if (from === undefined) return { kind: 'unknown', reason: 'the baseline has no artifact here' }
    if (to === undefined) return { kind: 'unknown', reason: 'no artifact here' }
    try {
      const { tensors, problems } = await compareModels(from, to)
      if (problems.before.length > 0)
        return { kind: 'unknown', reason: 'the baseline’s artifact is damaged' }
      if (problems.after.length > 0) return { kind: 'unknown', reason: 'its artifact is damaged' }
      return { kind: 'compared', tensors }
    } catch (error) {
      if (!isAppError(error)) throw error
      this.host.log.warn(error.message)
      return { kind: 'unknown', reason: 'its artifact can’t be read' }
    }
  }

  async #path({ folder, version }: ComparedArtifact): Promise<string | undefined> {
    const registry = await this.host.registries.byKey(folder)?.open()
    return registry && (await registry.hasArtifact(version))
      ? registry.artifactPath(version)
      : undefined
  }
}
