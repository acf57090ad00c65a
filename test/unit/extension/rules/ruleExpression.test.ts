import assert from 'node:assert/strict'
import { expressionAt } from '../../../../src/extension/rules/ruleExpression'

/** The expression at the caret of a rule file, with its own caret. */
function at(marked: string): string | undefined {
  const offset = marked.indexOf('|')
  const found = expressionAt(marked.replace('|', ''), offset)
  return (
    found &&
    `${found.text.slice(0, offset - found.start)}|${found.text.slice(offset - found.start)}`
  )
}

describe('the expression at a place of a rule file', () => {
  it('is what stands in require and when', () => {
    assert.equal(at('{"production": {"require": ["metrics.a| > 1"]}}'), 'metrics.a| > 1')
    assert.equal(at('{"production": {"require": ["a", "|"]}}'), '|')
    assert.equal(at('{"production": [{"when": "name = |"}]}'), 'name = |')
  })

  it('is there while the file is not finished', () => {
    assert.equal(at('{"production": {"require": ["metrics.|'), 'metrics.|')
  })

  it('is none elsewhere, nor where escapes shift its places', () => {
    for (const text of [
      '{"production|": {"require": []}}',
      '{"production": {"re|quire": []}}',
      '{"production": {"tags": ["te|am"]}}',
      '{"production": {"require": ["a"|]}}',
      '{"production": {"require": ["tags.a = \\"b|\\""]}}',
      '|',
    ])
      assert.equal(at(text), undefined, text)
  })
})
