import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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
export const INJECT = load.resolve('./test/faults/inject.cjs')
export const SCENARIOS = load.resolve('./test/faults/scenarios.cjs')
/** One write for each model: a failure at one leaves what was done at another. */
const ACROSS_MODELS = new Set(['gc'])

/** Copies of one registry that operations are tried on, and what must hold afterwards. */
export class Cases {
  readonly inject = load(INJECT) as Inject
  readonly #scenarios = load(SCENARIOS) as Scenarios
  readonly #base = mkdtempSync(join(tmpdir(), 'model-registry-faults-'))
  readonly #template = join(this.#base, 'template')
  #count = 0

  static names(): string[] {
    return Object.keys((load(SCENARIOS) as Scenarios).scenarios)
  }

  async prepare(): Promise<void> {
    mkdirSync(this.#template)
    await this.#scenarios.prepare(this.#template)
  }

  dispose(): void {
    this.inject.stop()
    rmSync(this.#base, { recursive: true, force: true })
  }

  /** A `.models` folder of its own. */
  fresh(): string {
    const workspace = join(this.#base, `case${this.#count++}`)
    cpSync(this.#template, workspace, { recursive: true, preserveTimestamps: true })
    return join(workspace, '.models')
  }

  run(name: string, root: string): Promise<void> {
    return this.#scenarios.run(name, root)
  }

  /** The state before, the state after, and how many calls it takes to get there. */
  async rehearse(name: string): Promise<{ before: State; after: State; calls: number }> {
    const root = this.fresh()
    const before = stateOf(root)
    this.inject.plan(root, 0, 'count')
    await this.run(name, root)
    const calls = this.inject.stop()
    const after = stateOf(root)
    checkInvariants(root)
    rmSync(dirname(root), { recursive: true, force: true })
    return { before, after, calls }
  }

  /** What may be there where an operation failed and said so. */
  refused(name: string, { before, after }: { before: State; after: State }): readonly State[] {
    return ACROSS_MODELS.has(name) ? [before, after] : [before]
  }

  /** Whatever happened, the state is one of these, and the next write of anybody clears up. */
  async check(root: string, label: string, expected: readonly State[]): Promise<void> {
    try {
      checkInvariants(root)
      const reached = stateOf(root)
      assert.ok(
        expected.some((state) => JSON.stringify(state) === JSON.stringify(reached)),
        `neither before nor after: ${JSON.stringify(reached)}`,
      )
      const registry = await this.#scenarios.open(root)
      await registry.updateVersion('fraud', '1.0.0', { description: 'somebody else was here' })
      registry.dispose()
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
    rmSync(dirname(root), { recursive: true, force: true })
  }
}
