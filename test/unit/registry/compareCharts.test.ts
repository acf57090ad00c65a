import assert from 'node:assert/strict'
import {
  allMetricSeries,
  byCreation,
  metricSeries,
  parallelCoordinates,
  scatter,
} from '../../../src/registry/compareCharts'
import { curveMetrics, overlayCurves, smooth, thin } from '../../../src/registry/compareCurves'
import type { VersionCurves } from '../../../src/registry/compareCurves'
import { versionsOf } from './builders'

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString()
const VERSIONS = versionsOf('churn', [
  {
    version: '3',
    createdAt: day(3),
    metrics: { accuracy: 0.8, latency_ms: 9 },
    parameters: { lr: 0.1, opt: 'adam', seed: 1 },
  },
  {
    version: '1',
    createdAt: day(1),
    metrics: { accuracy: 0.7, latency_ms: 5 },
    parameters: { lr: 0.2, opt: 'sgd', seed: 1 },
  },
  {
    version: '2',
    createdAt: day(2),
    metrics: { other: 1 },
    parameters: { lr: 0.3, opt: 5, seed: 1 },
  },
  {
    version: '4',
    createdAt: day(4),
    stage: 'production',
    metrics: { accuracy: 0.75, latency_ms: 9 },
    parameters: { seed: 1 },
  },
])

describe('metricSeries', () => {
  it('goes through the versions as they were made, with gaps, stages and records', () => {
    const { direction, points } = metricSeries(VERSIONS, 'accuracy')
    assert.equal(direction, 'higher')
    assert.deepEqual(
      points.map(({ version, index, value, isRecord, stage }) => [
        version,
        index,
        value,
        isRecord,
        stage,
      ]),
      [
        ['1', 0, 0.7, true, 'development'],
        ['3', 2, 0.8, true, 'development'],
        ['4', 3, 0.75, false, 'production'],
      ],
    )
    const lower = metricSeries(VERSIONS, 'latency_ms').points
    assert.deepEqual(
      lower.map(({ isRecord }) => isRecord),
      [true, false, false],
    )
  })

  it('comes for every metric that there is', () => {
    assert.deepEqual(
      allMetricSeries(VERSIONS).map(({ metric, points }) => [metric, points.length]),
      [
        ['accuracy', 3],
        ['latency_ms', 3],
        ['other', 1],
      ],
    )
    assert.deepEqual(allMetricSeries([]), [])
  })

  it('has records of each model by itself, and an equal value is none', () => {
    const fraud = versionsOf('fraud', [
      { version: '1', createdAt: day(1), metrics: { accuracy: 0.5 } },
      { version: '2', createdAt: day(5), metrics: { accuracy: 0.5 } },
    ])
    const { points } = metricSeries([...VERSIONS, ...fraud], 'accuracy')
    assert.deepEqual(
      points.map(({ reference, isRecord }) => [reference, isRecord]),
      [
        ['churn:1', true],
        ['fraud:1', true],
        ['churn:3', true],
        ['churn:4', false],
        ['fraud:2', false],
      ],
    )
  })
})

describe('byCreation', () => {
  it('keeps the order of versions of one moment, and puts a moment that is none first', () => {
    const made = (version: string, createdAt: string) => ({ version, createdAt })
    const ordered = byCreation([
      made('b', '2026-01-02T00:00:00Z'),
      made('c', '2026-01-02T00:00:00.000Z'),
      made('a', '2026-01-01T23:59:59.999Z'),
      made('x', 'never'),
    ])
    assert.deepEqual(
      ordered.map(({ version }) => version),
      ['x', 'a', 'b', 'c'],
    )
  })
})

describe('scatter', () => {
  it('shows the versions that have both metrics, and the front of those that none beats', () => {
    const { points, front } = scatter(VERSIONS, 'accuracy', 'latency_ms')
    assert.deepEqual(
      points.map(({ version, isOnFront }) => [version, isOnFront]),
      [
        ['1', true],
        ['3', true],
        ['4', false],
      ],
    )
    assert.deepEqual(
      front.map(({ version }) => version),
      ['3', '1'],
    )
  })
})

describe('parallelCoordinates', () => {
  it('takes the parameters that differ, and the metric last', () => {
    const { axes, rows } = parallelCoordinates(VERSIONS, 'accuracy')
    assert.deepEqual(axes, [
      { name: 'lr', kind: 'number', domain: [0.1, 0.3] },
      { name: 'opt', kind: 'category', domain: ['5', 'adam', 'sgd'] },
      { name: 'accuracy', kind: 'number', domain: [0.7, 0.8] },
    ])
    assert.deepEqual(
      rows.map(({ values }) => values),
      [
        [0.2, 'sgd', 0.7],
        [0.3, '5', undefined],
        [0.1, 'adam', 0.8],
        [undefined, undefined, 0.75],
      ],
    )
  })

  it('takes the parameters that it is given', () => {
    const { axes } = parallelCoordinates(VERSIONS, 'accuracy', ['seed', 'nothing'])
    assert.deepEqual(axes.slice(0, 2), [
      { name: 'seed', kind: 'number', domain: [1, 1] },
      { name: 'nothing', kind: 'category', domain: [] },
    ])
  })
})

describe('overlayCurves', () => {
  const series: readonly VersionCurves[] = [
    {
      reference: 'churn:1',
      curves: {
        loss: [
          { step: 2, value: 1 },
          { step: 1, value: 2 },
        ],
        acc: [],
      },
    },
    { reference: 'churn:2', curves: { loss: [{ step: 1, value: Number.NaN }] } },
    { reference: 'churn:3', curves: {} },
  ]

  it('lays the curves of one metric over one another, in the order of steps', () => {
    assert.deepEqual(overlayCurves(series, 'loss'), [
      {
        reference: 'churn:1',
        points: [
          { step: 1, value: 2 },
          { step: 2, value: 1 },
        ],
      },
    ])
    assert.deepEqual(overlayCurves(series, 'constructor'), [])
    assert.deepEqual(curveMetrics(series), ['acc', 'loss'])
  })

  it('thins a long curve and keeps its ends and spikes', () => {
    const points = Array.from({ length: 100_000 }, (_, step) => ({
      step,
      value: step === 54_321 ? 99 : step % 7,
    }))
    const thinned = thin(points, 1000)
    assert.ok(thinned.length <= 1000 && thinned.length > 900)
    assert.deepEqual(thinned[0], points[0])
    assert.deepEqual(thinned.at(-1), points.at(-1))
    assert.ok(thinned.some(({ value }) => value === 99))
    assert.deepEqual(
      thinned.toSorted((a, b) => a.step - b.step),
      thinned,
    )
    assert.deepEqual(thin(points.slice(0, 5), 5), points.slice(0, 5))
  })
})

describe('smooth', () => {
  const points = [1, 3, 3, 3].map((value, step) => ({ step, value }))

  it('draws no beginning towards 0, and goes after what comes', () => {
    const values = smooth(points, 0.5).map(({ value }) => value)
    assert.equal(values[0], 1)
    assert.ok(Math.abs((values[1] ?? 0) - 7 / 3) < 1e-12)
    assert.ok((values[3] ?? 0) > (values[2] ?? 0) && (values[3] ?? 0) < 3)
  })

  it('leaves everything as it is without a weight, and an empty curve empty', () => {
    assert.deepEqual(smooth(points, 0), points)
    assert.deepEqual(smooth([], 0.9), [])
  })
})
