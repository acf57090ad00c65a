/** Versions that differ in everything that can be compared. */
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { safetensorsOf } from '../support/safetensors'
import { withRegistry } from './sampleRegistry'

const HEAD = [
  { name: 'head.weight', dtype: 'F32', shape: [2, 4], bytes: 32 },
  { name: 'head.weight', dtype: 'F32', shape: [3, 4], bytes: 48 },
  { name: 'head.weight', dtype: 'F16', shape: [3, 4], bytes: 24 },
] as const

/** Three versions of sentiment, with tensors, commits and packages of their own; the first is in production. */
export async function registerSentiment(workspace: string): Promise<void> {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' }).trim()
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.org')
  await mkdir(join(workspace, 'out'))
  await withRegistry(workspace, async (registry) => {
    for (const [index, head] of HEAD.entries()) {
      const file = join(workspace, `out/sentiment-${index}.safetensors`)
      const tensors: Parameters<typeof safetensorsOf>[0] = [
        ['encoder.weight', 'F32', [8, 4], 128],
        [head.name, head.dtype, [...head.shape], head.bytes],
        ...(index === 2 ? [['head.bias', 'F16', [3], 6] as const] : []),
      ].map(([name, dtype, shape, bytes]) => [
        String(name),
        String(dtype),
        [...(shape as number[])],
        Number(bytes),
      ])
      await writeFile(file, safetensorsOf(tensors))
      await appendFile(join(workspace, 'text/train.py'), `\n# run ${index}\n`)
      git('add', '-A')
      git('commit', '-q', '-m', `Run ${index}`)
      await registry.register({
        name: 'sentiment',
        version: `1.${index}.0`,
        artifact: file,
        metrics: {
          accuracy: [0.912, 0.934, 0.929][index] ?? 0,
          f1_score: [0.9, 0.921, 0.925][index] ?? 0,
          eval_loss: [0.31, 0.28, 0.262][index] ?? 0,
          latency_ms: [12, 14.5, 9.1][index] ?? 0,
        },
        parameters: { lr: [1e-3, 5e-4, 5e-4][index] ?? 0, epochs: 3, optimizer: 'adamw' },
        tags: { team: 'nlp', ...(index === 1 ? { reviewed: 'yes' } : {}) },
        description: index === 1 ? 'A longer schedule, and a third class.' : '',
        source: {
          path: `out/sentiment-${index}.safetensors`,
          git: { commit: git('rev-parse', 'HEAD'), branch: 'main', dirty: index === 2 },
          environment: { python: '3.12.4', torch: index === 0 ? '2.3.1' : '2.4.0' },
        },
      })
    }
    await registry.transitionStage('sentiment', '1.0.0', 'production')
    await registry.setAlias('sentiment', 'champion', '1.0.0')
  })
}

/** Eight versions with long names and many metrics. */
export async function registerMany(workspace: string): Promise<void> {
  await withRegistry(workspace, async (registry) => {
    for (let index = 0; index < 8; index++)
      await registry.register({
        name: 'a-model-with-a-name-that-is-much-longer-than-any-column-is-wide',
        version: `2026.11.${index + 1}-nightly-build-with-a-long-suffix`,
        metrics: Object.fromEntries(
          Array.from({ length: 24 }, (_, metric) => [
            `metric_${metric}_of_the_validation_split`,
            Math.round(1000 * Math.sin(index * 7 + metric)) / 1000,
          ]),
        ),
        parameters: { prompt: 'long '.repeat(40) + index },
      })
  })
}
