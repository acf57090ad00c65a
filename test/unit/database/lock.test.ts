import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentOwner, endFlight, flightName } from '../../../src/base/processOwner'
import { acquireLock, type LockRecord } from '../../../src/database/lock'
import type { LockOrder, LockReply } from '../../support/lockWorker'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { Worker } from '../../support/workers'

const WORKER = join(__dirname, '../../support/lockWorker.ts')
const PROCESSES = 8
const ROUNDS = process.env['SOAK'] ? 1000 : 50
/** How long a stopped owner is waited for, in milliseconds. */
const STOPPED = process.env['SOAK'] ? 15_000 : 50

type LockWorker = Worker<LockOrder | 'release', LockReply>

describe('the lock between processes', () => {
  let top: string
  let place: { folder: string; temporary: string; name: string }
  const workers: LockWorker[] = []

  beforeEach(async () => {
    top = await createTempFolder('lock')
    place = { folder: join(top, 'locks'), temporary: join(top, 'tmp'), name: 'churn' }
    for (const folder of [place.folder, place.temporary]) await mkdir(folder)
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.kill()
    await removeFolder(top)
  })

  const take = (milliseconds: number, signal?: AbortSignal) =>
    acquireLock({ ...place, milliseconds, via: 'test', ...(signal ? { signal } : {}) })
  const startWorker = async (): Promise<LockWorker> => {
    const worker = await Worker.start<LockOrder | 'release', LockReply>(WORKER)
    workers.push(worker)
    return worker
  }
  /** A lock as its owner would leave it. */
  async function leave(record: Partial<LockRecord> | string, nonce = 'nonce'): Promise<void> {
    const path = join(place.folder, place.name)
    await mkdir(path)
    const whole = { ...currentOwner(), since: '2026-01-31T12:00:00.000Z', via: 'cli' }
    const text = typeof record === 'string' ? record : JSON.stringify({ ...whole, ...record })
    await writeFile(join(path, nonce), text)
  }
  /** The id of a process that was there and is gone. */
  const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid

  const nothingLeft = async (): Promise<void> => {
    assert.deepEqual(await readdir(place.folder), [])
    assert.deepEqual(await readdir(place.temporary), [])
  }

  it('is one folder that names its owner, and nothing when it is released', async () => {
    const release = await take(0)
    const [nonce = ''] = await readdir(join(place.folder, 'churn'))
    const record = JSON.parse(
      await readFile(join(place.folder, 'churn', nonce), 'utf8'),
    ) as LockRecord
    assert.equal(record.pid, process.pid)
    assert.equal(record.host, currentOwner().host)
    assert.equal(record.via, 'test')
    assert.ok(Math.abs(Date.parse(record.since) - Date.now()) < 60_000)
    await release()
    await nothingLeft()
  })

  it('lets the callers of one process in one after the other, in their order', async () => {
    const order: number[] = []
    let inside = 0
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const release = await take(10_000)
        assert.equal(++inside, 1)
        order.push(index)
        await new Promise((resolve) => setImmediate(resolve))
        inside--
        await release()
      }),
    )
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
    await nothingLeft()
  })

  it('tells a caller of the same process that it is busy, after the wait', async () => {
    const release = await take(0)
    await assert.rejects(take(20), {
      name: 'AppError',
      code: 'busy',
      message: /"churn" is being changed by this program/,
    })
    await release()
    await (
      await take(0)
    )()
  })

  it('stops waiting when it is cancelled, and leaves nothing in flight', async () => {
    await leave({ pid: process.ppid, started: '' })
    await assert.rejects(take(10_000, AbortSignal.abort()), { code: 'cancelled' })
    assert.deepEqual(await readdir(place.temporary), [])
  })

  it('keeps processes apart that want it at the same time', async () => {
    const counter = join(top, 'counter')
    await writeFile(counter, '0')
    await Promise.all(Array.from({ length: PROCESSES }, startWorker))
    for (let round = 0; round < ROUNDS / 5; round++) {
      const replies = await Promise.all(
        workers.map((worker) => worker.ask({ ...place, milliseconds: 10_000, counter })),
      )
      assert.deepEqual(
        replies,
        Array.from({ length: PROCESSES }, () => ({ done: true })),
      )
    }
    assert.equal(await readFile(counter, 'utf8'), String((PROCESSES * ROUNDS) / 5))
    await nothingLeft()
  }).timeout(600_000)

  it('breaks the lock of a process that was killed, at once', async () => {
    const worker = await startWorker()
    assert.deepEqual(await worker.ask({ ...place, milliseconds: 0 }), { done: true })
    await assert.rejects(take(0), { code: 'busy' })
    await worker.kill()
    const release = await take(0)
    await release()
    await nothingLeft()
  })

  it(`has one owner at a time when ${PROCESSES} processes find a dead one's lock, ${ROUNDS} times`, async () => {
    const counter = join(top, 'counter')
    await writeFile(counter, '0')
    await Promise.all(Array.from({ length: PROCESSES }, startWorker))
    for (let round = 1; round <= ROUNDS; round++) {
      await leave({ pid: deadPid(), started: '1' })
      const replies = await Promise.all(
        workers.map((worker) => worker.ask({ ...place, milliseconds: 10_000, counter })),
      )
      assert.deepEqual(
        replies,
        Array.from({ length: PROCESSES }, () => ({ done: true })),
      )
      assert.equal(await readFile(counter, 'utf8'), String(PROCESSES * round))
    }
    await nothingLeft()
  }).timeout(600_000)

  it('leaves a process that is stopped its lock, and names it', async function () {
    if (process.platform === 'win32') this.skip()
    const worker = await startWorker()
    await worker.ask({ ...place, milliseconds: 0 })
    worker.child.kill('SIGSTOP')
    const owner = new RegExp(`by process ${worker.child.pid} \\(test\\) on .* since 20\\d\\d-.*Z`)
    await assert.rejects(take(STOPPED), { code: 'busy', message: owner })
    worker.child.kill('SIGCONT')
    assert.deepEqual(await worker.ask('release'), { done: true })
    await (
      await take(0)
    )()
  }).timeout(60_000)

  it('tells a recycled process id from its former owner by the start of the process', async function () {
    if (currentOwner().started === '') this.skip()
    await leave({ pid: process.ppid, started: '1' })
    await (
      await take(0)
    )()
    await nothingLeft()
  })

  it('knows that nobody lives who took it before the machine was started', async function () {
    if (currentOwner().boot === '') this.skip()
    await leave({ pid: process.ppid, boot: 'another' })
    await (
      await take(0)
    )()
  })

  it('breaks a lock of this program whose release failed', async () => {
    const nonce = flightName()
    await leave({}, nonce)
    await assert.rejects(take(0), { code: 'busy' })
    endFlight(nonce)
    await (
      await take(0)
    )()
    await nothingLeft()
  })

  it('leaves a lock to another copy of this program in the same process', async () => {
    const nonce = flightName()
    const [machine, pid, started, , random] = nonce.split('-')
    endFlight(nonce)
    await leave({}, [machine, pid, started, '00000000', random].join('-'))
    await assert.rejects(take(0), { code: 'busy' })
  })

  for (const [what, record] of [
    ['another machine', { host: 'elsewhere' }],
    ['another container', { namespace: 'pid:[1]' }],
  ] as const)
    it(`never breaks a lock of ${what}, says so at once, and names the remedy`, async () => {
      await leave({ pid: deadPid(), ...record })
      const path = join(place.folder, 'churn')
      await assert.rejects(take(60_000), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'busy')
        assert.match(
          error.message,
          /since 2026-01-31T12:00:00\.000Z, on another machine or in another container/,
        )
        assert.ok(error.message.endsWith(`delete the folder ${path}.`))
        return true
      })
      assert.deepEqual(await readdir(path), ['nonce'])
      assert.deepEqual(await readdir(place.temporary), [])
    })

  for (const text of ['', '{', 'null', '[]', '{"pid": "1"}'])
    it(`breaks a lock whose record is ${JSON.stringify(text)}: it was complete before it had its name`, async () => {
      await leave(text)
      await (
        await take(0)
      )()
      await nothingLeft()
    })

  it('takes an empty folder for a free lock', async () => {
    await mkdir(join(place.folder, 'churn'))
    await (
      await take(0)
    )()
    await nothingLeft()
  })

  it('holds one name apart from another', async () => {
    const release = await take(0)
    await (
      await acquireLock({ ...place, name: 'other', milliseconds: 0, via: 'test' })
    )()
    await release()
  })
})
