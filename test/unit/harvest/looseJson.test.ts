import assert from 'node:assert/strict'
import { assert as check, asyncProperty, jsonValue } from 'fast-check'
import { isAppError } from '../../../src/base/errors'
import { parseLooseJson } from '../../../src/harvest/looseJson'
import { propertyRuns } from '../../support/propertyRuns'

/** Longer than what `JSON.parse` takes, so that the parser in slices does the work. */
const PADDING = ' '.repeat(70_000)

describe('loose JSON', () => {
  it('reads the numbers that Python writes', async () => {
    assert.deepEqual(
      await parseLooseJson('{"a": NaN, "b": [Infinity, -Infinity, -1.5e-3]}', undefined),
      {
        __proto__: null,
        a: Number.NaN,
        b: [Infinity, -Infinity, -0.0015],
      },
    )
  })

  it('reads what JSON.parse reads', async () => {
    await check(
      asyncProperty(jsonValue({ maxDepth: 6 }), async (value) => {
        const text = JSON.stringify(value)
        const parsed = await parseLooseJson(text + PADDING, undefined)
        assert.equal(JSON.stringify(parsed), text)
      }),
      propertyRuns(200),
    )
  })

  it('refuses what is no JSON, and says where', async () => {
    for (const [text, line, column] of [
      ['{"a": 1,}', 1, 9],
      ['{\n  "a" 1}', 2, 7],
      ['[1, 2', 1, 6],
      ['nan', 1, 1],
      ['"\\u12"', 1, 1],
      ['{"a": 1} x', 1, 10],
      ['', 1, 1],
    ] as const) {
      await assert.rejects(
        parseLooseJson(text, undefined),
        (error) =>
          isAppError(error) &&
          error.code === 'corrupt' &&
          error.location?.line === line &&
          error.location.column === column,
        text,
      )
    }
  })

  it('refuses nesting that no result file has', async () => {
    await assert.rejects(parseLooseJson('['.repeat(100_000), undefined), { code: 'corrupt' })
  })

  it('keeps a key __proto__ a key', async () => {
    const parsed = await parseLooseJson(`{"__proto__": {"x": 1}, "n": NaN}`, undefined)
    assert.deepEqual(Object.keys(parsed as object), ['__proto__', 'n'])
    assert.equal(({} as Record<string, unknown>).x, undefined)
  })

  it('stops between two slices when it is cancelled', async () => {
    const controller = new AbortController()
    const text = JSON.stringify(Array.from({ length: 400_000 }, (_, index) => index))
    const parsing = parseLooseJson(text, controller.signal)
    controller.abort()
    await assert.rejects(parsing, { code: 'cancelled' })
  })
})
