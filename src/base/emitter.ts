/** What a listener's owner keeps to end it; structurally a `vscode.Disposable`. */
export interface DisposableLike {
  dispose(): void
}

/** Structurally a `vscode.Event`. */
export type Event<T> = (listener: (event: T) => void) => DisposableLike

/** A list of listeners. One that throws does not keep the others from hearing; its error is rethrown last. */
export class Emitter<T> implements DisposableLike {
  readonly #listeners = new Set<(event: T) => void>()

  readonly event: Event<T> = (listener) => {
    // A wrapper, so that the same function added twice is two listeners.
    const entry = (event: T): void => listener(event)
    this.#listeners.add(entry)
    return { dispose: () => void this.#listeners.delete(entry) }
  }

  fire(event: T): void {
    const errors: unknown[] = []
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'Several listeners failed.')
  }

  dispose(): void {
    this.#listeners.clear()
  }
}
