import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { paretoFront } from '../../../src/registry/pareto'
import type { ParetoPoint } from '../../../src/registry/pareto'
import { propertyRuns } from '../../support/propertyRuns'

describe('paretoFront', () => {
  const direction = fc.constantFrom('higher' as const, 'lower' as const)
  const point = fc.record({ x: fc.integer({ min: 0, max: 9 }), y: fc.integer({ min: 0, max: 9 }) })

  it('is the points that none beats', () => {
    fc.assert(
      fc.property(fc.array(point), direction, direction, (points, x, y) => {
        const beats = (a: ParetoPoint, b: ParetoPoint): boolean => {
          const inX = x === 'higher' ? a.x - b.x : b.x - a.x
          const inY = y === 'higher' ? a.y - b.y : b.y - a.y
          return inX >= 0 && inY >= 0 && inX + inY > 0
        }
        const expected = new Set(points.filter((own) => !points.some((other) => beats(other, own))))
        const front = paretoFront(points, x, y)
        assert.deepEqual(new Set(front), expected)
        assert.equal(front.length, expected.size)
      }),
      propertyRuns(2000),
    )
  })

  it('runs from the best of the one to the best of the other', () => {
    const points = [
      { x: 1, y: 9 },
      { x: 5, y: 5 },
      { x: 4, y: 4 },
      { x: 9, y: 1 },
    ]
    assert.deepEqual(
      paretoFront(points, 'higher', 'higher').map(({ x }) => x),
      [9, 5, 1],
    )
    assert.deepEqual(
      paretoFront(points, 'lower', 'lower').map(({ x }) => x),
      [1, 4, 9],
    )
    assert.deepEqual(paretoFront([], 'lower', 'lower'), [])
  })
})
