import assert from 'node:assert/strict'
import { AppError } from '../../../../src/base/errors'
import { parseCondition, parseQuery } from '../../../../src/registry/search/parser'
import { printQuery } from './printQuery'
import { QueryError } from '../../../../src/registry/search/queryError'

function failure(text: string): QueryError {
  try {
    parseQuery(text)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`The filter was read: ${text}`)
}

describe('parseQuery', () => {
  const readings: readonly (readonly [text: string, canonical: string])[] = [
    [
      "metrics.accuracy >= 0.9 AND stage = 'staging' AND (tags.team = 'nlp' OR parameters.lr < 1e-3)",
      "metrics.accuracy >= 0.9 AND stage = 'staging' AND (tags.team = 'nlp' OR parameters.lr < 0.001)",
    ],
    ["name LIKE 'churn%'", "name LIKE 'churn%'"],
    ["framework IN ('onnx','sklearn')", "framework IN ('onnx', 'sklearn')"],
    ["framework NOT IN ('onnx')", "framework NOT IN ('onnx')"],
    ["name not ilike 'A%'", "name NOT ILIKE 'A%'"],
    [
      'metrics.f1 is null or metrics.f1 is not null',
      'metrics.f1 IS NULL OR metrics.f1 IS NOT NULL',
    ],
    ['size < 100MB', 'size < 100MB'],
    ['size < 1.5 GiB and size > 10', 'size < 1.5GiB AND size > 10'],
    ['metrics.`mAP50(B)` > .5', 'metrics.`mAP50(B)` > 0.5'],
    ['metrics.`a``b` > 1', 'metrics.`a``b` > 1'],
    ['metrics."val loss" < 1', 'metrics.`val loss` < 1'],
    ['metrics.recall@10 > 0', 'metrics.recall@10 > 0'],
    ['params.optimizer.lr = -1e-7', 'parameters.optimizer.lr = -1e-7'],
    ['tags.and = "it\'s"', "tags.and = 'it''s'"],
    ["tags.x = 'it''s'", "tags.x = 'it''s'"],
    ["model = 'churn'", "name = 'churn'"],
    ["attributes.name = 'churn'", "name = 'churn'"],
    ['metrics.a > +.5', 'metrics.a > 0.5'],
    ["aliases = 'champion'", "alias = 'champion'"],
    ["digest = 'abc'", "sha256 = 'abc'"],
    ["STAGE == 'staging'", "stage = 'staging'"],
    ["stage <> 'staging'", "stage != 'staging'"],
    ['NOT (metrics.a > 1 AND metrics.b > 1)', 'NOT (metrics.a > 1 AND metrics.b > 1)'],
    ['not not metrics.a > 1', 'NOT NOT metrics.a > 1'],
    ['parameters.early = true', 'parameters.early = TRUE'],
    [
      'order by metrics.accuracy desc, name asc limit 3',
      'ORDER BY metrics.accuracy DESC, name LIMIT 3',
    ],
    ['LIMIT 0', 'LIMIT 0'],
    ['  \n ', ''],
    ['metrics.a >= production.metrics.a - 0.005', 'metrics.a >= production.metrics.a - 0.005'],
    [
      'metrics.a > (1 + 2) * 3 - (4 - 5) / -(metrics.b)',
      'metrics.a > (1 + 2) * 3 - (4 - 5) / -metrics.b',
    ],
    ['size <= previous.size * 1.1 + 10kB', 'size <= previous.size * 1.1 + 10kB'],
  ]
  for (const [text, canonical] of readings) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.equal(printQuery(parseQuery(text)), canonical)
    })
  }

  it('binds NOT before AND before OR', () => {
    assert.deepEqual(
      parseQuery('metrics.a > 1 OR NOT metrics.b > 2 AND metrics.c > 3'),
      parseQuery('metrics.a > 1 OR ((NOT metrics.b > 2) AND metrics.c > 3)'),
    )
  })

  it('calculates from left to right, products first', () => {
    assert.deepEqual(
      parseQuery('metrics.a > 1 - 2 - 3 * 4'),
      parseQuery('metrics.a > (1 - 2) - (3 * 4)'),
    )
  })

  const failures: readonly (readonly [text: string, offset: number, message: RegExp])[] = [
    ['accuracy > 0.9', 0, /There is no field accuracy at character 1: write metrics\.accuracy/],
    ["stge = 'a'", 0, /did you mean stage\?/],
    ['stage = staging', 8, /There is no field staging at character 9: write 'staging' in quotes/],
    [
      "stage = 'prod'",
      8,
      /Expected 'development', 'staging', 'production' or 'archived' at character 9, found the text 'prod'/,
    ],
    ["scan = 'good'", 7, /Expected 'dangerous', 'review', 'incomplete' or 'clean'/],
    ["stage < 'production'", 6, /can't be compared with < at character 7: use =, !=, IN/],
    ['metrics.val-loss > 1', 11, /Expected a comparison .* found -\. Put backticks/],
    ['metrics. > 1', 8, /Expected a name after metrics\. at character 9/],
    ['metrics > 1', 7, /Expected a name after metrics\./],
    ['name.x = 1', 0, /There is no field name\.x/],
    [
      'metrics.a >',
      11,
      /Expected a number such as 0\.9 or 1e-3 at character 12, found the end of the filter/,
    ],
    ['metrics.a > 1 foo', 14, /Expected AND, OR, ORDER BY or LIMIT at character 15, found foo/],
    ['metrics.a > 1)', 13, /Expected AND, OR, ORDER BY or LIMIT at character 14, found \)/],
    ['(metrics.a > 1', 14, /Expected AND, OR or \) at character 15/],
    ['metrics.a > 1 AND', 17, /Expected a field such as metrics\.accuracy or stage, NOT or \(/],
    ['name LIKE churn', 10, /Expected a pattern in quotes/],
    ["name = 'abc", 7, /The filter ends within the text at character 8: add the closing '/],
    ['metrics.`a > 1', 0, /The filter ends within the text at character 1/],
    [
      'created_at > 2026-01-01',
      13,
      /Expected a date in quotes such as '2026-01-31' at character 14/,
    ],
    ["created_at > '2026-02-30'", 13, /Expected a date/],
    ['size < 5XB', 8, /has the unit XB: use B, kB, MB/],
    ['metrics.a < 5MB', 13, /only size takes a unit/],
    [
      'tags.x = 5',
      9,
      /Expected a text in quotes at character 10, found the number 5 without quotes/,
    ],
    ["metrics.a > '0.9'", 12, /Expected a number .* found the text '0\.9'/],
    ['metrics.a = null', 12, /Use IS NULL/],
    ["metrics.a LIKE '9%'", 10, /can't be compared with LIKE/],
    ['metrics.a > 1e999', 12, /too large/],
    ["'a' = name", 0, /Write the field first/],
    ['§', 0, /found §/],
    ['name IN ()', 9, /Expected a text in quotes/],
    ["name IN ('a' 'b')", 13, /Expected , or \) at character 14/],
    ['metrics.a IN (metrics.b)', 14, /The list of IN takes numbers and texts, not metrics\.b/],
    ['name NOT 5', 9, /Expected IN, LIKE or ILIKE/],
    ["version > 'x'", 10, /no SemVer version/],
    ['parameters.a > true', 15, /TRUE, which has no order/],
    ['metrics.a > production.name * 2', 12, /Only numbers can be calculated with/],
    ['LIMIT 1.5', 6, /Expected a whole number of versions/],
    ['ORDER name', 6, /Expected BY at character 7/],
    ['ORDER BY production.metrics.a', 9, /ORDER BY takes the version's own fields/],
    ["metrics.a > 1\nAND stge = 'x'", 18, /character 19/],
    ['LIMIT 1 OFFSET 2', 8, /Expected the end of the filter at character 9, found OFFSET/],
    ['AND', 0, /Expected a field .* at character 1, found AND/],
    ["stage = 'staging' AND or", 22, /Expected a field .*, NOT or \( at character 23, found or/],
    ['attributes.metrics.a > 1', 0, /There is no field attributes\.metrics\.a/],
    ["metrics.a > +'1'", 13, /Only numbers can be calculated with/],
  ]
  for (const [text, offset, message] of failures) {
    it(`points at the character in ${JSON.stringify(text)}`, () => {
      const error = failure(text)
      assert.ok(error instanceof AppError)
      assert.equal(error.code, 'invalid')
      assert.equal(error.details.offset, offset, error.message)
      assert.match(error.message, message)
      const [line = '', caret = ''] = error.details.excerpt.split('\n')
      assert.match(caret, /^ *\^$/)
      assert.equal(line[caret.length - 1] ?? '', text[offset] ?? '')
    })
  }

  it('gives line and column of a filter of several lines', () => {
    const error = failure("metrics.a > 1\nAND stge = 'x'")
    assert.deepEqual(error.location, { line: 2, column: 5 })
    assert.equal(error.details.excerpt, "AND stge = 'x'\n    ^")
  })

  it('shows no control characters of a hostile filter', () => {
    const error = failure('\u001b[31m')
    assert.match(error.message, /\\x1b/)
    assert.equal(error.message.includes('\u001b'), false)
    assert.equal(error.details.excerpt.includes('\u001b'), false)
  })

  it('refuses nesting and chains that would exhaust the call stack', () => {
    assert.match(failure('('.repeat(100_000)).message, /nested more than 100 levels/)
    assert.match(failure('NOT '.repeat(100_000)).message, /nested more than 100 levels/)
    assert.match(failure(`metrics.a > ${'-'.repeat(100_000)}1`).message, /nested more than/)
    assert.match(failure(`metrics.a > 1${' + 1'.repeat(100_000)}`).message, /calculates more than/)
    const long = Array.from({ length: 20_000 }, () => 'metrics.a > 1').join(' AND ')
    assert.equal(parseQuery(long).where?.kind, 'and')
  })
})

describe('parseCondition', () => {
  it('reads a condition and nothing behind it', () => {
    assert.equal(parseCondition('metrics.a > 1').kind, 'comparison')
    assert.throws(
      () => parseCondition('metrics.a > 1 LIMIT 3'),
      /Expected AND or OR at character 15/,
    )
    assert.throws(() => parseCondition(''), /Expected a field/)
  })
})
