import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { isAppError } from '../../../../src/base/errors'
import { completeQuery } from '../../../../src/registry/search/complete'
import { parseQuery } from '../../../../src/registry/search/parser'
import { printQuery } from './printQuery'
import { runQuery } from '../../../../src/registry/search/search'
import { modelVersion } from '../builders'
import { condition, query, versions } from './arbitraries'
import { holds } from './oracle'
import { propertyRuns } from '../../../support/propertyRuns'

const FRAGMENTS = [
  'metrics. metrics.a stage tags.` production. created_at size x AND or NOT IN like IS NULL',
  'ORDER BY LIMIT DESC TRUE = != <= > ( ) , + - * / . \' " ` \\ % § 😀 \u0000',
  "0.9 1e-3 100MB 1e999 'staging' '2026-01-01'",
]
  .flatMap((line) => line.split(' '))
  .concat('', '\n')

describe('the filter language', () => {
  it('reads what it prints', () => {
    fc.assert(
      fc.property(query, (tree) => assert.deepEqual(parseQuery(printQuery(tree)), tree)),
      propertyRuns(3000),
    )
  })

  it('means what its plain reading means', () => {
    fc.assert(
      fc.property(condition, versions, (where, all) => {
        const expected = all.filter((version) => holds(where, version, all))
        assert.deepEqual(runQuery({ where, orderBy: [] }, all), expected)
      }),
      propertyRuns(5000),
    )
  })

  it('orders without losing, doubling or reordering equals, whatever the limit', () => {
    fc.assert(
      fc.property(query, versions, ({ orderBy, limit }, all) => {
        const whole = runQuery({ orderBy }, all)
        assert.equal(new Set(whole).size, all.length)
        const some = runQuery({ orderBy, ...(limit !== undefined && { limit }) }, all)
        assert.deepEqual(some, whole.slice(0, limit ?? all.length))
        // Ordering what is in order changes nothing: equals stay, and the order is total.
        assert.deepEqual(runQuery({ orderBy }, whole), whole)
      }),
      propertyRuns(1000),
    )
  })

  it('answers any text with a query or an error that points into it', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 14 }).map((parts) => parts.join(' ')),
      fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 14 }).map((parts) => parts.join('')),
      fc
        .tuple(query.map(printQuery), fc.nat(), fc.constantFrom(...FRAGMENTS))
        .map(([text, at, part]) => {
          const cut = text.length === 0 ? 0 : at % text.length
          return text.slice(0, cut) + part + text.slice(cut + 1)
        }),
    )
    fc.assert(
      fc.property(texts, fc.nat(80), (text, offset) => {
        completeQuery(text, Math.min(offset, text.length), {
          metrics: ['a'],
          parameters: [],
          tags: [],
        })
        try {
          const tree = parseQuery(text)
          runQuery(tree, [modelVersion()])
          assert.deepEqual(parseQuery(printQuery(tree)), tree)
        } catch (error) {
          assert.ok(isAppError(error), String(error))
          assert.ok('details' in error)
          const { offset: at } = error.details as { offset: number }
          assert.ok(at >= 0 && at <= text.length, `${at} of ${text.length}`)
        }
      }),
      propertyRuns(20_000),
    )
  })
})
