import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkClean, checkInvariants, stateOf, type State } from './checker'

interface Inject {
  plan(root: string, at: number, mode: string, code?: string): void
  stop(): number
}
interface Scenarios {
  open(root: string): Promise<{
    updateVersion(name: string, version: string, changes: object): Promise<unknown>
    dispose(): void
  }>
  prepare(workspace: string): Promise<void>
  run(name: string, root: string): Promise<void>
  readonly scenarios: Readonly<Record<string, unknown>>
}

const load = createRequire(join(process.cwd(), 'package.json'))
const SOAK = process.env['SOAK'] === '1'
const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE']
/** One write for each model: a failure at one leaves what was done at another. */
const ACROSS_MODELS = new Set(['gc'])
const KILLS = ['kill-before', 'kill-after', 'kill-half']

describe('whatever fails, at whatever moment', () => {
  const inject = load('./test/faults/inject.cjs') as Inject
  const scenarios = load('./test/faults/scenarios.cjs') as Scenarios
  let base: string
  let template: string
  let cases = 0

  before(async () => {
    base = mkdtempSync(join(tmpdir(), 'model-registry-faults-'))
    template = join(base, 'template')
    mkdirSync(template)
    await scenarios.prepare(template)
  })
  after(() => {
    inject.stop()
    rmSync(base, { recursive: true, force: true })
  })

  function freshCopy(): string {
    const workspace = join(base, `case${cases++}`)
    cpSync(template, workspace, { recursive: true, preserveTimestamps: true })
    return join(workspace, '.models')
  }

  /** The state before, the state after, and how many calls it takes to get there. */
  async function rehearse(name: string): Promise<{ before: State; after: State; calls: number }> {
    const root = freshCopy()
    const before = stateOf(root)
    inject.plan(root, 0, 'count')
    await scenarios.run(name, root)
    const calls = inject.stop()
    const after = stateOf(root)
    checkInvariants(root)
    rmSync(join(root, '..'), { recursive: true, force: true })
    return { before, after, calls }
  }

  /** A write of somebody else, after which nothing of the broken operation may be left. */
  async function writeNext(root: string): Promise<void> {
    const registry = await scenarios.open(root)
    await registry.updateVersion('fraud', '1.0.0', { description: 'somebody else was here' })
    registry.dispose()
  }

  async function checkAfter(
    root: string,
    label: string,
    expected: readonly State[],
  ): Promise<void> {
    try {
      checkInvariants(root)
      const reached = stateOf(root)
      assert.ok(
        expected.some((state) => JSON.stringify(state) === JSON.stringify(reached)),
        `neither before nor after: ${JSON.stringify(reached)}`,
      )
      await writeNext(root)
      checkInvariants(root)
      checkClean(root)
      assert.deepEqual(
        stateOf(root).models,
        reached.models,
        'the next write changed something else',
      )
    } catch (error) {
      throw new Error(`${label}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
    rmSync(join(root, '..'), { recursive: true, force: true })
  }

  function kill(name: string, root: string, at: number, mode: string): Promise<boolean> {
    const child = spawn(
      process.execPath,
      [
        '--require',
        load.resolve('./test/faults/inject.cjs'),
        load.resolve('./test/faults/scenarios.cjs'),
        name,
        root,
      ],
      {
        env: { ...process.env, FAULT_PLAN: JSON.stringify({ root, at, mode }) },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => resolve(output === 'acknowledged'))
    })
  }

  for (const name of Object.keys(scenarios.scenarios)) {
    it(`${name}: each call fails, and the state is the one before or the one after`, async function () {
      this.timeout(SOAK ? 1_800_000 : 300_000)
      const { before, after, calls } = await rehearse(name)
      assert.ok(calls > 10, 'the injection sees no calls')
      for (let at = 1; at <= calls; at++) {
        for (const code of SOAK ? CODES : [CODES[at % CODES.length]]) {
          const root = freshCopy()
          inject.plan(root, at, 'error', code)
          let acknowledged = true
          try {
            await scenarios.run(name, root)
          } catch {
            acknowledged = false
          } finally {
            inject.stop()
          }
          const expected = acknowledged
            ? [after]
            : ACROSS_MODELS.has(name)
              ? [before, after]
              : [before]
          await checkAfter(root, `${name}, call ${at}, ${code}`, expected)
        }
      }
    })

    it(`${name}: killed at each call, a reader sees the state before or the state after`, async function () {
      this.timeout(SOAK ? 1_800_000 : 300_000)
      const { before, after, calls } = await rehearse(name)
      const queue: [number, string][] = []
      // A process for each: half of the calls in an ordinary run, each in one way; all in all ways in the soak.
      for (let at = 1; at <= calls; at += SOAK ? 1 : 2) {
        const modes = SOAK ? KILLS : [KILLS[at % KILLS.length] ?? 'kill-before']
        for (const mode of modes) queue.push([at, mode])
      }
      const work = async (): Promise<void> => {
        for (let next = queue.pop(); next; next = queue.pop()) {
          const [at, mode] = next
          const root = freshCopy()
          const acknowledged = await kill(name, root, at, mode)
          await checkAfter(
            root,
            `${name}, call ${at}, ${mode}`,
            acknowledged ? [after] : [before, after],
          )
        }
      }
      await Promise.all(Array.from({ length: availableParallelism() }, work))
    })
  }
})
