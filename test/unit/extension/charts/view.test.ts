import assert from 'node:assert/strict'
import { viewOf, type Drawn } from '../../../../src/extension/charts/view'
import type { VersionRecord } from '../../../../src/registry/model'
import type { ChartData, ChartKind, SettledQuery } from '../../../../src/webview/charts/protocol'
import { versionsOf } from '../../registry/builders'

const SCOPE = { kind: 'model', folder: 'file:///a', model: 'churn' } as const

function drawn(records: readonly Partial<VersionRecord>[]): Drawn {
  const dated = records.map((record, index) => ({
    version: `${index + 1}`,
    createdAt: new Date(Date.UTC(2026, 0, index + 1)).toISOString(),
    ...record,
  }))
  const versions = versionsOf('churn', dated).map((version) => ({ folder: 'file:///a', version }))
  return { of: 'churn', versions }
}

function query(chart: ChartKind, more: Partial<SettledQuery> = {}): SettledQuery {
  return { scope: SCOPE, chart, smoothing: 0, ...more }
}

function reasonOf(chart: ChartData): string {
  assert.equal(chart.kind, 'empty')
  return chart.kind === 'empty' ? chart.reason : ''
}

const SOME = drawn([
  { metrics: { zeta: 1, accuracy: 0.7, latency_ms: 5 }, parameters: { lr: 0.1, seed: 1 } },
  {
    metrics: { accuracy: 0.8, latency_ms: 9 },
    parameters: { lr: 0.2, seed: 1 },
    stage: 'production',
  },
  { metrics: { accuracy: 0.75 }, parameters: { lr: 0.2, seed: 1 } },
])

describe('the history of a metric', () => {
  it('is of the metric that people look for first, unless one is named', () => {
    const view = viewOf(query('history'), SOME)
    assert.equal(view.query.metric, 'accuracy')
    assert.deepEqual(view.chart, {
      kind: 'history',
      series: {
        measure: { name: 'accuracy', direction: 'higher' },
        places: [0, 1, 2],
        values: [0.7, 0.8, 0.75],
        records: [0, 1],
      },
    })
    assert.equal(viewOf(query('history', { metric: 'zeta' }), SOME).query.metric, 'zeta')
  })

  it('takes another metric for one that is gone', () => {
    assert.equal(viewOf(query('history', { metric: 'gone' }), SOME).query.metric, 'accuracy')
    assert.equal(viewOf(query('history', { metric: 'constructor' }), SOME).query.metric, 'accuracy')
  })

  it('says the unit, and the direction that a person has set', () => {
    const { chart } = viewOf(query('history', { metric: 'latency_ms' }), {
      ...SOME,
      directions: { latency_ms: 'higher' },
    })
    assert.ok(chart.kind === 'history')
    assert.deepEqual(chart.series.measure, { name: 'latency_ms', direction: 'higher', unit: 'ms' })
  })

  it('names the versions with what a page shows of them', () => {
    assert.deepEqual(viewOf(query('history'), SOME).versions[1], {
      folder: 'file:///a',
      reference: 'churn:2',
      model: 'churn',
      version: '2',
      stage: 'production',
      createdAt: '2026-01-02T00:00:00.000Z',
    })
  })
})

describe('the small multiples', () => {
  it('are of every metric, or of those that are chosen', () => {
    const names = (metrics?: readonly string[]): readonly string[] => {
      const { chart } = viewOf(query('metrics', metrics ? { metrics } : {}), SOME)
      return chart.kind === 'metrics' ? chart.series.map(({ measure }) => measure.name) : []
    }
    assert.deepEqual(names(), ['accuracy', 'latency_ms', 'zeta'])
    assert.deepEqual(names(['zeta', 'gone']), ['zeta'])
    assert.deepEqual(names(['gone']), ['accuracy', 'latency_ms', 'zeta'])
  })
})

describe('the trade-off', () => {
  it('is between metrics that get better in opposite directions, with the front in order', () => {
    const { chart } = viewOf(query('tradeoff'), SOME)
    assert.deepEqual(chart, {
      kind: 'tradeoff',
      x: { name: 'accuracy', direction: 'higher' },
      y: { name: 'latency_ms', direction: 'lower', unit: 'ms' },
      places: [0, 1],
      xs: [0.7, 0.8],
      ys: [5, 9],
      front: [1, 0],
    })
  })

  it('says what is missing', () => {
    const one = viewOf(query('tradeoff'), drawn([{ metrics: { accuracy: 1 } }]))
    assert.match(
      reasonOf(one.chart),
      /accuracy is the only metric that the versions have.*Edit Metrics…/,
    )
    const apart = drawn([{ metrics: { a: 1 } }, { metrics: { b: 1 } }])
    assert.match(
      reasonOf(viewOf(query('tradeoff'), apart).chart),
      /No version of churn has both a and b\./,
    )
  })
})

describe('parallel coordinates', () => {
  it('have the parameters that differ, and null for what is not there', () => {
    const { chart, query: settled } = viewOf(query('parameters', { metric: 'latency_ms' }), SOME)
    assert.deepEqual(settled.parameters, ['lr'])
    assert.deepEqual(chart, {
      kind: 'parameters',
      axes: [
        { name: 'lr', kind: 'number', domain: [0.1, 0.2] },
        {
          name: 'latency_ms',
          kind: 'number',
          domain: [5, 9],
          measure: { name: 'latency_ms', direction: 'lower', unit: 'ms' },
        },
      ],
      rows: [
        { place: 0, values: [0.1, 5] },
        { place: 1, values: [0.2, 9] },
        { place: 2, values: [0.2, null] },
      ],
    })
  })

  it('say what is missing', () => {
    const none = drawn([{ metrics: { a: 1 } }])
    assert.match(reasonOf(viewOf(query('parameters'), none).chart), /has parameters.*--param/)
    const same = drawn([{ metrics: { a: 1 }, parameters: { lr: 1 } }])
    assert.match(reasonOf(viewOf(query('parameters'), same).chart), /have the same parameters/)
    const chosen = viewOf(query('parameters', { parameters: ['lr'] }), same)
    assert.equal(chosen.chart.kind, 'parameters')
  })

  it('draw no more axes unasked than can be told apart', () => {
    const parameters = (value: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, value]))
    const many = drawn([
      { metrics: { a: 1 }, parameters: parameters(1) },
      { metrics: { a: 2 }, parameters: parameters(2) },
    ])
    const { chart } = viewOf(query('parameters'), many)
    assert.ok(chart.kind === 'parameters' && chart.axes.length === 8)
  })
})

describe('charts with nothing to draw', () => {
  it('say that no version is there, and where to choose others', () => {
    const none = drawn([])
    assert.match(reasonOf(viewOf(query('history'), none).chart), /churn has no versions any more/)
    const all = viewOf(query('curves', { scope: { kind: 'all' } }), none)
    assert.match(reasonOf(all.chart), /Register as Model…/)
  })

  it('say where metrics come from', () => {
    for (const chart of ['history', 'metrics', 'tradeoff', 'parameters'] as const)
      assert.match(
        reasonOf(viewOf(query(chart), drawn([{}])).chart),
        /^No version of churn has metrics\. Metrics are read from files such as metrics\.json/,
      )
  })
})
