import { setImmediate } from 'node:timers/promises'
import { throwIfCancelled } from '../base/errors'

/** Milliseconds of work between two turns of the event loop: a tenth of what an editor's user can notice. */
const SLICE = 4

/** Lets the event loop turn whenever work has gone on for a slice. */
export class Slices {
  readonly #signal: AbortSignal | undefined
  #since = performance.now()

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  /** True once the slice is used up: then call `turn()`. Cheap enough for the middle of a loop. */
  get due(): boolean {
    return performance.now() - this.#since > SLICE
  }

  /** Waits for one turn of the event loop; throws `cancelled` once the signal is aborted. */
  async turn(): Promise<void> {
    await setImmediate()
    throwIfCancelled(this.#signal)
    this.#since = performance.now()
  }
}

/** Runs a generator that yields now and then to its end, in slices. */
export async function inSlices<T>(
  steps: Generator<undefined, T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const slices = new Slices(signal)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (slices.due) await slices.turn()
  }
}
