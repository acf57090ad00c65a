import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { comparedVersions, sectionOf } from '../../../../src/extension/compare/view'
import { compareVersions, type Comparison } from '../../../../src/registry/compare'

async function comparison(): Promise<Comparison> {
  const registry = ModelRegistry.inMemory()
  const first = await registry.register({
    name: 'churn',
    version: '1.0.0',
    metrics: { accuracy: 0.8, loss: 0.2 },
    stage: 'production',
  })
  const second = await registry.register({
    name: 'churn',
    version: '1.1.0',
    metrics: { accuracy: 0.9 },
    tags: { team: 'a\u202Eb' },
  })
  return compareVersions([first, second])
}

describe('what the comparison page shows', () => {
  it('has the best by sign and the difference in words, and no cell where there is no value', async () => {
    const [metrics] = (await comparison()).sections.map(sectionOf)
    assert.equal(metrics?.title, 'Metrics')
    assert.deepEqual(metrics.rows, [
      {
        name: 'accuracy',
        direction: 'higher',
        cells: [
          { text: '0.8' },
          { text: '0.9', isBest: true, difference: { text: '+0.1, +12.5 %', verdict: 'better' } },
        ],
      },
      { name: 'loss', direction: 'lower', cells: [{ text: '0.2' }, {}] },
    ])
  })

  it('shows no character that would reorder the text around it', async () => {
    const tags = (await comparison()).sections.map(sectionOf).find(({ title }) => title === 'Tags')
    assert.doesNotMatch(JSON.stringify(tags), /\u202E/)
  })

  it('offers the next stage where there is one and something may be written', async () => {
    const compared = await comparison()
    assert.deepEqual(
      comparedVersions(compared, true).map(({ next }) => next),
      [undefined, 'Staging'],
    )
    assert.ok(comparedVersions(compared, false).every(({ next }) => next === undefined))
  })
})
