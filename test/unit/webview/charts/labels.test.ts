import assert from 'node:assert/strict'
import { fitText, placeLabels, spread } from '../../../../src/webview/charts/labels'

const widthOf = (text: string): number => text.length * 6
const WITHIN = { left: 0, right: 200, top: 0, bottom: 100 }

describe('labels of points', () => {
  it('stand right of their points, or left where the edge is near', () => {
    const placed = placeLabels(
      [
        { x: 20, y: 50, text: 'right' },
        { x: 190, y: 50, text: 'left' },
      ],
      WITHIN,
      widthOf,
      14,
    )
    assert.deepEqual(
      placed.map(({ left }) => left),
      [29, 157],
    )
  })

  it('never cover one another, and are left out where there is no room', () => {
    const labels = Array.from({ length: 30 }, (_, index) => ({
      x: 60 + index,
      y: 50,
      text: `1.${index}.0`,
    }))
    const placed = placeLabels(labels, WITHIN, widthOf, 14)
    assert.ok(placed.length > 1 && placed.length < 30)
    assert.equal(placed[0]?.text, '1.0.0')
    for (const [index, a] of placed.entries())
      for (const b of placed.slice(index + 1))
        assert.ok(
          Math.abs(a.middle - b.middle) >= 14 ||
            a.left + widthOf(a.text) <= b.left ||
            b.left + widthOf(b.text) <= a.left,
        )
  })

  it('go round points rather than over them', () => {
    const [placed] = placeLabels([{ x: 60, y: 50, text: 'here' }], WITHIN, widthOf, 14, [
      { x: 60, y: 50 },
      { x: 80, y: 50 },
    ])
    assert.ok((placed?.left ?? 60) < 60)
  })
})

describe('names at the ends of lines', () => {
  it('are moved apart and keep their order', () => {
    const heights = spread([50, 51, 52, 10], 0, 100, 14) ?? []
    assert.deepEqual(
      heights.map((y) => Math.round(y)),
      [50, 64, 78, 10],
    )
    const low = spread([95, 96, 97], 0, 100, 14) ?? []
    assert.ok(low.every((y) => y <= 93))
    assert.ok((low[1] ?? 0) - (low[0] ?? 0) >= 14)
  })

  it('are left out together where they do not fit', () => {
    assert.equal(spread([1, 2, 3], 0, 40, 14), undefined)
    assert.deepEqual(spread([], 0, 40, 14), [])
  })
})

describe('fitText', () => {
  it('cuts only what is too long', () => {
    assert.equal(fitText('1.0.0', 30, widthOf), '1.0.0')
    assert.equal(fitText('1.0.0-nightly', 36, widthOf), '1.0.0…')
    assert.equal(fitText('long', 1, widthOf), '…')
  })
})
