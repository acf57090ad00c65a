import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  escapeText,
  formatAge,
  formatBytes,
  formatNumber,
  listing,
  plural,
} from '../../../src/base/text'
import { propertyRuns } from '../../support/propertyRuns'

describe('text for people', () => {
  it('tells bytes in powers of 1000', () => {
    for (const [bytes, text] of [
      [0, '0 B'],
      [999, '999 B'],
      [1000, '1.0 kB'],
      [1234, '1.2 kB'],
      [99_949, '99.9 kB'],
      [99_950, '100 kB'],
      [999_499, '999 kB'],
      [999_500, '1.0 MB'],
      [12_345_678_901, '12.3 GB'],
      [2 ** 53, '9.0 PB'],
    ] as const)
      assert.equal(formatBytes(bytes), text)
  })

  it('counts', () => {
    assert.equal(plural(1, 'file'), '1 file')
    assert.equal(plural(0, 'file'), '0 files')
    assert.equal(plural(12_345, 'entry', 'entries'), '12,345 entries')
  })

  it('lists', () => {
    assert.equal(listing([]), '')
    assert.equal(listing(['a']), 'a')
    assert.equal(listing(['a', 'b']), 'a and b')
    assert.equal(listing(['a', 'b', 'c']), 'a, b and c')
  })

  it('tells an age in its largest unit', () => {
    const now = new Date('2026-02-01T00:00:00.000Z')
    for (const [at, text] of [
      ['2026-02-01T00:00:00.000Z', 'just now'],
      ['2026-02-01T00:05:00.000Z', 'just now'],
      ['2026-01-31T23:59:01.000Z', 'just now'],
      ['2026-01-31T23:59:00.000Z', '1 min'],
      ['2026-01-31T01:00:00.000Z', '23 h'],
      ['2026-01-30T00:00:00.000Z', '2 d'],
      ['2026-01-10T00:00:00.000Z', '3 w'],
      ['2025-06-01T00:00:00.000Z', '8 mo'],
      ['2024-01-01T00:00:00.000Z', '2 y'],
    ] as const)
      assert.equal(formatAge(at, now), text)
  })

  it('tells numbers in five digits', () => {
    for (const [value, text] of [
      [0.94, '0.94'],
      [0.123456789, '0.12346'],
      [1.23456e-7, '1.2346e-7'],
      [123456, '123460'],
      [-0.5, '-0.5'],
      [0, '0'],
    ] as const)
      assert.equal(formatNumber(value), text)
  })
})

describe('text from files', () => {
  it('shows what would show something else', () => {
    assert.equal(escapeText('a\u001b[31mb'), 'a\\x1b[31mb')
    assert.equal(escapeText('line\nbreak\ttab'), 'line\\x0abreak\\x09tab')
    assert.equal(escapeText('exe\u202egnp.'), 'exe\\u202egnp.')
    assert.equal(
      escapeText('\u009b31m\u200b\u2028\ufeff\u2066'),
      '\\x9b31m\\u200b\\u2028\\ufeff\\u2066',
    )
  })

  it('leaves letters of every script as they are', () => {
    for (const text of ['modèle', '模型', 'نموذج', '🙂 + é']) assert.equal(escapeText(text), text)
  })

  it('is cut where it is too long', () => {
    assert.equal(escapeText('x'.repeat(200)), 'x'.repeat(200))
    assert.equal(escapeText('x'.repeat(201)), `${'x'.repeat(200)}…`)
    assert.equal(escapeText('abc', 2), 'ab…')
  })

  it('never holds a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.ok(!/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(escapeText(text)))
      }),
      propertyRuns(1000),
    )
  })
})
