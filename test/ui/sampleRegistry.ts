/** Registries that UI tests start from, made through the library as another program would. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../src/index'

/** Two versions of churn, the older one in production; nothing else. */
export async function registerChurn(workspace: string): Promise<void> {
  await withRegistry(workspace, async (registry) => {
    for (const [version, accuracy] of [
      ['1.0.0', 0.81],
      ['1.1.0', 0.86],
    ] as const)
      await registry.register({
        name: 'churn',
        version,
        framework: 'sklearn',
        metrics: { accuracy },
        artifact: join(workspace, 'churn/model.joblib'),
      })
    await registry.transitionStage('churn', '1.0.0', 'production', { note: 'First release' })
  })
}

/** Models of several frameworks in all four stages, as a team has after some weeks. */
export async function registerTeam(workspace: string): Promise<void> {
  await registerChurn(workspace)
  await withRegistry(workspace, async (registry) => {
    const add = (
      name: string,
      version: string,
      framework: string,
      artifact: string,
      accuracy: number,
    ) =>
      registry.register({
        name,
        version,
        framework,
        metrics: { accuracy },
        parameters: { seed: 7 },
        artifact: join(workspace, artifact),
      })
    await add('digits-cnn', '0.9.0', 'onnx', 'vision/digits-cnn.onnx', 0.91)
    await add('digits-cnn', '1.0.0', 'onnx', 'vision/digits-cnn.onnx', 0.97)
    await add('fraud', '2.3.1', 'xgboost', 'fraud/model.ubj', 0.88)
    await add('sentiment', '0.1.0', 'transformers', 'text/sentiment', 0.79)
    await registry.transitionStage('digits-cnn', '0.9.0', 'archived')
    await registry.transitionStage('digits-cnn', '1.0.0', 'staging')
    await registry.transitionStage('fraud', '2.3.1', 'production')
  })
}

/** Does something to the registry of a workspace from this process, which VS Code knows nothing of. */
export async function withRegistry<T>(
  workspace: string,
  use: (registry: ModelRegistry) => Promise<T>,
): Promise<T> {
  const registry = await ModelRegistry.open({ root: join(workspace, '.models'), actor: 'Grace' })
  try {
    return await use(registry)
  } finally {
    registry.dispose()
  }
}

/** A model's document as it stands on disk, as far as tests look at it. */
export interface StoredModel {
  readonly name: string
  readonly versions: readonly {
    readonly version: string
    readonly stage: string
    readonly metrics: Readonly<Record<string, number>>
    readonly parameters: Readonly<Record<string, unknown>>
    readonly description: string
    readonly framework: string
  }[]
  readonly history: readonly {
    readonly action: string
    readonly via: string
    readonly version?: string
    readonly to?: string
    readonly note?: string
    readonly overrides?: { readonly unsafe?: string; readonly policy?: string }
  }[]
}

export async function readModel(workspace: string, name: string): Promise<StoredModel> {
  return JSON.parse(
    await readFile(join(workspace, '.models', `${name}.json`), 'utf8'),
  ) as StoredModel
}

/** The stage of every version of a model. */
export async function stagesOf(workspace: string, name: string): Promise<Record<string, string>> {
  const { versions } = await readModel(workspace, name)
  return Object.fromEntries(versions.map(({ version, stage }) => [version, stage]))
}
