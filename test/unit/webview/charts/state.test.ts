import assert from 'node:assert/strict'
import { FIRST_STATE, restoreState } from '../../../../src/webview/charts/state'

describe('the state of the charts page', () => {
  it('comes back whole', () => {
    const state = {
      chart: 'curves',
      scope: { kind: 'model', folder: 'file:///a', model: 'churn' },
      smoothing: 0.9,
      logScale: true,
      table: true,
      metric: 'accuracy',
      x: 'a',
      y: 'b',
      curve: 'loss',
      metrics: ['a'],
      parameters: ['lr'],
    }
    assert.deepEqual(restoreState(state), state)
  })

  it('is as at first where it can not be told', () => {
    for (const kept of [
      undefined,
      null,
      7,
      'x',
      {},
      { chart: 'pie', smoothing: 2, scope: { kind: 'model' } },
    ])
      assert.deepEqual(restoreState(kept), FIRST_STATE)
    assert.deepEqual(restoreState({ scope: { kind: 'versions', versions: [7] } }), FIRST_STATE)
    const mixed = restoreState({ metric: 7, metrics: ['a', 7], logScale: 'yes' })
    assert.deepEqual(mixed, { ...FIRST_STATE, metrics: ['a'] })
  })
})
