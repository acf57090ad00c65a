import assert from 'node:assert/strict'
import { parseDate, parseNumber, parseSize } from '../../../../src/registry/search/literals'

describe('parseSize', () => {
  const sizes: readonly (readonly [text: string, bytes: number | undefined])[] = [
    ['100', 100],
    ['100B', 100],
    ['1kB', 1000],
    ['1KB', 1000],
    ['1KiB', 1024],
    ['1.5 MB', 1_500_000],
    ['2 GiB', 2 * 1024 ** 3],
    ['1TB', 1e12],
    ['1PiB', 1024 ** 5],
    ['1 XB', undefined],
    ['MB', undefined],
    ['-1MB', undefined],
    ['', undefined],
  ]
  for (const [text, bytes] of sizes) {
    it(`${JSON.stringify(text)} is ${bytes} bytes`, () => assert.equal(parseSize(text), bytes))
  }
})

describe('parseDate', () => {
  const dates: readonly (readonly [text: string, iso: string | undefined])[] = [
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-01-31T10:20', '2026-01-31T10:20:00.000Z'],
    ['2026-01-31 10:20:30', '2026-01-31T10:20:30.000Z'],
    ['2026-01-31T10:20:30.5Z', '2026-01-31T10:20:30.500Z'],
    ['2026-01-31T10:20:30+02:00', '2026-01-31T08:20:30.000Z'],
    ['2026-01-31T10:20:30-0530', '2026-01-31T15:50:30.000Z'],
    ['2026-02-30', undefined],
    ['2026-02-29', undefined],
    ['2026-13-01', undefined],
    ['2026-01-31T25:00', undefined],
    ['31.01.2026', undefined],
    ['2026', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ]
  for (const [text, iso] of dates) {
    it(`${JSON.stringify(text)} is ${iso}`, () => {
      const time = parseDate(text)
      assert.equal(time === undefined ? undefined : new Date(time).toISOString(), iso)
    })
  }
})

describe('parseNumber', () => {
  it('takes what spells a decimal number and nothing else', () => {
    assert.equal(parseNumber('1e-4'), 1e-4)
    assert.equal(parseNumber(' -.5 '), -0.5)
    for (const text of ['', ' ', 'adam', '1e999', 'Infinity', 'NaN', '1 2', '-', '.', '0x10']) {
      assert.equal(parseNumber(text), undefined, text)
    }
  })
})
