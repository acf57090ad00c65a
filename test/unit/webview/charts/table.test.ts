import assert from 'node:assert/strict'
import type { ChartVersion } from '../../../../src/webview/charts/protocol'
import { tableOf } from '../../../../src/webview/charts/table'

const VERSIONS: readonly ChartVersion[] = (['archived', 'production'] as const).map(
  (stage, index) => ({
    folder: 'file:///a',
    reference: `churn:${index + 1}`,
    model: 'churn',
    version: `${index + 1}`,
    stage,
    createdAt: `2026-01-0${index + 1}T12:00:00Z`,
  }),
)
const ACCURACY = { name: 'accuracy', direction: 'higher' } as const
const LATENCY = { name: 'latency_ms', direction: 'lower', unit: 'ms' } as const
const FIRST = ['Archived', '1 Jan 2026']
const SECOND = ['Production', '2 Jan 2026']

describe('the table of a chart', () => {
  it('has a metric and its records', () => {
    const series = { measure: ACCURACY, places: [0, 1], values: [0.9, 0.8], records: [0] }
    assert.deepEqual(tableOf({ kind: 'history', series }, VERSIONS), {
      caption: 'accuracy, higher is better: versions in the order of creation',
      columns: ['accuracy', 'Best so far', 'Stage', 'Created'],
      rows: [
        { place: 0, cells: ['0.9', 'yes', ...FIRST] },
        { place: 1, cells: ['0.8', 'no', ...SECOND] },
      ],
    })
  })

  it('has every metric, and a dash where a version has no value', () => {
    const series = [
      { measure: ACCURACY, places: [0], values: [0.9], records: [0] },
      { measure: LATENCY, places: [0, 1], values: [-1e-9, 2], records: [0] },
    ]
    const table = tableOf({ kind: 'metrics', series }, VERSIONS)
    assert.deepEqual(table?.columns, ['accuracy', 'latency_ms (ms)', 'Stage', 'Created'])
    assert.deepEqual(table?.rows, [
      { place: 0, cells: ['0.9', '-1e-9', ...FIRST] },
      { place: 1, cells: ['–', '2', ...SECOND] },
    ])
  })

  it('says who is on the Pareto front', () => {
    const table = tableOf(
      {
        kind: 'tradeoff',
        x: ACCURACY,
        y: LATENCY,
        places: [0, 1],
        xs: [1, 2],
        ys: [3, 4],
        front: [1],
      },
      VERSIONS,
    )
    assert.deepEqual(
      table?.rows.map(({ cells }) => cells.slice(0, 3)),
      [
        ['1', '3', 'no'],
        ['2', '4', 'yes'],
      ],
    )
  })

  it('has parameters of words and numbers as text', () => {
    const table = tableOf(
      {
        kind: 'parameters',
        axes: [
          { name: 'opt', kind: 'category', domain: ['a\u202Eb'] },
          { name: 'accuracy', kind: 'number', domain: [0, 1], measure: ACCURACY },
        ],
        rows: [{ place: 0, values: ['a\u202Eb', null] }],
      },
      VERSIONS,
    )
    assert.deepEqual(table?.rows[0]?.cells.slice(0, 2), ['a\\u202eb', '–'])
  })

  it('has every step of every curve', () => {
    const lines = [{ place: 1, steps: [0, 1000], values: [2, 1], smoothed: [2, 1.5] }]
    const table = tableOf(
      { kind: 'curves', measure: LATENCY, names: [], lines, notes: [] },
      VERSIONS,
    )
    assert.deepEqual(table?.columns, ['Step', 'latency_ms (ms)', 'Smoothed'])
    assert.deepEqual(table?.rows[1], { place: 1, cells: ['1,000', '1', '1.5'] })
  })

  it('is none where nothing is drawn', () => {
    assert.equal(tableOf({ kind: 'empty', reason: 'No.' }, VERSIONS), undefined)
  })
})
