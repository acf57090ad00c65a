import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ulid } from '../../../src/base/ulid'
import { ID } from '../../../src/database/guard'

/** The ids that a fresh process makes at these times: ids never go back in time, so those of this process are later. */
function idsAt(times: readonly number[]): string[] {
  const module = JSON.stringify(join(__dirname, '../../../src/base/ulid.ts'))
  const script = `const { ulid } = require(${module}); console.log(JSON.stringify(${JSON.stringify(times)}.map((time) => ulid(time))))`
  const output = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    encoding: 'utf8',
  })
  return JSON.parse(output) as string[]
}

describe('ids', () => {
  it("are ULIDs: 26 characters of Crockford's alphabet, the time first", () => {
    const [id = ''] = idsAt([1_469_918_176_385])
    assert.match(id, /^[0-9A-HJKMNP-TV-Z]{26}$/)
    assert.match(id, ID)
    assert.equal(id.slice(0, 10), '01ARYZ6S41')
  })

  it('of one process are strictly increasing, whatever the clock does', () => {
    const ids = idsAt([5e12, 5e12, 5e12, 5e12 - 1000, 5e12 + 1, 0, 5e12 + 1])
    assert.deepEqual(ids, [...new Set(ids)].sort())
  })

  it('do not repeat', () => {
    const ids = Array.from({ length: 20_000 }, () => ulid())
    assert.equal(new Set(ids).size, ids.length)
  })
})
