import assert from 'node:assert/strict'
import { continuations, pointAt } from '../../../../src/extension/search/suggest'
import { parseQuery } from '../../../../src/registry/search/parser'
import { QueryError } from '../../../../src/registry/search/queryError'

const known = { metrics: ['accuracy', 'mAP50(B)'], parameters: ['lr'], tags: ['team'] }
const texts = (text: string): string[] => continuations(text, known).map((one) => one.text)

describe('how a filter can go on', () => {
  it('with fields, by what is typed of them', () => {
    assert.ok(texts('').includes('metrics.accuracy '))
    assert.ok(texts('').includes('metrics.`mAP50(B)` '))
    assert.deepEqual(texts('metrics.acc'), ['metrics.accuracy '])
  })

  it('with comparisons, values and conjunctions', () => {
    assert.ok(texts('metrics.accuracy ').includes('metrics.accuracy >= '))
    assert.ok(texts('stage = ').includes("stage = 'production'"))
    assert.ok(texts("stage = 'production'").includes("stage = 'production' AND "))
  })

  it('not at all for plain words and after a mistake', () => {
    assert.deepEqual(texts('churn classifier'), [])
    assert.deepEqual(texts('stage = = '), [])
  })
})

describe('the place of an error', () => {
  const problem = (text: string): string => {
    try {
      parseQuery(text)
    } catch (error) {
      if (error instanceof QueryError) return pointAt(error.details)
      throw error
    }
    throw new Error(`${text} is no error`)
  }

  it('is marked in the text', () => assert.equal(problem('stage = = 1'), 'stage = ▸= 1'))

  it('shows the text around it where that is long', () => {
    const long = `${"name = 'churn' AND ".repeat(10)}stage = = ${'x'.repeat(80)}`
    assert.match(problem(long), /^….* stage = ▸= x+…$/)
  })
})
