import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { compileLike } from '../../../../src/registry/search/like'
import { propertyRuns } from '../../../support/propertyRuns'

describe('compileLike', () => {
  const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
    ['churn%', 'churn-v2', true],
    ['churn%', 'my-churn', false],
    ['%churn', 'my-churn', true],
    ['%', '', true],
    ['', '', true],
    ['', 'a', false],
    ['_', '', false],
    ['_', 'é', true],
    ['_', '😀', true],
    ['%_%', '😀', true],
    ['a%b%c', 'a-b-b-c', true],
    ['a%b%c', 'a-c-b', false],
    ['100\\%', '100%', true],
    ['100\\%', '1000', false],
    ['a\\_b', 'a_b', true],
    ['a\\_b', 'axb', false],
    ['a\\', 'a\\', true],
    ['Churn', 'churn', false],
  ]
  for (const [pattern, text, expected] of cases) {
    it(`${pattern} ${expected ? 'takes' : 'refuses'} ${text}`, () => {
      assert.equal(compileLike(pattern, false)(text), expected)
    })
  }

  it('ignores case where asked to', () => {
    assert.equal(compileLike('CHURN%', true)('Churn-v2'), true)
  })

  it('agrees with a regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', '.', '\\', '😀') })
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const source = pattern.replaceAll(
          /\\([\s\S])|([\s\S])/gu,
          (_, taken?: string, plain = '') => {
            if (taken !== undefined) return `\\u{${taken.codePointAt(0)?.toString(16)}}`
            if (plain === '%') return '.*'
            return plain === '_' ? '.' : `\\u{${String(plain).codePointAt(0)?.toString(16)}}`
          },
        )
        assert.equal(compileLike(pattern, false)(text), new RegExp(`^${source}$`, 'su').test(text))
      }),
      propertyRuns(3000),
    )
  })

  it('is not slowed by a pattern made to be slow', () => {
    assert.equal(compileLike(`${'%a'.repeat(500)}%b`, false)('a'.repeat(20_000)), false)
  })
})
