import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasStrace } from '../support/strace'
import { Cases, SCENARIOS } from './cases'

const SOAK = process.env['SOAK'] === '1'
/** Calls that make something durable or give it a name, with what the kernel can answer; writes are the wrapper's. */
const REFUSALS: readonly (readonly [calls: string, error: string])[] = [
  ['fsync,fdatasync', 'EIO'],
  ['rename,renameat,renameat2', 'ENOSPC'],
  ['link,linkat', 'EPERM'],
  ['unlink,unlinkat', 'EIO'],
  ['mkdir,mkdirat', 'ENOSPC'],
  ['rmdir', 'EBUSY'],
]
const OPERATIONS = SOAK ? Cases.names() : ['register']
const CALLS = SOAK ? REFUSALS : REFUSALS.slice(0, 2)

/** Unlike the wrapper of `fs`, the kernel also refuses what runs outside of JavaScript: copies, and flushes of them. */
describe('whatever the kernel refuses', () => {
  let cases: Cases
  let logs: string
  before(async function () {
    this.timeout(600_000)
    if (!hasStrace()) {
      console.log('      skipped: strace is not installed, which makes system calls fail')
      this.skip()
    }
    cases = new Cases()
    logs = mkdtempSync(join(tmpdir(), 'model-registry-kernel-'))
    await cases.prepare()
  })
  after(() => {
    cases?.dispose()
    if (logs) rmSync(logs, { recursive: true, force: true })
  })

  /** One thread for file calls, so that the same call is the same in every run. */
  function run(
    name: string,
    root: string,
    injection: string,
  ): { isInjected: boolean; acknowledged: boolean } {
    const log = join(logs, 'strace.log')
    const calls = injection.slice(0, injection.indexOf(':'))
    const { stdout } = spawnSync(
      'strace',
      [
        '-f',
        '-qq',
        '-o',
        log,
        '-e',
        `trace=${calls}`,
        '-e',
        `inject=${injection}`,
        process.execPath,
        SCENARIOS,
        name,
        root,
      ],
      { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
    )
    const isInjected = /INJECTED|killed by SIGKILL/.test(readFileSync(log, 'utf8'))
    return { isInjected, acknowledged: stdout === 'acknowledged' }
  }

  for (const name of OPERATIONS) {
    for (const [calls, error] of CALLS) {
      it(`${name}: ${calls} fails once, at each place`, async function () {
        this.timeout(600_000)
        const states = await cases.rehearse(name)
        let injected = 0
        for (let at = 1; ; at++) {
          const root = cases.fresh()
          const { isInjected, acknowledged } = run(name, root, `${calls}:error=${error}:when=${at}`)
          const expected = acknowledged ? [states.after] : cases.refused(name, states)
          await cases.check(root, `${name}, ${calls} ${at}`, expected)
          if (!isInjected) break
          injected++
        }
        if (calls.startsWith('fsync')) assert.ok(injected > 0, 'nothing was injected')
      })

      it(`${name}: killed at each ${calls}`, async function () {
        this.timeout(600_000)
        const { before, after } = await cases.rehearse(name)
        for (let at = 1; ; at++) {
          const root = cases.fresh()
          const { isInjected, acknowledged } = run(name, root, `${calls}:signal=KILL:when=${at}`)
          await cases.check(
            root,
            `${name}, killed at ${calls} ${at}`,
            acknowledged ? [after] : [before, after],
          )
          if (!isInjected) break
        }
      })
    }
  }
})
