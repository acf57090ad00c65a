import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import {
  compareModels,
  compareVersions,
  mainMetric,
  type Order,
} from '../../../../src/extension/tree/order'
import type { SortBy } from '../../../../src/extension/config'

async function sample(): Promise<ModelRegistry> {
  let now = 0
  const registry = ModelRegistry.inMemory({ clock: () => new Date((now += 1000)) })
  const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1)
  await registry.register({
    name: 'a',
    version: '1.9.0',
    metrics: { acc: 0.8 },
    artifact: bytes(3),
  })
  await registry.register({
    name: 'a',
    version: '1.10.0',
    metrics: { acc: 0.7 },
    artifact: bytes(9),
  })
  await registry.register({ name: 'a', version: 'best', metrics: {}, artifact: bytes(5) })
  await registry.register({ name: 'b', version: '1.0.0', metrics: { loss: 0.1 } })
  return registry
}

async function sorted(sortBy: SortBy, directions: Order['directions'] = {}): Promise<string[]> {
  const registry = await sample()
  const order = { sortBy, primaryMetric: '', directions }
  return registry
    .listVersions('a')
    .toSorted((a, b) => compareVersions(a, b, order))
    .map(({ version }) => version)
}

describe('the order of versions', () => {
  it('is by time, newest first', async () => {
    assert.deepEqual(await sorted('updated'), ['best', '1.10.0', '1.9.0'])
  })
  it('is by SemVer from the highest, other names among them as texts', async () => {
    assert.deepEqual(await sorted('name'), ['best', '1.10.0', '1.9.0'])
  })
  it('is by metric from the best, without one last', async () => {
    assert.deepEqual(await sorted('metric'), ['1.9.0', '1.10.0', 'best'])
  })
  it('is by metric in the direction that a person has set', async () => {
    assert.deepEqual(await sorted('metric', { acc: 'lower' }), ['1.10.0', '1.9.0', 'best'])
  })
  it('is by size from the largest', async () => {
    assert.deepEqual(await sorted('size'), ['1.10.0', 'best', '1.9.0'])
  })

  it('does not change when one of them is moved', async () => {
    const registry = await sample()
    await registry.transitionStage('a', '1.9.0', 'production')
    const order = { sortBy: 'updated', primaryMetric: '', directions: {} } as const
    const versions = registry.listVersions('a').toSorted((a, b) => compareVersions(a, b, order))
    assert.equal(versions[0]?.version, 'best')
  })

  it('puts the model first that changed last', async () => {
    const registry = await sample()
    const names = (): string[] =>
      registry
        .listModels()
        .toSorted((a, b) =>
          compareModels(a, b, { sortBy: 'updated', primaryMetric: '', directions: {} }),
        )
        .map(({ name }) => name)
    assert.deepEqual(names(), ['b', 'a'])
    await registry.updateVersion('a', 'best', { description: 'changed' })
    assert.deepEqual(names(), ['a', 'b'])
  })
})

describe('the main metric', () => {
  it('is the one of the setting, else a well-known one, else the first', async () => {
    const registry = ModelRegistry.inMemory()
    const version = await registry.register({
      name: 'm',
      metrics: { loss: 1, gini: 3, f1_score: 2 },
    })
    assert.equal(mainMetric(version, ''), 'f1_score')
    assert.equal(mainMetric(version, 'loss'), 'loss')
    assert.equal(mainMetric(version, 'accuracy'), 'f1_score')
    const other = await registry.register({ name: 'm', metrics: { loss: 1, gini: 3 } })
    assert.equal(mainMetric(other, ''), 'loss')
  })
})
