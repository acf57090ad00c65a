import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { findAmong } from '../../../../src/extension/search/find'
import type { ModelVersion } from '../../../../src/registry/model'
import { QueryError } from '../../../../src/registry/search/queryError'

async function versionsOf(
  ...requests: Parameters<ModelRegistry['register']>[0][]
): Promise<readonly ModelVersion[]> {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const registry = ModelRegistry.inMemory({ clock: () => new Date((now += 60_000)) })
  for (const request of requests) await registry.register(request)
  return registry.listModels().flatMap((model) => model.versions)
}

const names = (versions: readonly ModelVersion[]): string[] =>
  versions.map(({ fullName }) => fullName)

describe('what is found among several registries', () => {
  it('is everything for an empty text, the newest first', async () => {
    const versions = await versionsOf(
      { name: 'churn', version: '1.0.0' },
      { name: 'churn', version: '1.1.0' },
    )
    assert.deepEqual(names(findAmong('  ', [versions])), ['churn:1.1.0', 'churn:1.0.0'])
  })

  it('is ordered and limited over all of them', async () => {
    const here = await versionsOf({ name: 'churn', version: '1', metrics: { f1: 0.7 } })
    const there = await versionsOf(
      { name: 'fraud', version: '1', metrics: { f1: 0.9 } },
      { name: 'fraud', version: '2', metrics: { f1: 0.8 } },
    )
    const found = findAmong('metrics.f1 > 0 ORDER BY metrics.f1 DESC LIMIT 2', [here, there])
    assert.deepEqual(names(found), ['fraud:1', 'fraud:2'])
  })

  it('compares with production of the own registry, though models have one name', async () => {
    const here = await versionsOf(
      { name: 'churn', version: '1', metrics: { f1: 0.5 }, stage: 'production' },
      { name: 'churn', version: '2', metrics: { f1: 0.6 } },
    )
    const there = await versionsOf(
      { name: 'churn', version: '8', metrics: { f1: 0.9 }, stage: 'production' },
      { name: 'churn', version: '9', metrics: { f1: 0.8 } },
    )
    const found = findAmong('metrics.f1 > production.metrics.f1', [here, there])
    assert.deepEqual(names(found), ['churn:2'])
  })

  it('takes plain words, and refuses a broken filter', async () => {
    const versions = await versionsOf(
      { name: 'churn', version: '1' },
      { name: 'fraud', version: '1' },
    )
    assert.deepEqual(names(findAmong('frd', [versions])), ['fraud:1'])
    assert.throws(() => findAmong('stage = = 1', [versions]), QueryError)
  })
})
