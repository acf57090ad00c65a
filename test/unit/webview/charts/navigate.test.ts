import assert from 'node:assert/strict'
import { firstSpot, moved, nearestSpot } from '../../../../src/webview/charts/navigate'

const row = (...xs: readonly number[]): { x: number; y: number }[] =>
  xs.map((x) => ({ x, y: x / 2 }))
const ROWS = [row(0, 10, 20, 30), [], row(5, 28)]

describe('keys in a chart', () => {
  it('go along a row and stop at its ends', () => {
    const from = { row: 0, index: 1 }
    assert.deepEqual(moved(ROWS, from, 'ArrowRight'), { row: 0, index: 2 })
    assert.deepEqual(moved(ROWS, from, 'ArrowLeft'), { row: 0, index: 0 })
    assert.deepEqual(moved(ROWS, from, 'PageUp'), { row: 0, index: 0 })
    assert.deepEqual(moved(ROWS, from, 'PageDown'), { row: 0, index: 3 })
    assert.deepEqual(moved(ROWS, from, 'Home'), { row: 0, index: 0 })
    assert.deepEqual(moved(ROWS, from, 'End'), { row: 0, index: 3 })
    assert.equal(moved(ROWS, from, 'a'), undefined)
  })

  it('go to the nearest point of the next row that has some', () => {
    assert.deepEqual(moved(ROWS, { row: 0, index: 3 }, 'ArrowDown'), { row: 2, index: 1 })
    assert.deepEqual(moved(ROWS, { row: 2, index: 0 }, 'ArrowUp'), { row: 0, index: 0 })
    assert.deepEqual(moved(ROWS, { row: 0, index: 0 }, 'ArrowUp'), { row: 0, index: 0 })
  })

  it('go along the only row with every arrow', () => {
    const rows = [row(0, 10)]
    assert.deepEqual(moved(rows, { row: 0, index: 0 }, 'ArrowDown'), { row: 0, index: 1 })
    assert.deepEqual(moved(rows, { row: 0, index: 1 }, 'ArrowUp'), { row: 0, index: 0 })
  })
})

describe('the mouse in a chart', () => {
  it('means the nearest point within reach', () => {
    assert.deepEqual(nearestSpot(ROWS, 27, 14, 20), { row: 2, index: 1 })
    assert.equal(nearestSpot(ROWS, 500, 500, 20), undefined)
    assert.deepEqual(firstSpot([[], row(3)]), { row: 1, index: 0 })
    assert.equal(firstSpot([[]]), undefined)
  })
})
