/** Registries that charts are drawn of: what a team has after some months, and the cases in which charts break. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSeries } from '../../src/harvest/series'
import type { ModelDocument, VersionRecord } from '../../src/registry/model'
import type { ModelStage } from '../../src/registry/stage'
import { seededRandom } from '../support/random'
import { document, record } from '../unit/registry/builders'
import { withRegistry } from './sampleRegistry'

const OPTIMIZERS = ['adam', 'sgd', 'adamw', 'lion']

/** Sixteen versions of a classifier with learning curves, some of them promoted, and five of another model. */
export async function registerTrainings(workspace: string): Promise<void> {
  const random = seededRandom(7)
  await withRegistry(workspace, async (registry) => {
    for (let number = 0; number < 16; number++) {
      const progress = 1 - Math.exp(-number / 5)
      const accuracy = 0.78 + 0.16 * progress + (random() - 0.5) * 0.03
      const loss = 0.6 - 0.38 * progress + (random() - 0.5) * 0.04
      await registry.register({
        name: 'digits',
        version: `1.${number}.0`,
        framework: 'pytorch',
        metrics: {
          accuracy: round(accuracy),
          f1_score: round(accuracy - 0.02 * random()),
          val_loss: round(loss),
          latency_ms: round(6 + 10 * progress + 6 * random()),
          size_mb: round(18 + 4 * number * random()),
        },
        parameters: {
          learning_rate: [0.1, 0.03, 0.01, 0.003][number % 4] ?? 0.1,
          batch_size: [32, 64, 128][number % 3] ?? 32,
          optimizer: OPTIMIZERS[number % OPTIMIZERS.length] ?? 'adam',
          dropout: round(random() * 0.5),
          seed: 7,
        },
        side: { 'curves.json': curves(random, loss, accuracy) },
      })
    }
    for (let number = 0; number < 5; number++)
      await registry.register({
        name: 'churn',
        version: `2.${number}.0`,
        framework: 'sklearn',
        metrics: { accuracy: round(0.81 + 0.012 * number - 0.02 * random()) },
        parameters: { depth: number + 2 },
      })
    await registry.transitionStage('digits', '1.4.0', 'production')
    await registry.transitionStage('digits', '1.9.0', 'production')
    await registry.transitionStage('digits', '1.14.0', 'staging')
    await registry.transitionStage('churn', '2.3.0', 'production')
  })
}

function curves(random: () => number, loss: number, accuracy: number): Uint8Array {
  const steps = Array.from({ length: 300 }, (_, index) => index * 10)
  const noise = (): number => (random() - 0.5) * 0.08
  return writeSeries([
    {
      name: 'val_loss',
      file: 'log.csv',
      steps,
      values: steps.map((step) => loss + 1.8 * Math.exp(-step / 500) * (1 + noise()) + noise() / 4),
    },
    {
      name: 'accuracy',
      file: 'log.csv',
      steps,
      values: steps.map((step) => accuracy * (1 - Math.exp(-step / 400)) + noise() / 5),
    },
  ])
}

function round(value: number): number {
  return Number(value.toFixed(4))
}

/** Writes a model's document as another program may have, without registering one version after the other. */
export async function writeModel(
  workspace: string,
  name: string,
  versions: readonly Partial<VersionRecord>[],
): Promise<void> {
  const folder = join(workspace, '.models')
  await mkdir(folder, { recursive: true })
  const filled: ModelDocument = document({
    name,
    versions: versions.map((fields, index) =>
      record({
        id: `01K${String(index).padStart(5, '0')}${name.toUpperCase().padEnd(18, '0').slice(0, 18)}`,
        version: `1.${index}.0`,
        createdAt: new Date(Date.UTC(2026, 0, 1, index)).toISOString(),
        ...fields,
      }),
    ),
  })
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(filled, null, 2)}\n`)
}

/** A thousand versions of one model with many metrics. */
export async function writeThousand(workspace: string, metrics = 60): Promise<void> {
  const random = seededRandom(11)
  await writeModel(
    workspace,
    'grown',
    Array.from({ length: 1000 }, (_, index) => ({
      stage: stageOf(index),
      metrics: {
        accuracy: 0.7 + 0.25 * (index / 1000) + 0.05 * random(),
        ...Object.fromEntries(
          Array.from({ length: metrics - 1 }, (_none, metric) => [
            `metric_${String(metric).padStart(2, '0')}`,
            random() * 10 ** ((metric % 12) - 6) * (metric % 5 === 0 ? -1 : 1),
          ]),
        ),
      },
      parameters: {
        lr: 10 ** -(1 + 4 * random()),
        layers: 2 + Math.floor(random() * 10),
        optimizer: OPTIMIZERS[index % 4] ?? 'adam',
      },
    })),
  )
}

function stageOf(index: number): ModelStage {
  if (index === 990) return 'production'
  return index % 100 === 0 ? 'archived' : 'development'
}
