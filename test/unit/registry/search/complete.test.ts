import assert from 'node:assert/strict'
import { completeQuery, knownNames } from '../../../../src/registry/search/complete'
import { versionsOf } from '../builders'

const known = knownNames(
  versionsOf(
    'churn',
    [
      { metrics: { accuracy: 1, 'mAP50(B)': 1 }, parameters: { lr: 1 }, tags: { team: 'nlp' } },
      { version: '2', metrics: { auc: 1 }, framework: 'onnx', format: 'onnx' },
    ],
    { champion: '2' },
  ),
)

/** What is offered where the filter has its `|`. */
function offered(marked: string): string[] {
  const offset = marked.indexOf('|')
  return completeQuery(marked.replace('|', ''), offset, known).map(({ insert }) => insert)
}

/** The filter after the first suggestion was taken. */
function taken(marked: string): string {
  const text = marked.replace('|', '')
  const [first] = completeQuery(text, marked.indexOf('|'), known)
  assert.ok(first, `Nothing is offered for ${marked}`)
  return text.slice(0, first.start) + first.insert + text.slice(first.end)
}

describe('completeQuery', () => {
  it('offers fields, names and what begins a condition', () => {
    const list = offered('|')
    for (const wanted of ['stage', 'metrics.accuracy', 'tags.team', 'parameters.lr', 'NOT']) {
      assert.ok(list.includes(wanted), wanted)
    }
    assert.ok(list.includes('ORDER BY'))
    assert.equal(offered("stage = 'staging' AND |").includes('ORDER BY'), false)
  })

  it('completes names, with backticks where they need them', () => {
    assert.deepEqual(offered('metrics.a|'), ['metrics.accuracy', 'metrics.auc'])
    assert.deepEqual(offered('metrics.mAP|'), ['metrics.`mAP50(B)`'])
    assert.equal(taken('metrics.`mA|'), 'metrics.`mAP50(B)`')
    assert.equal(taken('metrics.acc|ura > 1'), 'metrics.accuracy > 1')
    assert.equal(taken("stage = 'staging' AND fra|"), "stage = 'staging' AND framework")
  })

  it('offers the comparisons that the field takes', () => {
    assert.ok(offered('metrics.accuracy |').includes('>='))
    assert.equal(offered('stage |').includes('>='), false)
    assert.deepEqual(offered('name NOT |'), ['IN', 'LIKE', 'ILIKE'])
    assert.deepEqual(offered('name IS |'), ['NOT', 'NULL'])
  })

  it('offers values in quotes', () => {
    assert.deepEqual(offered('stage = |'), [
      "'development'",
      "'staging'",
      "'production'",
      "'archived'",
    ])
    assert.deepEqual(offered("stage = 'st|"), ["'staging'"])
    assert.equal(taken("stage = 'st|'"), "stage = 'staging'")
    assert.equal(taken("stage IN ('staging', pro|"), "stage IN ('staging', 'production'")
    assert.deepEqual(offered('alias = |'), ["'champion'"])
    assert.deepEqual(offered('framework = o|'), ["'onnx'"])
    assert.deepEqual(offered('parameters.lr = t|'), ['TRUE'])
    assert.deepEqual(offered('metrics.auc > prod|'), ['production.metrics.auc'])
  })

  it('offers what joins conditions and ends a filter', () => {
    assert.deepEqual(offered('metrics.auc > 1 |'), ['AND', 'OR', 'ORDER BY', 'LIMIT'])
    assert.deepEqual(offered('metrics.auc > 1 O|'), ['OR', 'ORDER BY'])
    assert.deepEqual(offered('ORDER BY name |'), ['DESC', 'ASC', 'LIMIT'])
    assert.ok(offered('ORDER BY |').includes('metrics.auc'))
  })

  it('offers nothing behind a mistake, within a number or behind a whole text', () => {
    assert.deepEqual(offered('accuracy > 1 AND |'), [])
    assert.deepEqual(offered('metrics.auc > 1|'), [])
    assert.deepEqual(offered("stage = 'staging'|"), [])
  })
})
