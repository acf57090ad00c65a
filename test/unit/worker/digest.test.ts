import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '../../host/workspace'
import { WorkerPool } from '../../../src/worker/pool'
import { buildCli } from '../../support/cli'
import { eventually } from '../../support/eventually'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const MIB = 1024 * 1024

describe('the digest of a file that is still being written', () => {
  let folder: string
  let path: string
  let pool: WorkerPool
  let finish: (complete: boolean) => void
  let written: Promise<boolean>
  before(async function () {
    this.timeout(60_000)
    await buildCli()
  })
  beforeEach(async () => {
    folder = await createTempFolder('digest')
    path = join(folder, 'copy.bin')
    pool = new WorkerPool(join(PROJECT, 'dist/worker.js'), 1)
    written = new Promise((resolve) => {
      finish = resolve
    })
  })
  afterEach(async () => {
    await pool.dispose()
    await removeFolder(folder)
  })

  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  const start = (size: number, onBytes?: (count: number) => void) =>
    pool.run<'digest'>(
      { kind: 'digest', path, growing: size },
      { written, ...(onBytes ? { onBytes } : {}) },
    )
  /** Whether the worker, a thread of this process, has the file open. */
  const isOpen = (): boolean =>
    readdirSync('/proc/self/fd').some((descriptor) => {
      try {
        return readlinkSync(join('/proc/self/fd', descriptor)) === path
      } catch {
        // The descriptor of the listing itself is closed by now.
        return false
      }
    })

  it('is that of all its bytes, from before it is made until it is complete', async () => {
    const bytes = randomBytes(3 * MIB)
    let read = 0
    const digested = start(bytes.length, (count) => {
      read += count
    })
    writeFileSync(path, bytes.subarray(0, MIB))
    appendFileSync(path, bytes.subarray(MIB))
    finish(true)
    assert.deepEqual(await digested, { sha256: sha256(bytes), size: bytes.length })
    assert.equal(read, bytes.length)
  })

  it('is that of its bytes where the file has its length before it has them', async function () {
    if (process.platform !== 'linux') this.skip()
    const bytes = randomBytes(MIB)
    writeFileSync(path, '')
    truncateSync(path, bytes.length)
    const digested = start(bytes.length)
    await eventually(() => assert.ok(isOpen()))
    writeFileSync(path, bytes, { flag: 'r+' })
    finish(true)
    assert.equal((await digested).sha256, sha256(bytes))
  })

  it('is none where it is never completed', async () => {
    writeFileSync(path, 'a part')
    const digested = start(MIB)
    finish(false)
    await assert.rejects(digested, { code: 'cancelled' })
  })
})
