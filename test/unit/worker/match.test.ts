import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { matchInBackground } from '../../../src/worker/backgroundMatch'
import { WorkerPool } from '../../../src/worker/pool'
import { PROJECT } from '../../host/workspace'
import { buildCli } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const MIB = 1024 * 1024

describe('matching two files in the background', () => {
  const pool = new WorkerPool(join(PROJECT, 'dist/worker.js'), 2)
  const match = matchInBackground(pool)
  const content = randomBytes(5 * MIB + 1)
  let folder: string
  let path: string
  const other = async (bytes: Uint8Array): Promise<string> => {
    const place = join(folder, 'other')
    await writeFile(place, bytes)
    return place
  }

  before(async function () {
    this.timeout(60_000)
    await buildCli()
    folder = await createTempFolder('match')
    path = join(folder, 'path')
    await writeFile(path, content)
  })
  after(async () => {
    await pool.dispose()
    await removeFolder(folder)
  })

  it('gives the digest of both where they are equal, and counts the bytes once', async () => {
    let counted = 0
    const result = await match(path, await other(content), {
      onBytes: (count) => (counted += count),
    })
    assert.equal(result.sha256, createHash('sha256').update(content).digest('hex'))
    assert.equal(result.size, content.length)
    assert.equal(counted, content.length)
  })

  for (const [what, changed] of [
    ['in the first byte', Buffer.concat([Buffer.from([content[0]! ^ 1]), content.subarray(1)])],
    [
      'in the last byte',
      Buffer.concat([content.subarray(0, -1), Buffer.from([content.at(-1)! ^ 1])]),
    ],
    ['by being shorter', content.subarray(0, -1)],
    ['by being longer', Buffer.concat([content, Buffer.from([0])])],
    ['by being empty', Buffer.alloc(0)],
  ] as const)
    it(`gives none where they differ ${what}`, async () => {
      assert.equal((await match(path, await other(changed), {})).sha256, undefined)
    })

  it('fails where one is not there, and ends when it is cancelled', async () => {
    await assert.rejects(match(path, join(folder, 'nothing'), {}), { code: 'ENOENT' })
    await assert.rejects(match(join(folder, 'nothing'), path, {}), { code: 'ENOENT' })
    const signal = AbortSignal.abort()
    await assert.rejects(match(path, await other(content), { signal }), { code: 'cancelled' })
  })
})
