/** A step of a long loop may hold the event loop for so long. */
const STEP_MILLISECONDS = 8

/** Lets the event loop turn between the steps of a long loop, as often as needed and no more. */
export class Pause {
  #since = performance.now()

  async perhaps(): Promise<void> {
    if (performance.now() - this.#since < STEP_MILLISECONDS) return
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = performance.now()
  }
}
