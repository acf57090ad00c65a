import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { Cases, INJECT, SCENARIOS } from './cases'

const SOAK = process.env['SOAK'] === '1'
const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE']
const KILLS = ['kill-before', 'kill-after', 'kill-half']

describe('whatever fails, at whatever moment', () => {
  let cases: Cases
  before(async () => {
    cases = new Cases()
    await cases.prepare()
  })
  after(() => cases.dispose())

  function kill(name: string, root: string, at: number, mode: string): Promise<boolean> {
    const child = spawn(process.execPath, ['--require', INJECT, SCENARIOS, name, root], {
      env: { ...process.env, FAULT_PLAN: JSON.stringify({ root, at, mode }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => resolve(output === 'acknowledged'))
    })
  }

  for (const name of Cases.names()) {
    it(`${name}: each call fails, and the state is the one before or the one after`, async function () {
      this.timeout(SOAK ? 1_800_000 : 300_000)
      const states = await cases.rehearse(name)
      assert.ok(states.calls > 10, 'the injection sees no calls')
      for (let at = 1; at <= states.calls; at++) {
        for (const code of SOAK ? CODES : [CODES[at % CODES.length]]) {
          const root = cases.fresh()
          cases.inject.plan(root, at, 'error', code)
          let acknowledged = true
          try {
            await cases.run(name, root)
          } catch {
            acknowledged = false
          } finally {
            cases.inject.stop()
          }
          const expected = acknowledged ? [states.after] : cases.refused(name, states)
          await cases.check(root, `${name}, call ${at}, ${code}`, expected)
        }
      }
    })

    it(`${name}: killed at each call, a reader sees the state before or the state after`, async function () {
      this.timeout(SOAK ? 1_800_000 : 300_000)
      const { before, after, calls } = await cases.rehearse(name)
      const queue: [number, string][] = []
      // A process for each: half of the calls in an ordinary run, each in one way; all in all ways in the soak.
      for (let at = 1; at <= calls; at += SOAK ? 1 : 2) {
        const modes = SOAK ? KILLS : [KILLS[at % KILLS.length] ?? 'kill-before']
        for (const mode of modes) queue.push([at, mode])
      }
      const work = async (): Promise<void> => {
        for (let next = queue.pop(); next; next = queue.pop()) {
          const [at, mode] = next
          const root = cases.fresh()
          const acknowledged = await kill(name, root, at, mode)
          const expected = acknowledged ? [after] : [before, after]
          await cases.check(root, `${name}, call ${at}, ${mode}`, expected)
        }
      }
      await Promise.all(Array.from({ length: availableParallelism() }, work))
    })
  }
})
