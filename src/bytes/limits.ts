import { AppError, throwIfCancelled } from '../base/errors'

/** Every cap of the readers, with its reason. A count or length from a file is compared with these before it is used. */
export const LIMITS = {
  /** JSON text that is parsed whole: the largest headers of real models (50,000 tensors) have 8 MB. */
  json: 100_000_000,
  /** Nesting of JSON, protobuf messages, FlatBuffers tables and containers: real files stay below 30. */
  depth: 64,
  /** Bytes inflated into memory for one container member; larger ones are looked at in parts. */
  inflated: 64 * 1024 * 1024,
  /** Entries of a container's directory: a torch checkpoint of 50,000 tensors has that many. */
  entries: 100_000,
  /** Tensors listed for one model. */
  tensors: 1_000_000,
  /** Values that a pickle builds (calls, lists, tuples …), about 100 bytes each: a forest of 10,000 trees has 200,000. */
  pickleValues: 1_000_000,
  /** Items that the lists and dicts of a pickle keep; further ones are counted only. */
  pickleItems: 1_000_000,
  /** Values on a pickle's stack and in its memo: a vocabulary of 1,000,000 words memoizes each. */
  pickleStack: 2_000_000,
  /** Different names that a pickle imports: real ones have some hundred. */
  pickleGlobals: 50_000,
  /** Events that are recorded for one pickle. */
  pickleEvents: 500_000,
  /** Characters of all the texts that a pickle's values keep. */
  pickleText: 32 * 1024 * 1024,
  /** Containers in containers: a wheel in a zip in a tar is three. */
  nesting: 4,
} as const

/**
 * The time and the steps that one inspection may take. A loop over something that a file counts calls `step()`, so that
 * no file can hold the worker: beyond the budget it throws, and the caller reports what it had as `partial`.
 */
export class Budget {
  readonly #deadline: number
  readonly #signal: AbortSignal | undefined
  #steps: number

  constructor(options: { milliseconds?: number; steps?: number; signal?: AbortSignal } = {}) {
    this.#signal = options.signal
    this.#deadline = performance.now() + (options.milliseconds ?? 5000)
    this.#steps = options.steps ?? 50_000_000
  }

  /** Counts `count` steps; looks at the clock every few thousand. */
  step(count = 1): void {
    const before = this.#steps
    this.#steps -= count
    if (this.#steps < 0) throw new BudgetExceeded('The file has more structure than is looked at.')
    if (before >> 12 === this.#steps >> 12) return
    throwIfCancelled(this.#signal)
    if (performance.now() > this.#deadline) {
      throw new BudgetExceeded('The file takes too long to look through.')
    }
  }

  /** The same for a loop that can stop in the middle: false where there is nothing left. */
  trySteps(count: number): boolean {
    try {
      this.step(count)
      return true
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error
      return false
    }
  }
}

/** Thrown by `Budget.step`: what was found so far stands, the rest was not looked at. */
export class BudgetExceeded extends AppError {
  constructor(message: string) {
    super('corrupt', message)
  }
}
