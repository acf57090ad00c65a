/** A version that has something of everything, for the pages that show it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { registerChurn, withRegistry } from './sampleRegistry'

/** Three versions of churn, one in production; the newest knows where everything of it comes from. */
export async function registerRich(workspace: string): Promise<void> {
  await registerChurn(workspace)
  await writeFile(
    join(workspace, 'churn/metrics.json'),
    JSON.stringify({ accuracy: 0.84, log_loss: 0.31, f1_score: 0.79, latency_ms: 12.5 }, null, 2),
  )
  await withRegistry(workspace, async (registry) => {
    await registry.updateVersion('churn', '1.0.0', {
      metrics: { log_loss: 0.36, latency_ms: 12.5 },
    })
    await registry.updateVersion('churn', '1.1.0', { metrics: { log_loss: 0.29, f1_score: 0.83 } })
    await registry.register({
      name: 'churn',
      version: '1.2.0',
      framework: 'sklearn',
      description:
        'Trained on the data of the third quarter, without the accounts that were closed.\nThe threshold is now chosen by cost.',
      metrics: { accuracy: 0.84, log_loss: 0.31, f1_score: 0.79, latency_ms: 12.5 },
      parameters: { depth: 6, learning_rate: 0.05, optimizer: 'adam', shuffle: true, note: '007' },
      tags: { team: 'risk', reviewed: 'a\u202eb' },
      artifact: join(workspace, 'churn/model.joblib'),
      source: {
        path: 'churn/model.joblib',
        run: 'mlruns/3/8f2e',
        git: {
          commit: '3c1f8f0a4b7de5a1c9b2f4d6e8a0c2e4f6a8b0c2',
          branch: 'cost-threshold',
          dirty: true,
          remote: 'https://git.example.org/risk/churn.git',
          author: 'Ada',
        },
        values: {
          'metrics.accuracy': { file: 'churn/metrics.json', key: 'accuracy' },
          'metrics.f1_score': { file: 'churn/metrics.json', key: 'f1_score' },
        },
        environment: { python: '3.13.1', 'scikit-learn': '1.8.0', numpy: '2.3.5' },
        datasets: [{ path: 'data/q3.parquet', digest: 'md5:1f3870be274f6c49b3e31a0c6728957f' }],
      },
    })
    await registry.setAlias('churn', 'champion', '1.2.0')
    await registry.setAlias('churn', 'challenger', '1.2.0')
    await registry.transitionStage('churn', '1.2.0', 'staging', { note: 'Costs less per account' })
    await registry.updateVersion('churn', '1.2.0', { metrics: { f1_score: 0.8 } })
  })
}

/** One version of metadata alone, and one with more metrics than anybody reads, and names that would deceive. */
export async function registerExtremes(workspace: string): Promise<void> {
  await withRegistry(workspace, async (registry) => {
    await registry.register({ name: 'bare', version: '0.1.0' })
    const metrics = Array.from({ length: 500 }, (_, index) => [`eval/loss_${index}`, index / 8])
    await registry.register({
      name: `many-${'x'.repeat(100)}`,
      version: `1.0.0-${'y'.repeat(100)}`,
      metrics: Object.fromEntries(metrics),
      tags: { 'safe\u202etxt.exe': '<img src=x onerror=alert(1)>\u0007' },
      description: `${'long'.repeat(60)} [link](command:evil)`,
    })
  })
}

/** Changes a model's document as somebody who knows nothing of the registry. */
export async function rewriteDocument(
  workspace: string,
  model: string,
  change: (text: string) => string,
): Promise<void> {
  const path = join(workspace, '.models', `${model}.json`)
  await writeFile(path, change(await readFile(path, 'utf8')))
}
