import assert from 'node:assert/strict'
import { between, isWhole, isWithin, stepped, WHOLE } from '../../../../src/webview/charts/brush'

const STOPS = [0, 0.25, 0.5, 0.75, 1]

describe('a part of an axis', () => {
  it('has the versions that cross it, and none without a value', () => {
    assert.ok(isWithin([0.5, 0.2], [[0.4, 0.6], WHOLE]))
    assert.ok(
      !isWithin(
        [0.5, 0.2],
        [
          [0.4, 0.6],
          [0.3, 1],
        ],
      ),
    )
    assert.ok(isWithin([null, 0.2], [WHOLE, [0, 0.2]]))
    assert.ok(!isWithin([null, 0.2], [[0, 0.9], WHOLE]))
    assert.ok(isWithin([0.1 + 0.2], [[0, 0.3]]))
  })

  it('is drawn from either end and stays on the axis', () => {
    assert.deepEqual(between(0.8, 0.2), [0.2, 0.8])
    assert.deepEqual(between(-1, 3), [0, 1])
    assert.ok(isWhole(between(-1, 3)))
  })

  it('is moved by keys, one end never past the other', () => {
    assert.deepEqual(stepped(WHOLE, 'high', 'ArrowDown', STOPS), [0, 0.75])
    assert.deepEqual(stepped([0, 0.75], 'high', 'ArrowUp', STOPS), WHOLE)
    assert.deepEqual(stepped(WHOLE, 'low', 'ArrowUp', STOPS), [0.25, 1])
    assert.deepEqual(stepped([0.25, 0.5], 'low', 'End', STOPS), [0.5, 0.5])
    assert.deepEqual(stepped([0.25, 0.5], 'high', 'Home', STOPS), [0.25, 0.25])
    assert.deepEqual(stepped(WHOLE, 'high', 'PageDown', STOPS), [0, 0])
    assert.deepEqual(stepped([0.25, 0.5], 'low', 'Escape', STOPS), WHOLE)
    assert.equal(stepped(WHOLE, 'low', 'Tab', STOPS), undefined)
  })
})
