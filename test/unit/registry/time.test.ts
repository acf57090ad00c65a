import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { parseTime } from '../../../src/registry/time'
import { propertyRuns } from '../../support/propertyRuns'

describe('parseTime', () => {
  it('is what Date.parse says, of any time as it is stored', () => {
    const times = fc.date({
      min: new Date('0000-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(times, (date) => assert.equal(parseTime(date.toISOString()), date.getTime())),
      propertyRuns(5000),
    )
  })

  it('is what Date.parse says, of any text that nearly is one', () => {
    const digit = fc.constantFrom(...'0123456789 -:TZ.+x'.split(''))
    const damaged = fc
      .tuple(fc.nat(23), digit, fc.nat(23), digit)
      .map(([first, one, second, other]) => {
        const text = '2026-02-28T14:05:09.123Z'.split('')
        text[first] = one
        text[second] = other
        return text.join('')
      })
    fc.assert(
      fc.property(damaged, (text) => {
        const expected = Date.parse(text)
        assert.equal(parseTime(text), Number.isNaN(expected) ? undefined : expected, text)
      }),
      propertyRuns(20_000),
    )
  })
})
