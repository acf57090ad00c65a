import assert from 'node:assert/strict'
import { looksLikeFilter, matchWords } from '../../../../src/registry/search/words'
import { versionsOf } from '../builders'

const VERSIONS = [
  ...versionsOf(
    'churn',
    [
      { version: '1.0.0', stage: 'production', tags: { team: 'nlp' } },
      { version: '1.1.0', framework: 'onnx', description: 'Trained on the fraud data too' },
    ],
    { champion: '1.0.0' },
  ),
  ...versionsOf('fraud', [{ version: '2.0.0', metrics: { f1: 0.9 } }]),
]

const find = (text: string) => matchWords(text, VERSIONS).map(({ fullName }) => fullName)

describe('matchWords', () => {
  const searches: readonly (readonly [text: string, found: readonly string[]])[] = [
    ['', ['churn:1.0.0', 'churn:1.1.0', 'fraud:2.0.0']],
    ['churn', ['churn:1.0.0', 'churn:1.1.0']],
    ['CHURN prod', ['churn:1.0.0']],
    ['champion', ['churn:1.0.0']],
    ['nlp', ['churn:1.0.0']],
    ['onnx', ['churn:1.1.0']],
    ['fraud', ['fraud:2.0.0', 'churn:1.1.0']],
    ['frd', ['fraud:2.0.0']],
    ['churn nothing', []],
  ]
  for (const [text, found] of searches) {
    it(`finds ${JSON.stringify(text)}`, () => assert.deepEqual(find(text), found))
  }
})

describe('looksLikeFilter', () => {
  it('tells a filter from words, also a wrong one', () => {
    for (const words of ['churn in production', 'churn', ''])
      assert.equal(looksLikeFilter(words), false)
    for (const filter of [
      'metrics.f1 > 0.5',
      "name = 'churn' LIMIT 1",
      'order by name',
      'accuracy > 0.9',
    ])
      assert.equal(looksLikeFilter(filter), true)
  })
})
