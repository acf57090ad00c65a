import type { ModelDocument } from '../registry/model'
import type { Transaction } from '../registry/ports'

/** Collects what a transaction wants; the database applies it when the callback has returned. */
export class PendingTransaction implements Transaction {
  readonly writes = new Map<string, ModelDocument>()
  readonly renames: { readonly from: string; readonly to: string }[] = []
  readonly removals: string[] = []
  readonly #afterWrite: (() => Promise<void>)[] = []
  readonly #onFailure: (() => Promise<void>)[] = []
  readonly #read: (name: string) => Promise<ModelDocument | undefined>

  constructor(read: (name: string) => Promise<ModelDocument | undefined>) {
    this.#read = read
  }

  async read(name: string): Promise<ModelDocument | undefined> {
    return this.writes.get(name) ?? (await this.#read(name))
  }

  write(name: string, document: ModelDocument): void {
    this.writes.set(name, document)
  }

  rename(from: string, to: string): void {
    this.renames.push({ from, to })
  }

  remove(name: string): void {
    this.removals.push(name)
  }

  afterWrite(run: () => Promise<void>): void {
    this.#afterWrite.push(run)
  }

  onFailure(run: () => Promise<void>): void {
    this.#onFailure.push(run)
  }

  async runAfterWrite(): Promise<void> {
    for (const run of this.#afterWrite) await run()
  }

  /** In reverse: the last thing that was prepared is the first that is taken back. */
  async runOnFailure(): Promise<void> {
    for (const run of this.#onFailure.reverse()) await run()
  }
}
