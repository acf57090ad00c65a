import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { commands } from 'vscode'
import type { RegisterAnswers } from '../../src/extension/commands/contract'
import type { ModelVersion } from '../../src/registry/model'
import { emptyRegistry, sampleFile } from './window'

async function register(path: string, answers: RegisterAnswers): Promise<ModelVersion | undefined> {
  const uri = sampleFile(path)
  return commands.executeCommand('modelRegistry.registerModel', uri, [uri], answers)
}

describe('registering', () => {
  it('keeps a copy with its digest, and where it came from', async () => {
    const registry = await emptyRegistry()
    const version = await register('churn/model.joblib', {
      name: 'churn',
      metrics: { accuracy: 0.94 },
    })
    assert.equal(version?.fullName, 'churn:1.0.0')
    const bytes = await readFile(sampleFile('churn/model.joblib').fsPath)
    const stored = registry.getVersion('churn', '1.0.0')
    assert.equal(stored?.artifact?.sha256, createHash('sha256').update(bytes).digest('hex'))
    assert.equal(stored?.metrics['accuracy'], 0.94)
    assert.equal(stored?.framework, 'sklearn')
    assert.equal(stored?.source?.path, 'churn/model.joblib')
    assert.equal(registry.history('churn')[0]?.via, 'vscode')
  })

  it('takes the metrics that the training wrote beside it, and says where they were read', async () => {
    const registry = await emptyRegistry()
    await register('demand/model.keras', { name: 'demand' })
    const stored = registry.getVersion('demand', '1.0.0')
    const written = JSON.parse(
      await readFile(sampleFile('demand/metrics.json').fsPath, 'utf8'),
    ) as Record<string, number>
    const [[name, value] = ['', 0]] = Object.entries(written)
    assert.equal(stored?.metrics[name], value)
    assert.equal(stored?.source?.values?.[`metrics.${name}`]?.file, 'demand/metrics.json')
    assert.equal(stored.framework, 'keras')
  })

  it('takes a folder without what is no part of the model', async () => {
    const registry = await emptyRegistry()
    await register('text/sentiment', { name: 'sentiment' })
    const { artifact } = registry.getVersion('sentiment', '1.0.0') ?? {}
    assert.equal(artifact?.kind, 'folder')
    assert.ok(artifact?.files.some(({ path }) => path === 'model.safetensors'))
  })

  it('takes the next version of a model without being told', async () => {
    const registry = await emptyRegistry()
    await register('churn/model.joblib', { name: 'churn' })
    await register('churn/baseline/model.pkl', { name: 'churn' })
    assert.deepEqual(
      registry.listVersions('churn').map(({ version }) => version),
      ['1.0.0', '1.0.1'],
    )
  })

  it('shows what is wrong and changes nothing', async () => {
    const registry = await emptyRegistry()
    await register('churn/model.joblib', { name: 'churn', version: '1.0.0' })
    assert.equal(
      await register('churn/model.joblib', { name: 'churn', version: '1.0.0' }),
      undefined,
    )
    assert.equal(await register('churn/nothing-here.pkl', { name: 'other' }), undefined)
    assert.equal(await register('.models/churn/1.0.0/model.joblib', { name: 'other' }), undefined)
    assert.equal(await register('churn/model.joblib', { name: '../escape' }), undefined)
    assert.deepEqual(
      registry.listModels().map(({ name, versions }) => [name, versions.length]),
      [['churn', 1]],
    )
  })

  it('through the API tells its listeners before it is done', async () => {
    const registry = await emptyRegistry()
    const heard: string[] = []
    const listener = registry.onDidChange(({ models }) => heard.push(...models))
    await registry.register({ name: 'api-made', metrics: { mse: 1 } })
    listener.dispose()
    assert.deepEqual(heard, ['api-made'])
  })
})
