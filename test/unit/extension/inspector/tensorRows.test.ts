import assert from 'node:assert/strict'
import { TensorTable } from '../../../../src/extension/inspector/tensorRows'
import { buildTensorTree } from '../../../../src/extension/inspector/tensorTree'
import type { TensorInfo } from '../../../../src/registry/inspection'
import { FIRST_QUERY, sortedBy, toggled } from '../../../../src/webview/inspector/state'
import type { TensorQuery } from '../../../../src/webview/protocol'
import { languageModel, tensor } from './tensors'

const ALL = { from: 0, count: 500 }

async function tableOf(tensors: readonly TensorInfo[]): Promise<TensorTable> {
  return new TensorTable(await buildTensorTree(tensors))
}

function lines(table: TensorTable, query: TensorQuery): string[] {
  return table
    .rows(query, ALL)
    .rows.map(
      ({ depth, label, kind }) => `${'  '.repeat(depth)}${label}${kind === 'module' ? '/' : ''}`,
    )
}

describe('the tensor table', () => {
  it('opens few modules by itself, and numbers are in their order', async () => {
    const table = await tableOf(languageModel(12))
    const shown = lines(table, FIRST_QUERY)
    assert.deepEqual(shown.slice(0, 3), ['head.weight', 'model/', '  embed.weight'])
    const layers = shown
      .filter((line) => /^ {4}\d+\/$/.test(line))
      .map((line) => parseInt(line, 10))
    assert.deepEqual(layers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    assert.ok(shown.length <= 60)
  })

  it('opens and closes modules', async () => {
    const table = await tableOf(languageModel(2))
    const closed = { ...FIRST_QUERY, expansion: 'none' } as const
    assert.deepEqual(lines(table, closed), ['head.weight', 'model/'])
    const open = toggled(closed, 'model')
    assert.deepEqual(lines(table, open), ['head.weight', 'model/', '  embed.weight', '  layers/'])
    assert.deepEqual(lines(table, toggled(open, 'model')), lines(table, closed))
    assert.equal(lines(table, { ...FIRST_QUERY, expansion: 'all' }).length, 14)
  })

  it('finds by words of the name, by type and by shape, and shows what was found', async () => {
    const table = await tableOf(languageModel(40))
    const find = (text: string) => table.rows({ ...FIRST_QUERY, text }, ALL)
    assert.equal(find('LAYERS.7. attn').tensors, 2)
    assert.equal(find('f16').tensors, 1)
    assert.equal(find('8x32').tensors, 40)
    assert.equal(find('8×32 .3.').tensors, 1)
    assert.deepEqual(find('nothing'), { total: 0, tensors: 0, parameters: 0, rows: [] })
    assert.ok(find('mlp').rows.some(({ name }) => name === 'model.layers.39.mlp.weight'))
  })

  it('sorts a flat list by any column, equals by name', async () => {
    const table = await tableOf([
      tensor('b', [10], 'F32'),
      tensor('a', [2, 2], 'F32'),
      tensor('c.10', [3, 3], 'I8'),
      tensor('c.9', [3, 3], 'I8'),
    ])
    const flat = { ...FIRST_QUERY, grouped: false }
    const sorted = (query: TensorQuery) => lines(table, query).join(' ')
    assert.equal(sorted(flat), 'a b c.9 c.10')
    assert.equal(sorted(sortedBy(flat, 'name')), 'c.10 c.9 b a')
    assert.equal(sorted(sortedBy(flat, 'parameters')), 'b c.9 c.10 a')
    assert.equal(sorted(sortedBy(sortedBy(flat, 'parameters'), 'parameters')), 'a c.9 c.10 b')
    assert.equal(sorted(sortedBy(flat, 'dtype')), 'a b c.9 c.10')
    assert.equal(sorted(sortedBy(flat, 'shape')), 'b a c.9 c.10')
  })

  it('sorts modules by their sums', async () => {
    const table = await tableOf(languageModel(2))
    const closed = { ...FIRST_QUERY, expansion: 'none' } as const
    assert.deepEqual(lines(table, sortedBy(closed, 'bytes')), ['model/', 'head.weight'])
  })

  it('gives windows that fit together', async () => {
    const table = await tableOf(languageModel(100))
    const query = { ...FIRST_QUERY, expansion: 'all' } as const
    const { total } = table.rows(query, { from: 0, count: 1 })
    const names: string[] = []
    for (let from = 0; from < total; from += 37)
      names.push(...table.rows(query, { from, count: 37 }).rows.map(({ name }) => name))
    assert.equal(names.length, total)
    assert.equal(new Set(names).size, total)
  })

  it('sends no more than a window, whatever is asked for', async () => {
    const table = await tableOf(languageModel(1000))
    const { rows } = table.rows({ ...FIRST_QUERY, expansion: 'all' }, { from: 0, count: 1e9 })
    assert.equal(rows.length, 500)
  })
})
