import assert from 'node:assert/strict'
import { daysLeft } from '../../../../src/extension/recovery/daysLeft'

const DELETED = '2026-01-01T12:00:00.000Z'
const left = (now: string): number => daysLeft(DELETED, 30, new Date(now))

describe('the days that something stays in the trash', () => {
  it('are counted down, the last one to its end', () => {
    assert.equal(left(DELETED), 30)
    assert.equal(left('2026-01-01T13:00:00Z'), 30)
    assert.equal(left('2026-01-30T13:00:00Z'), 1)
    assert.equal(left('2026-01-31T11:59:59Z'), 1)
  })

  it('are over afterwards', () => {
    assert.equal(left('2026-01-31T12:00:00Z'), 0)
    assert.equal(left('2027-01-01T00:00:00Z'), 0)
    assert.equal(daysLeft(DELETED, 0, new Date(DELETED)), 0)
  })
})
