import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { metricCounts, rankBy } from '../../../../src/extension/search/ranking'
import type { ModelVersion } from '../../../../src/registry/model'

async function versions(): Promise<readonly ModelVersion[]> {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const registry = ModelRegistry.inMemory({ clock: () => new Date((now += 60_000)) })
  const all: readonly Readonly<Record<string, number>>[] = [
    { accuracy: 0.8, loss: 0.3 },
    { accuracy: 0.9, loss: 0.2 },
    { accuracy: 0.9 },
    {},
  ]
  for (const [index, metrics] of all.entries())
    await registry.register({ name: 'churn', version: String(index), metrics })
  return registry.listVersions('churn')
}

describe('the ranking by a metric', () => {
  it('has the best first, equal ones from the newest at one place, and counts those without', async () => {
    const { ranked, without } = rankBy('accuracy', 'higher', await versions())
    assert.deepEqual(
      ranked.map(({ place, version }) => [place, version.version]),
      [
        [1, '2'],
        [1, '1'],
        [3, '0'],
      ],
    )
    assert.equal(without, 1)
  })

  it('goes by the direction', async () => {
    const { ranked } = rankBy('loss', 'lower', await versions())
    assert.deepEqual(
      ranked.map(({ version }) => version.version),
      ['1', '0'],
    )
  })

  it('does not take what every object has for a metric', async () => {
    assert.equal(rankBy('constructor', 'higher', await versions()).without, 4)
  })
})

describe('the metrics of versions', () => {
  it('are counted, the most common first', async () =>
    assert.deepEqual(metricCounts(await versions()), [
      ['accuracy', 3],
      ['loss', 2],
    ]))
})
