import { Emitter } from '../base/emitter'
import { AppError, messageOf } from '../base/errors'
import { explainSystemError } from '../base/systemErrors'
import type { Author, Change } from './changes'
import { RegisteredModel, type ModelDocument, type ModelVersion, type Via } from './model'
import type { ScanPolicy } from './promotion'
import type {
  Cards,
  Clock,
  Documents,
  DocumentState,
  Inspector,
  ModelStore,
  PolicyReader,
  Relocation,
  Scanner,
  SideFiles,
  Transaction,
  UndoLog,
  UsedElsewhere,
} from './ports'

/** What a registry is made of; hosts call `ModelRegistry.open`, which puts the parts together. */
export interface RegistryParts {
  readonly documents: Documents & Partial<RecoverableDocuments>
  readonly store: ModelStore
  readonly undoLog: UndoLog
  readonly sideFiles: SideFiles
  /** Without one, framework and format are what the request says. */
  readonly inspector?: Inspector
  /** Without one, versions have no verdict. */
  readonly scanner?: Scanner
  readonly scanPolicy: ScanPolicy
  /** Without one there are no promotion rules. */
  readonly policy?: PolicyReader
  readonly cards?: Cards
  readonly clock: Clock
  readonly actor: string
  readonly agent?: string
  readonly via: Via
  readonly readOnly: boolean
  /** How many artifacts are read at once. */
  readonly parallelism: number
  /** Days that what is in the trash can be restored before `gc` may take it. */
  readonly retentionDays: number
  /** What other branches use of the artifacts that they share with this one. */
  readonly usedElsewhere?: UsedElsewhere
  /** What went wrong after a change was done: it is done all the same. */
  readonly onWarning: (message: string) => void
}

/** What a database of files offers besides, so that a store can clear up after dead owners. */
export interface RecoverableDocuments {
  withLock(model: string, run: () => Promise<void>): Promise<boolean>
  readNow(name: string): Promise<DocumentState | undefined>
}

export interface RegistryEvent {
  /** Names of the models that changed, came or went. */
  readonly models: readonly string[]
}

/** What a callback makes of a document: nothing, or a change, and the version that the caller is answered with. */
export interface Outcome {
  readonly change?: Change
  readonly version?: string
}

type Step<T extends Outcome | undefined> = (
  document: ModelDocument | undefined,
  transaction: Transaction,
) => Promise<T>

/** How every change is made: refused where nothing may be written, in a transaction, recorded, published, told. */
export class ChangeRunner {
  readonly changed = new Emitter<RegistryEvent>()
  readonly #snapshots = new WeakMap<ModelDocument, RegisteredModel>()
  readonly #relocations = new WeakMap<Transaction, Relocation>()

  constructor(readonly parts: RegistryParts) {}

  snapshot(name: string): RegisteredModel | undefined {
    const state = this.parts.documents.read(name)
    if (state?.kind !== 'good' || state.document.deletedAt !== undefined) return undefined
    const { document } = state
    let model = this.#snapshots.get(document)
    if (!model) {
      model = new RegisteredModel(name, document)
      this.#snapshots.set(document, model)
    }
    return model
  }

  /** The same as it is now, for decisions that must not rest on what this process remembers. */
  async snapshotNow(name: string): Promise<RegisteredModel | undefined> {
    await this.parts.documents.reread(name)
    return this.snapshot(name)
  }

  /** @throws AppError `notFound`, or `corrupt` where the document is broken. */
  requireModel(name: string): RegisteredModel {
    const state = this.parts.documents.read(name)
    if (state?.kind === 'broken') throw state.error
    const model = this.snapshot(name)
    if (!model) throw new AppError('notFound', `There is no model named ${name}.`)
    return model
  }

  /** @throws AppError `notFound`, or `corrupt` where the document is broken. */
  requireVersion(name: string, version: string): ModelVersion {
    const found = this.requireModel(name).getVersion(version)
    if (!found) throw new AppError('notFound', `Model ${name} has no version ${version}.`)
    return found
  }

  author(at: Date = this.parts.clock(), note?: string): Author {
    const { actor, agent, via } = this.parts
    return {
      actor,
      via,
      at,
      ...(agent === undefined ? {} : { agent }),
      ...(note === undefined ? {} : { note }),
    }
  }

  /** Refuses where nothing may be written, clears up after dead owners, and explains what the system says. */
  async write<T>(doing: string, run: () => Promise<T>): Promise<T> {
    if (this.parts.readOnly) {
      throw new AppError('invalid', `Can't ${doing}: this registry is open for reading only.`)
    }
    return this.explained(doing, async () => {
      await this.#recover()
      return run()
    })
  }

  async explained<T>(doing: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw explainSystemError(error, doing)
    }
  }

  /** One transaction on one model; a callback that returns no change changes nothing. */
  async change(
    name: string,
    run: Step<Outcome & { readonly version: string }>,
    signal?: AbortSignal,
  ): Promise<ModelVersion>
  async change(
    name: string,
    run: Step<Outcome | undefined>,
    signal?: AbortSignal,
  ): Promise<ModelVersion | undefined>
  async change(
    name: string,
    run: Step<Outcome | undefined>,
    signal?: AbortSignal,
  ): Promise<ModelVersion | undefined> {
    const changed = async (transaction: Transaction): Promise<Outcome | undefined> => {
      const outcome = await run(await transaction.read(name), transaction)
      if (outcome?.change) {
        transaction.write(name, outcome.change.document)
        this.remember(name, outcome.change, transaction)
      }
      return outcome
    }
    const result = await this.parts.documents.transact([name], changed, signal)
    if (result?.change) this.tell([name])
    return result?.version === undefined ? undefined : this.requireVersion(name, result.version)
  }

  /** Tells the listeners of a change. One that fails is a warning: the change is done, and its caller is told so. */
  tell(models: readonly string[]): void {
    try {
      this.changed.fire({ models })
    } catch (error) {
      const reason = messageOf(error)
      this.parts.onWarning(
        `Could not tell everybody of the change of ${models.join(', ')} (${reason}).`,
      )
    }
  }

  /** Notes after the write that this machine made the change, so that it can be undone from here. */
  remember(name: string, { entry }: Change, transaction: Transaction): void {
    const { undoLog, actor } = this.parts
    if (entry.action !== 'undo') {
      const renamedFrom = entry.action === 'rename' ? entry.from : undefined
      transaction.afterWrite(() =>
        undoLog.append({
          model: name,
          entry: entry.id,
          actor,
          ...(renamedFrom === undefined ? {} : { renamedFrom }),
        }),
      )
    }
  }

  /** The relocation of a transaction's artifacts: finished after the write, abandoned where there is none. */
  relocation(models: readonly string[], transaction: Transaction): Relocation {
    const known = this.#relocations.get(transaction)
    if (known) return known
    const made = this.parts.store.relocation?.(models) ?? plainRelocation(this.parts.store)
    this.#relocations.set(transaction, made)
    transaction.afterWrite(() => made.finish())
    transaction.onFailure(() => made.abandon())
    return made
  }

  async #recover(): Promise<void> {
    const { store, documents } = this.parts
    const { withLock, readNow } = documents
    if (!store.recover || !withLock || !readNow) return
    await store.recover({
      withLock: (model, run) => withLock.call(documents, model, run),
      named: async (model) => {
        const state = await readNow.call(documents, model)
        return state?.kind === 'broken' ? undefined : artifactUris(state?.document)
      },
    })
  }
}

/** The addresses of all artifacts that a document names, live and in the trash. */
function artifactUris(document: ModelDocument | undefined): string[] {
  const records = document ? [...document.versions, ...document.trash] : []
  return records.flatMap(({ artifact }) => (artifact ? [artifact.uri] : []))
}

/** @throws AppError `notFound` where there is no such model, or the whole model is in the trash. */
export function requireDocument(name: string, document: ModelDocument | undefined): ModelDocument {
  if (document && document.deletedAt === undefined) return document
  throw new AppError(
    'notFound',
    document
      ? `Model ${name} is in the trash; restore one of its versions first.`
      : `There is no model named ${name}.`,
  )
}

/** For stores without a trash: artifacts keep their place. */
function plainRelocation(store: ModelStore): Relocation {
  const removed: string[] = []
  return {
    async toVersion(artifact, model, version) {
      return { ...artifact, uri: await store.move(artifact.uri, model, version) }
    },
    async toTrash(artifact) {
      return artifact
    },
    async trashTo(artifact, model, version) {
      return { ...artifact, uri: await store.move(artifact.uri, model, version) }
    },
    async remove(artifact) {
      removed.push(artifact.uri)
    },
    async finish() {
      for (const uri of removed) await store.delete(uri)
    },
    async abandon() {},
  }
}
