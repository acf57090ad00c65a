import { AppError } from '../base/errors'
import type { ModelDocument } from '../registry/model'
import type { Transaction } from '../registry/ports'
import { isDocument } from './guard'
import { explainDocument, fieldAt } from './schema'

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

  /** @throws AppError `invalid` for what nobody could read again: a program without types gives a number for a note. */
  write(name: string, document: ModelDocument): void {
    if (!isDocument(document)) {
      const { path = [], message = 'is not a model document' } = explainDocument(document) ?? {}
      throw new AppError('invalid', `${name} can't be changed so: ${fieldAt(path)} ${message}.`)
    }
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
    await runAll(this.#afterWrite)
  }

  /** In reverse: the last thing that was prepared is the first that is taken back. */
  async runOnFailure(): Promise<void> {
    await runAll(this.#onFailure.reverse())
  }
}

/** One that fails keeps none of the others from running. */
async function runAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => errors.push(error))
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join(' '))
}
