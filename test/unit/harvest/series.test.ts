import assert from 'node:assert/strict'
import { readSeries, thinOut, writeSeries } from '../../../src/harvest/series'
import { seededRandom } from '../../support/random'

describe('learning curves', () => {
  it('come back as they were', () => {
    const series = [
      { name: 'loss', file: 'run/metrics.csv', steps: [10, 20, 30], values: [1, 0.5, 0.25] },
      { name: 'val/loss', file: 'x', steps: [0, 1, 5], values: [0.1 + 0.2, -1e-9, 3] },
      { name: 'one', file: '', steps: [7], values: [1] },
    ]
    assert.deepEqual(readSeries(writeSeries(series)), series)
  })

  it('are stored compactly where steps are even', () => {
    const steps = Array.from({ length: 1000 }, (_, index) => 100_000 + index * 50)
    const bytes = writeSeries([{ name: 'a', file: 'f', steps, values: steps.map(() => 1) }])
    assert.ok(bytes.length < 2200, `${bytes.length} bytes`)
    assert.deepEqual(readSeries(bytes)[0]?.steps, steps)
  })

  it('are thinned out, keeping the ends and the extremes', () => {
    const random = seededRandom(3)
    for (const count of [5, 100, 5000]) {
      const steps = Array.from({ length: count }, (_, index) => index * 3)
      const values = steps.map(() => random())
      const lowest = Math.min(...values)
      const highest = Math.max(...values)
      for (const most of [4, 5, 60]) {
        const thin = thinOut({ steps, values }, most)
        assert.ok(thin.steps.length <= most)
        assert.equal(thin.steps.length, thin.values.length)
        assert.equal(thin.steps[0], 0)
        assert.equal(thin.steps.at(-1), steps.at(-1))
        assert.ok(thin.values.includes(lowest) && thin.values.includes(highest))
        assert.deepEqual(
          thin.steps,
          thin.steps.toSorted((a, b) => a - b),
        )
        for (const [index, step] of thin.steps.entries()) {
          assert.equal(thin.values[index], values[step / 3])
        }
      }
    }
  })

  it('keep a peak that a mean would hide', () => {
    const steps = Array.from({ length: 10_000 }, (_, index) => index)
    const values = steps.map((step) => (step === 4321 ? 50 : 1))
    const { steps: kept } = thinOut({ steps, values }, 100)
    assert.ok(kept.includes(4321))
  })

  it('are refused where the file is damaged', () => {
    const good = new TextDecoder().decode(
      writeSeries([{ name: 'a', file: 'f', steps: [1, 2, 3], values: [1, 2, 3] }]),
    )
    const damaged = [
      '',
      '[]',
      '{"formatVersion":2,"series":[]}',
      good.slice(0, -10),
      good.replace('"a"', '""'),
      good.replace('[1,2,3]', '[1,2]'),
      good.replace('[1,2,3]', '[1,null,3]'),
      good.replace('"count":3', '"count":1e9'),
    ]
    for (const text of damaged) {
      assert.notEqual(text, good)
      assert.throws(() => readSeries(new TextEncoder().encode(text)), { code: 'corrupt' }, text)
    }
  })
})
