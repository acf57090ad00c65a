import assert from 'node:assert/strict'
import { parseBlocks } from '../../../src/webview/details/markdown'
import { FOLD, shownRows } from '../../../src/webview/details/rows'

describe('the rows of a long table', () => {
  const rows = Array.from({ length: 500 }, (_, index) => ({
    label: `m${index}`,
    text: `${index / 10}`,
  }))

  it('are folded, and opened by a click', () => {
    assert.deepEqual(shownRows(rows, '', false).rows.length, FOLD)
    assert.equal(shownRows(rows, '', false).hidden, 500 - FOLD)
    assert.equal(shownRows(rows, '', true).rows.length, 500)
    // One or two rows are shown rather than counted.
    assert.equal(shownRows(rows.slice(0, FOLD + 2), '', false).hidden, 0)
  })

  it('are searched by the words of name and value, folded ones too', () => {
    assert.deepEqual(
      shownRows(rows, ' M499 ', false).rows.map(({ label }) => label),
      ['m499'],
    )
    assert.deepEqual(
      shownRows(rows, '49.9 m4', false).rows.map(({ label }) => label),
      ['m499'],
    )
    assert.deepEqual(shownRows(rows, 'nothing', false), { rows: [], hidden: 0 })
  })
})

describe('the structure of a card', () => {
  it('is headings, paragraphs, lists, tables and code', () => {
    const card = [
      '---',
      'license: mit',
      '---',
      '# Churn',
      'Two lines',
      'of prose.',
      '',
      '- one',
      '2. two',
      '| a | b |',
      '|---|:-:|',
      '| 1 | 2 |',
      '```python',
      '# no heading',
      '```',
      '## End ##',
    ].join('\n')
    assert.deepEqual(parseBlocks(card), [
      { kind: 'heading', level: 1, text: 'Churn' },
      { kind: 'paragraph', text: 'Two lines\nof prose.' },
      { kind: 'list', items: ['one', 'two'] },
      {
        kind: 'table',
        rows: [
          ['a', 'b'],
          ['1', '2'],
        ],
      },
      { kind: 'code', text: '# no heading' },
      { kind: 'heading', level: 2, text: 'End' },
    ])
  })

  it('leaves links, HTML and what is never closed as text', () => {
    assert.deepEqual(parseBlocks('[x](command:evil) <img src=x onerror=1>\n```\nopen'), [
      { kind: 'paragraph', text: '[x](command:evil) <img src=x onerror=1>' },
      { kind: 'code', text: 'open' },
    ])
    assert.deepEqual(parseBlocks('---\nnever closed'), [
      { kind: 'paragraph', text: '---\nnever closed' },
    ])
    assert.deepEqual(parseBlocks(''), [])
  })

  it('takes no longer for hostile lines', () => {
    const long = `${'#'.repeat(6)} ${'# '.repeat(50_000)}x`
    assert.equal(parseBlocks(`${long}\n|${' |'.repeat(50_000)}x`).length, 2)
  })
})
