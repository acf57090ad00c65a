import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  everyNth,
  extent,
  formatTick,
  horizontalFor,
  linearAxis,
  logAxis,
} from '../../../../src/webview/charts/scale'
import { propertyRuns } from '../../../support/propertyRuns'

describe('a linear axis', () => {
  it('has round ticks with as many digits as they need', () => {
    assert.deepEqual(linearAxis([0.81, 0.94], 5).labels, [
      '0.82',
      '0.84',
      '0.86',
      '0.88',
      '0.90',
      '0.92',
      '0.94',
    ])
    assert.deepEqual(linearAxis([0, 12_000], 3).labels, ['0', '5,000', '10,000'])
    assert.deepEqual(linearAxis([-3, 3], 3).labels, ['-2', '0', '2'])
  })

  it('is legible for tiny and for huge values', () => {
    assert.deepEqual(linearAxis([1e-7, 3e-7], 3).labels, ['1e-7', '2e-7', '3e-7'])
    assert.deepEqual(linearAxis([1.5e9, 2.5e9], 3).labels, ['1.5e9', '2e9', '2.5e9'])
    assert.deepEqual(linearAxis([0.123_456_1, 0.123_456_3], 2).labels, [
      '0.1234561',
      '0.1234562',
      '0.1234563',
    ])
  })

  it('goes around equal values', () => {
    for (const value of [0.5, 0, -7, 1e-300, 123_456_789]) {
      const { domain, ticks } = linearAxis([value, value], 5)
      assert.ok(domain[0] < value && value < domain[1], String(value))
      assert.ok(ticks.length > 0, String(value))
    }
  })

  it('has few ticks inside of it, whatever the values', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(
        fc.array(finite, { maxLength: 5 }),
        fc.integer({ min: 1, max: 10 }),
        (values, count) => {
          const { domain, ticks, labels } = linearAxis(values, count)
          assert.ok(Number.isFinite(domain[0]) && domain[0] < domain[1])
          assert.ok(ticks.length <= 3 * count + 3, `${ticks.length} ticks`)
          assert.equal(labels.length, ticks.length)
        },
      ),
      propertyRuns(),
    )
  })
})

describe('a logarithmic axis', () => {
  it('has powers of ten, and what lies between them where there are few', () => {
    assert.deepEqual(logAxis([1e-4, 10], 8)?.labels, ['0.0001', '0.001', '0.01', '0.1', '1', '10'])
    assert.deepEqual(logAxis([0.1, 2], 6)?.labels, ['0.1', '0.2', '0.5', '1', '2'])
    assert.ok((logAxis([0.81, 0.84], 4)?.ticks.length ?? 0) > 1)
  })

  it('knows only what is above 0', () => {
    assert.equal(logAxis([0, -1], 5), undefined)
    assert.ok((logAxis([0, 5], 5)?.domain[0] ?? 0) > 0)
  })
})

describe('labels', () => {
  it('are left out so that the others fit', () => {
    assert.equal(everyNth(10, 50, 500), 1)
    assert.equal(everyNth(1000, 50, 500), 100)
    assert.equal(everyNth(3, 900, 500), 3)
    const { ticks, labels } = horizontalFor([0, 1e6], 200, (text) => text.length * 20)
    assert.ok(labels.reduce((sum, text) => sum + text.length * 20, 0) <= 200)
    assert.equal(ticks.length, labels.length)
  })

  it('never say -0 and need no list of arguments', () => {
    assert.equal(formatTick(-0, 1), '0')
    assert.deepEqual(extent(Array.from({ length: 300_000 }, (_, index) => index)), [0, 299_999])
    assert.deepEqual(extent([]), [0, 1])
  })
})
