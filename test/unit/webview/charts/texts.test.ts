import assert from 'node:assert/strict'
import type { CurvesData } from '../../../../src/webview/charts/protocol'
import { axisTitle, dayOf, leftOutOfLog, modelsOf } from '../../../../src/webview/charts/texts'

const LOSS = { name: 'loss', direction: 'lower' } as const

function curves(values: readonly number[]): CurvesData {
  const steps = values.map((_, index) => index)
  return {
    kind: 'curves',
    measure: LOSS,
    names: [],
    lines: [{ place: 0, steps, values }],
    notes: [],
  }
}

describe('texts of charts', () => {
  it('say what a logarithmic scale leaves out', () => {
    assert.equal(leftOutOfLog(curves([1, 2])), undefined)
    assert.equal(
      leftOutOfLog(curves([1, 0])),
      '1 value is not above 0 and not on a logarithmic scale.',
    )
    assert.match(leftOutOfLog(curves([0, -1])) ?? '', /stays linear/)
  })

  it('name an axis with unit and direction, and nothing that reorders text', () => {
    assert.equal(axisTitle({ ...LOSS, name: 't_ms', unit: 'ms' }), 't_ms (ms), lower is better')
    assert.equal(axisTitle({ ...LOSS, name: 'a\u202Eb' }), 'a\\u202eb, lower is better')
  })

  it('tell models of two folders apart, and show a moment that is none as it is', () => {
    const models = modelsOf([
      { folder: 'a', model: 'churn' },
      { folder: 'b', model: 'churn' },
      { folder: 'a', model: 'churn' },
    ])
    assert.equal(models.size, 2)
    assert.equal(dayOf({ createdAt: 'never' }), 'never')
  })
})
