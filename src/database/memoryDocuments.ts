import { Low, Memory } from 'lowdb'
import { AppError, messageOf } from '../base/errors'
import { brokenHead, headOf, type ModelHead } from '../registry/head'
import type { ModelDocument } from '../registry/model'
import { nameKey } from '../registry/names'
import type { Documents, DocumentState, Transaction } from '../registry/ports'
import { isNewer, parseDocument, printDocument } from './documentText'
import { PendingTransaction } from './pendingTransaction'

/** Documents in memory, for tests and previews: the same rules, the same text, no disk. */
export class MemoryDocuments implements Documents {
  readonly #databases = new Map<string, Low<string | null>>()
  readonly #states = new Map<string, DocumentState>()
  readonly #lines = new Map<string, Promise<void>>()
  readonly #onWarning: (message: string) => void

  /** @param onWarning Hears what went wrong after a change was done: it is done all the same. */
  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning
  }

  list(): readonly string[] {
    return [...this.#databases.keys()].sort()
  }

  async names(): Promise<readonly string[]> {
    return this.list()
  }

  read(name: string): DocumentState | undefined {
    return this.#states.get(name)
  }

  async reread(name: string): Promise<DocumentState | undefined> {
    return this.read(name)
  }

  /** The text that a document has now, as a file would hold it. */
  text(name: string): string | undefined {
    return this.#databases.get(name)?.data ?? undefined
  }

  /** Puts a text in a document's place, as another program would. */
  async put(name: string, text: string): Promise<void> {
    const database = new Low<string | null>(new Memory(), null)
    database.data = text
    await database.write()
    this.#databases.set(name, database)
    this.#states.set(name, stateOf(name, text))
  }

  async transact<T>(
    models: readonly string[],
    run: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const keys = [...new Set(models.map(nameKey))].sort()
    const leaves: (() => void)[] = []
    for (const key of keys) leaves.push(await this.#enter(key))
    const pending = new PendingTransaction(async (name) => this.#readForChange(name))
    try {
      let result: T
      try {
        result = await run(pending)
      } catch (error) {
        await pending.runOnFailure()
        throw error
      }
      for (const { from, to } of pending.renames) {
        const database = this.#databases.get(from)
        if (database?.data) await this.put(to, database.data)
        this.#forget(from)
      }
      for (const [name, document] of pending.writes) await this.put(name, printDocument(document))
      for (const name of pending.removals) this.#forget(name)
      await this.#finish(pending)
      return result
    } finally {
      for (const leave of leaves) leave()
    }
  }

  async #finish(pending: PendingTransaction): Promise<void> {
    try {
      await pending.runAfterWrite()
    } catch (error) {
      const reason = messageOf(error)
      this.#onWarning(`Could not clear up after the change (${reason}).`)
    }
  }

  #forget(name: string): void {
    this.#databases.delete(name)
    this.#states.delete(name)
  }

  async #enter(key: string): Promise<() => void> {
    const before = this.#lines.get(key) ?? Promise.resolve()
    let leave = (): void => {}
    const mine = new Promise<void>((resolve) => {
      leave = resolve
    })
    this.#lines.set(
      key,
      before.then(() => mine),
    )
    await before
    return leave
  }

  #readForChange(name: string): ModelDocument | undefined {
    const state = this.#states.get(name)
    if (!state) return undefined
    if (state.kind === 'broken') throw state.error
    if (isNewer(state.document)) {
      throw new AppError(
        'invalid',
        `${name}.json has format ${state.document.formatVersion}, written by a newer version of Model Registry. Update this one to change the model.`,
      )
    }
    return state.document
  }

  async heads(): Promise<readonly ModelHead[]> {
    return this.list().flatMap((name) => {
      const state = this.#states.get(name)
      if (!state) return []
      return state.kind === 'good'
        ? [headOf(name, state.document)]
        : [brokenHead(name, state.error.message)]
    })
  }

  async refresh(): Promise<readonly string[]> {
    return []
  }

  dispose(): void {
    this.#databases.clear()
    this.#states.clear()
  }
}

function stateOf(name: string, text: string): DocumentState {
  try {
    return { kind: 'good', document: parseDocument(text, `${name}.json`, name), bytes: text.length }
  } catch (error) {
    if (error instanceof AppError) return { kind: 'broken', error }
    throw error
  }
}
