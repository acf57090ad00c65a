import assert from 'node:assert/strict'
import {
  escapeLines,
  fitName,
  formatCount,
  formatShape,
  formatShare,
} from '../../../src/webview/ui/text'

describe('formatCount', () => {
  const cases: readonly [number, string][] = [
    [0, '0'],
    [9_824, '9,824'],
    [99_949, '99,949'],
    [124_439_808, '124 M'],
    [6_738_415_616, '6.74 B'],
    [70_553_706_496, '70.6 B'],
    [999_999, '1.00 M'],
    [999_999_999, '1.00 B'],
    [123_456, '123 K'],
  ]
  for (const [count, text] of cases)
    it(`writes ${count} as ${text}`, () => assert.equal(formatCount(count), text))
})

describe('formatShare', () => {
  it('never says that something is nothing, or a part the whole', () => {
    assert.equal(formatShare(1, 1_000_000), '< 0.1 %')
    assert.equal(formatShare(0, 10), '0 %')
    assert.equal(formatShare(1, 0), '0 %')
    assert.equal(formatShare(125, 1000), '12.5 %')
    assert.equal(formatShare(10, 10), '100 %')
  })
})

describe('formatShape', () => {
  it('shows free and named dimensions, and a scalar', () => {
    assert.equal(formatShape(['batch', 3, null]), 'batch × 3 × ?')
    assert.equal(formatShape([]), 'scalar')
    assert.equal(formatShape(['\u202ekcab']), '\\u202ekcab')
  })
})

describe('fitName', () => {
  const name = 'model.layers.0.mlp.up_proj.weight'
  for (const [room, text] of [
    [40, name],
    [18, 'mlp.up_proj.weight'],
    [17, 'up_proj.weight'],
    [13, 'up_proj'],
    [6, 'up_pr…'],
    [1, 'u…'],
  ] as const)
    it(`gives ${text} in the room of ${room}`, () => assert.equal(fitName(name, room), text))

  it('cuts a name of one part at its end', () => {
    assert.equal(fitName('embeddings', 6), 'embed…')
    assert.equal(fitName('', 6), '')
  })
})

describe('escapeLines', () => {
  it('keeps lines, writes out what can not be seen, and cuts each line', () => {
    assert.equal(escapeLines('a\r\nb\u202e\n\nc'), 'a\nb\\u202e\n\nc')
    assert.equal(escapeLines('abcdef\nxy', 3), 'abc…\nxy')
  })
})
