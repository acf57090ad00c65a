/** The same registry over different parts: what holds for one holds for all. */
import { join } from 'node:path'
import { ModelRegistry } from '../../src/index'
import { MinimalStore } from './minimalStore'

/** A clock that stands still until it is told otherwise. */
export class TestClock {
  #now: number

  constructor(start = '2026-01-31T12:00:00.000Z') {
    this.#now = Date.parse(start)
  }

  readonly now = (): Date => new Date(this.#now)

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}

export interface RegistryKind {
  readonly name: string
  /** @param folder The workspace; `.models` lies in it where the kind has one. */
  open(folder: string, clock: TestClock): Promise<ModelRegistry>
}

export const REGISTRIES: readonly RegistryKind[] = [
  {
    name: 'on disk',
    open: (folder, clock) =>
      ModelRegistry.open({ root: join(folder, '.models'), actor: 'ada', clock: clock.now }),
  },
  {
    name: 'in memory',
    open: async (_, clock) => ModelRegistry.inMemory({ actor: 'ada', clock: clock.now }),
  },
  {
    name: "on disk with another author's store",
    open: (folder, clock) =>
      ModelRegistry.open({
        root: join(folder, '.models'),
        store: new MinimalStore(),
        actor: 'ada',
        clock: clock.now,
      }),
  },
]
