import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { newestEntries, newestFirst } from '../../../../src/extension/activity/entries'
import { seededRandom } from '../../../support/random'

/** A registry whose clock goes on by a second with each look at it. */
function ticking(): ModelRegistry {
  let now = Date.parse('2026-01-01T00:00:00Z')
  return ModelRegistry.inMemory({ actor: 'Ada', clock: () => new Date((now += 1000)) })
}

describe('the newest changes', () => {
  it('are those that sorting all of them gives, for any page and model', async () => {
    const registry = ticking()
    const random = seededRandom(3)
    const names = ['a', 'b', 'c', 'd', 'e']
    for (let step = 0; step < 60; step++)
      await registry.register({ name: names[Math.floor(random() * names.length)] ?? 'a' })
    for (const limit of [1, 2, 7, 59, 60, 100]) {
      const found = newestEntries(registry, 'folder', { limit })
      const expected = registry.history().toSorted(newestFirst).slice(0, limit)
      assert.deepEqual(
        found.map(({ entry }) => entry.id),
        expected.map(({ id }) => id),
      )
    }
    const ofOne = newestEntries(registry, 'folder', { limit: 100, model: 'b' })
    assert.equal(ofOne.length, registry.history('b').length)
    assert.ok(ofOne.every(({ model, folder }) => model === 'b' && folder === 'folder'))
  })

  it('tell of a model that is in the trash as a whole, too', async () => {
    const registry = ticking()
    await registry.register({ name: 'churn' })
    await registry.register({ name: 'fraud' })
    await registry.deleteModel('churn')
    const found = newestEntries(registry, '', { limit: 10 })
    assert.deepEqual(
      found.map(({ model, entry }) => [model, entry.action]),
      [
        ['churn', 'deleteModel'],
        ['fraud', 'register'],
        ['churn', 'register'],
      ],
    )
  })

  it('are none of an empty registry', () => {
    assert.deepEqual(newestEntries(ticking(), '', { limit: 10 }), [])
  })
})
