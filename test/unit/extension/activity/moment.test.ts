import assert from 'node:assert/strict'
import { parseMoment } from '../../../../src/extension/activity/moment'

describe('a moment that a person writes', () => {
  it('is the end of a day, in their own zone', () => {
    const at = parseMoment(' 2026-01-31 ')
    assert.deepEqual(
      [at?.getFullYear(), at?.getMonth(), at?.getDate(), at?.getHours(), at?.getMilliseconds()],
      [2026, 0, 31, 23, 999],
    )
  })

  it('is the end of a minute', () => {
    for (const text of ['2026-01-31 14:30', '2026-01-31T14:30'])
      assert.deepEqual(
        [parseMoment(text)?.getHours(), parseMoment(text)?.getMinutes()],
        [14, 30],
        text,
      )
  })

  it('is nothing that no calendar and no clock has', () => {
    for (const text of [
      '',
      'today',
      '2026-02-30',
      '2026-13-01',
      '2026-1-1',
      '31.01.2026',
      '2026-01-31 25:00',
      '2026-01-31 14:60',
    ])
      assert.equal(parseMoment(text), undefined, text)
  })
})
