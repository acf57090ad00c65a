import assert from 'node:assert/strict'
import {
  allMetricSeries,
  metricSeries,
  parallelCoordinates,
  scatter,
} from '../../../src/registry/compareCharts'
import { curveMetrics, overlayCurves, thin } from '../../../src/registry/compareCurves'
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
})

describe('scatter', () => {
  it('shows the versions that have both metrics, and the front of those that none beats', () => {
    const { points, front } = scatter(VERSIONS, 'accuracy', 'latency_ms')
    assert.deepEqual(
      points.map(({ version, isOnFront }) => [version, isOnFront]),
      [
        ['3', true],
        ['1', true],
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
        [0.1, 'adam', 0.8],
        [0.2, 'sgd', 0.7],
        [0.3, '5', undefined],
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
