import assert from 'node:assert/strict'
import { AppError } from '../../../../src/base/errors'
import { curvesChart, MAX_LINES, readNewest } from '../../../../src/extension/charts/curves'
import type { VersionCurves } from '../../../../src/registry/compareCurves'
import { versionsOf } from '../../registry/builders'

const QUERY = { chart: 'curves', smoothing: 0 } as const

function scoped(count: number) {
  const records = Array.from({ length: count }, (_, index) => ({ version: `${index}` }))
  return versionsOf('churn', records).map((version) => ({ folder: 'file:///a', version }))
}

function curvesOf(reference: string, names: readonly string[] = ['val_loss']): VersionCurves {
  const points = [1, 2, 4].map((value, step) => ({ step, value }))
  return { reference, curves: Object.fromEntries(names.map((name) => [name, points])) }
}

describe('reading learning curves', () => {
  it('takes the newest versions that have some, whatever stands between them', async () => {
    const { curves, names, left } = await readNewest(scoped(100), async ({ version }) =>
      Number(version.version) % 3 === 0 ? curvesOf(version.fullName) : undefined,
    )
    assert.equal(curves.length, MAX_LINES)
    assert.equal(curves.at(-1)?.place, 99)
    assert.deepEqual(
      curves.map(({ place }) => place),
      Array.from({ length: MAX_LINES }, (_, index) => 99 - 3 * (MAX_LINES - 1 - index)),
    )
    assert.deepEqual(names, ['val_loss'])
    assert.ok(left > 0)
  })

  it('keeps what can be read when one is damaged, and says which', async () => {
    const read = await readNewest(scoped(2), async ({ version }) => {
      if (version.version === '0') throw new AppError('corrupt', 'The file is damaged.')
      return curvesOf(version.fullName)
    })
    assert.deepEqual(read.problems, ['churn:0: The file is damaged.'])
    const chart = curvesChart(QUERY, read, { of: 'churn' })
    assert.ok(chart.kind === 'curves')
    assert.deepEqual([chart.lines.length, chart.notes], [1, ['churn:0: The file is damaged.']])
  })

  it('does not hide a fault of its own', async () => {
    const fails = readNewest(scoped(1), () => Promise.reject(new TypeError('oops')))
    await assert.rejects(fails, TypeError)
  })
})

describe('the chart of learning curves', () => {
  it('overlays one metric of every version, smoothed where that is asked for', async () => {
    const read = await readNewest(scoped(2), async ({ version }) => curvesOf(version.fullName))
    const plain = curvesChart(QUERY, read, { of: 'churn' })
    assert.deepEqual(plain, {
      kind: 'curves',
      measure: { name: 'val_loss', direction: 'lower' },
      names: ['val_loss'],
      lines: [0, 1].map((place) => ({ place, steps: [0, 1, 2], values: [1, 2, 4] })),
      notes: [],
    })
    const smoothed = curvesChart({ ...QUERY, smoothing: 0.5 }, read, { of: 'churn' })
    assert.ok(smoothed.kind === 'curves')
    assert.deepEqual(smoothed.lines[0]?.values, [1, 2, 4])
    assert.equal(smoothed.lines[0]?.smoothed?.length, 3)
  })

  it('draws the curve that is asked for, that of the metric, or a loss', async () => {
    const names = ['accuracy', 'lr', 'val_loss']
    const read = await readNewest(scoped(1), async ({ version }) =>
      curvesOf(version.fullName, names),
    )
    const drawn = (query: { curve?: string; metric?: string }): string => {
      const chart = curvesChart({ ...QUERY, ...query }, read, { of: 'churn' })
      return chart.kind === 'curves' ? chart.measure.name : ''
    }
    assert.equal(drawn({ curve: 'lr', metric: 'accuracy' }), 'lr')
    assert.equal(drawn({ curve: 'gone', metric: 'accuracy' }), 'accuracy')
    assert.equal(drawn({ metric: 'gone' }), 'val_loss')
  })

  it('says that there are none, and where they would come from', async () => {
    const read = await readNewest(scoped(3), async () => undefined)
    const chart = curvesChart(QUERY, read, { of: 'churn' })
    assert.ok(chart.kind === 'empty')
    assert.match(
      chart.reason,
      /^No version of churn has learning curves on this machine\. Curves are read from/,
    )
  })
})
