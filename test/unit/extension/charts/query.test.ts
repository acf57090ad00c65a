import assert from 'node:assert/strict'
import * as v from 'valibot'
import { PictureSchema, QuerySchema } from '../../../../src/extension/charts/query'
import { CHARTS } from '../../../../src/webview/charts/protocol'

describe('what the charts page may say', () => {
  it('is every chart, with or without choices', () => {
    for (const chart of CHARTS) assert.ok(v.is(QuerySchema, { chart, smoothing: 0 }))
    assert.ok(
      v.is(QuerySchema, { chart: 'history', smoothing: 0.9, metric: 'a', scope: { kind: 'all' } }),
    )
  })

  for (const [what, query] of [
    ['another chart', { chart: 'pie', smoothing: 0 }],
    ['a weight that never lets go', { chart: 'curves', smoothing: 1 }],
    ['no number', { chart: 'curves', smoothing: Number.NaN }],
    ['a scope of its own', { chart: 'curves', smoothing: 0, scope: { kind: 'file', path: '/' } }],
    ['a list for a name', { chart: 'history', smoothing: 0, metric: ['a'] }],
  ] as const)
    it(`is not ${what}`, () => assert.ok(!v.is(QuerySchema, query)))

  it('is a picture as text or bytes, as its format says', () => {
    assert.ok(v.is(PictureSchema, { format: 'svg', name: 'a', text: '<svg/>' }))
    assert.ok(v.is(PictureSchema, { format: 'png', name: 'a', bytes: new Uint8Array(1) }))
    assert.ok(!v.is(PictureSchema, { format: 'png', name: 'a', text: 'no bytes' }))
    assert.ok(!v.is(PictureSchema, { format: 'html', name: 'a', text: '' }))
  })
})
