import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { historyOf } from '../../../../src/extension/details/history'
import type { HistoryRow } from '../../../../src/webview/details/protocol'

function rows(registry: ModelRegistry, version: string): readonly HistoryRow[] {
  const model = registry.getModel('churn')
  const found = model?.getVersion(version)
  assert.ok(model && found)
  return historyOf(model, found, new Date())
}

describe('the history of a version', () => {
  it('tells who did what and why, newest first, and what other versions did to it', async () => {
    const registry = ModelRegistry.inMemory({ actor: 'Ada' })
    await registry.register({ name: 'churn', version: '1.0.0', stage: 'production' })
    await registry.register({ name: 'churn', version: '1.1.0' })
    await registry.setAlias('churn', 'champion', '1.0.0')
    await registry.setAlias('churn', 'champion', '1.1.0')
    await registry.transitionStage('churn', '1.1.0', 'production', { note: 'Costs less' })
    await registry.removeAlias('churn', 'champion')
    assert.deepEqual(
      rows(registry, '1.0.0').map(({ what, lines }) => [what, ...lines]),
      [
        ['Archived, as 1.1.0 went to Production', 'Why: Costs less'],
        ['@champion moved to 1.1.0'],
        ['Alias @champion set'],
        ['Registered in Production'],
      ],
    )
    assert.deepEqual(
      rows(registry, '1.1.0').map(({ what, lines }) => [what, ...lines]),
      [
        ['Alias @champion removed'],
        [
          'Moved to Production',
          'From Development to Production',
          '1.0.0 was archived',
          'Why: Costs less',
        ],
        ['Alias @champion set'],
        ['Registered'],
      ],
    )
    assert.equal(rows(registry, '1.0.0')[0]?.who, 'Ada (API)')
  })

  it('tells what each edit changed, from what to what', async () => {
    const registry = ModelRegistry.inMemory()
    await registry.register({ name: 'churn', version: '1.0.0', metrics: { f1: 0.7, mse: 2 } })
    await registry.updateVersion('churn', '1.0.0', {
      metrics: { f1: 0.8 },
      remove: { metrics: ['mse'] },
      tags: { team: 'a' },
    })
    await registry.updateVersion('churn', '1.0.0', { metrics: { f1: 0.9 } })
    await registry.updateVersion('churn', '1.0.0', { description: 'Good' })
    await registry.updateVersion('churn', '1.0.0', { description: 'Better' })
    assert.deepEqual(
      rows(registry, '1.0.0').map(({ lines }) => lines),
      [
        ['Before: Good'],
        [],
        ['f1: 0.8 → 0.9'],
        ['f1: 0.7 → 0.8', 'mse: 2 removed', 'team: a added'],
        [],
      ],
    )
  })

  it('says which changes were undone, and tells the others rightly', async () => {
    const registry = ModelRegistry.inMemory()
    await registry.register({ name: 'churn', version: '1.0.0', metrics: { f1: 0.7 } })
    await registry.updateVersion('churn', '1.0.0', { metrics: { f1: 0.8 } })
    await registry.updateVersion('churn', '1.0.0', { metrics: { f1: 0.1 } })
    await registry.undo()
    assert.deepEqual(
      rows(registry, '1.0.0').map(({ what, lines }) => [what, ...lines]),
      [
        ['Undone: metrics edited'],
        ['Metrics edited', 'Undone later'],
        ['Metrics edited', 'f1: 0.7 → 0.8'],
        ['Registered'],
      ],
    )
  })

  it('folds an edit of many values, and shows no character that would reorder the text', async () => {
    const registry = ModelRegistry.inMemory()
    await registry.register({ name: 'churn', version: '1.0.0' })
    const names = Array.from({ length: 50 }, (_, index) => [`p${index}\u202e`, 'x\u202e'])
    await registry.updateVersion('churn', '1.0.0', { parameters: Object.fromEntries(names) })
    const [edit] = rows(registry, '1.0.0')
    assert.equal(edit?.lines.length, 9)
    assert.equal(edit.lines.at(-1), 'and 42 more')
    assert.doesNotMatch(edit.lines.join(), /\u202e/)
  })
})
