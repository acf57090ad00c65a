import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { squarify } from '../../../src/webview/ui/treemap'
import { propertyRuns } from '../../support/propertyRuns'

const whole = { x: 0, y: 0, width: 600, height: 200 }

describe('squarify', () => {
  it('gives every weight its share of the area, inside the whole, without overlaps', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(weights, (unsorted) => {
        const sorted = unsorted.toSorted((a, b) => b - a)
        const sum = sorted.reduce((a, b) => a + b, 0)
        const rectangles = squarify(sorted, whole)
        assert.equal(rectangles.length, sorted.length)
        for (const [index, { x, y, width, height }] of rectangles.entries()) {
          const expected = ((sorted[index] ?? 0) / sum) * whole.width * whole.height
          assert.ok(Math.abs(width * height - expected) < 1e-3 + expected * 1e-9)
          assert.ok(x >= -1e-6 && y >= -1e-6)
          assert.ok(x + width <= whole.width + 1e-6 && y + height <= whole.height + 1e-6)
          for (const other of rectangles.slice(index + 1)) {
            const across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x)
            const down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y)
            assert.ok(across < 1e-6 || down < 1e-6)
          }
        }
      }),
      propertyRuns(200),
    )
  })

  it('makes equal weights as square as they can be', () => {
    for (const { width, height } of squarify([1, 1, 1], whole)) {
      assert.equal(Math.round(width), 200)
      assert.equal(Math.round(height), 200)
    }
  })

  it('has nothing to draw for nothing', () => assert.deepEqual(squarify([], whole), []))
})
