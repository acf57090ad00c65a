import { Emitter, type Event } from '../base/emitter'
import { AppError, throwIfCancelled } from '../base/errors'
import { explainSystemError } from '../base/systemErrors'
import { ulid } from '../base/ulid'
import {
  checkVersionFree,
  findVersion,
  modelUpdated,
  newDocument,
  recorded,
  registered,
  requireVersion,
  restored,
  transitioned,
  trashed,
  updated,
  withAlias,
  type Author,
  type Change,
} from './changes'
import { checkDescription, checkMetrics, checkParameters, checkTags } from './fields'
import { ModelFramework, parseFramework } from './framework'
import type { Inspection } from './inspection'
import {
  RegisteredModel,
  type HistoryEntry,
  type Metrics,
  type ModelDocument,
  type ModelVersion,
  type Parameters,
  type Source,
  type Tags,
  type TrashRecord,
  type VersionRecord,
  type Via,
} from './model'
import { checkName, nameKey } from './names'
import type {
  ArtifactSource,
  Clock,
  Documents,
  DocumentState,
  ModelStore,
  PathSource,
  Relocation,
  RunOptions,
  StagedArtifact,
  Transaction,
} from './ports'
import { parseReference } from './reference'
import { nextVersion } from './semver'
import { isStage, ModelStage, parseStage } from './stage'

/** What a registry is made of; hosts call `ModelRegistry.open`, which puts the parts together. */
export interface RegistryParts {
  readonly documents: Documents & Partial<RecoverableDocuments>
  readonly store: ModelStore
  readonly clock: Clock
  readonly actor: string
  readonly agent?: string
  readonly via: Via
  readonly readOnly: boolean
}

/** What a database of files offers besides, so that a store can clear up after dead owners. */
export interface RecoverableDocuments {
  withLock(model: string, run: () => Promise<void>): Promise<boolean>
  readNow(name: string): Promise<DocumentState | undefined>
}

/** Everything but the name is optional: without a version it is the next patch, without a framework what the content says. */
export interface RegisterRequest {
  readonly name: string
  readonly version?: string
  readonly framework?: string
  readonly metrics?: Metrics
  readonly parameters?: Parameters
  readonly tags?: Tags
  readonly description?: string
  readonly stage?: string
  readonly alias?: string
  /** A path of a file or folder, a list of paths (the parts of one model), or bytes. */
  readonly artifact?: string | readonly string[] | Uint8Array | PathSource
  readonly source?: Source
  readonly format?: string
  readonly inspection?: Inspection
  readonly note?: string
}

/** Named values are set beside what is there; `remove` takes names away. */
export interface VersionChanges {
  readonly metrics?: Metrics
  readonly parameters?: Parameters
  readonly tags?: Tags
  readonly description?: string
  readonly framework?: string
  readonly remove?: {
    readonly metrics?: readonly string[]
    readonly parameters?: readonly string[]
    readonly tags?: readonly string[]
  }
  readonly note?: string
}

export interface ModelChanges {
  readonly description?: string
  readonly tags?: Tags
  readonly remove?: { readonly tags?: readonly string[] }
  readonly note?: string
}

export interface RegistryEvent {
  /** Names of the models that changed, came or went. */
  readonly models: readonly string[]
}

/** A document that can't be read; the other models are not touched by it. */
export interface BrokenModel {
  readonly name: string
  readonly error: AppError
}

/** A history entry with the model that it belongs to. */
export interface ModelHistoryEntry extends HistoryEntry {
  readonly model: string
}

/**
 * The registry: every use case, in terms of a database of documents and a store of artifacts. Getters are synchronous
 * and return frozen snapshots; changes are transactions, and their promise resolves when the change is on the disk.
 */
export class Registry {
  readonly #parts: RegistryParts
  readonly #changed = new Emitter<RegistryEvent>()
  readonly #snapshots = new WeakMap<ModelDocument, RegisteredModel>()

  /** Fires before the promise of a change resolves, and when `refresh` finds changes of others. */
  readonly onDidChange: Event<RegistryEvent> = this.#changed.event

  constructor(parts: RegistryParts) {
    this.#parts = parts
  }

  get readOnly(): boolean {
    return this.#parts.readOnly
  }

  // Reading

  getModel(name: string): RegisteredModel | undefined {
    const state = this.#parts.documents.read(name)
    if (state?.kind !== 'good' || state.document.deletedAt !== undefined) return undefined
    return this.#snapshot(name, state.document)
  }

  #snapshot(name: string, document: ModelDocument): RegisteredModel {
    let model = this.#snapshots.get(document)
    if (!model) {
      model = new RegisteredModel(name, document)
      this.#snapshots.set(document, model)
    }
    return model
  }

  getVersion(name: string, version: string): ModelVersion | undefined {
    return this.getModel(name)?.getVersion(version)
  }

  getLatest(name: string): ModelVersion | undefined {
    return this.getModel(name)?.latestVersion
  }

  getProduction(name: string): ModelVersion | undefined {
    return this.getModel(name)?.productionVersion
  }

  /** Sorted by name; models whose document is broken are in `listBroken`. */
  listModels(): readonly RegisteredModel[] {
    const models: RegisteredModel[] = []
    for (const name of this.#parts.documents.list()) {
      const model = this.getModel(name)
      if (model) models.push(model)
    }
    return models
  }

  /** Oldest first. */
  listVersions(name: string): readonly ModelVersion[] {
    return this.getModel(name)?.versions ?? []
  }

  listBroken(): readonly BrokenModel[] {
    const broken: BrokenModel[] = []
    for (const name of this.#parts.documents.list()) {
      const state = this.#parts.documents.read(name)
      if (state?.kind === 'broken') broken.push({ name, error: state.error })
    }
    return broken
  }

  /** Models that are in the trash as a whole. */
  listTrash(): readonly { readonly model: string; readonly record: TrashRecord }[] {
    const trash: { model: string; record: TrashRecord }[] = []
    for (const name of this.#parts.documents.list()) {
      const state = this.#parts.documents.read(name)
      if (state?.kind !== 'good') continue
      for (const record of state.document.trash) trash.push({ model: name, record })
    }
    return trash
  }

  /**
   * The version that `churn` (the latest), `churn:1.2.0`, `churn@production`, `churn@champion` or `churn@latest` means;
   * of several versions in a stage the one that was moved there last.
   * @throws AppError `invalid` for what is no reference, `corrupt` where the model's document is broken.
   */
  resolve(reference: string): ModelVersion | undefined {
    const { model: name, version, label } = parseReference(reference)
    const state = this.#parts.documents.read(name)
    if (state?.kind === 'broken') throw state.error
    const model = this.getModel(name)
    if (!model) return undefined
    if (version !== undefined) return model.getVersion(version)
    if (label === undefined || label === 'latest') return model.latestVersion
    if (isStage(label)) return lastMovedTo(model, label)
    const target = model.aliases[label]
    return target === undefined ? undefined : model.getVersion(target)
  }

  /** Newest first; of one model or of all. */
  history(name?: string): readonly ModelHistoryEntry[] {
    const names = name === undefined ? this.#parts.documents.list() : [name]
    const entries: ModelHistoryEntry[] = []
    for (const model of names) {
      const state = this.#parts.documents.read(model)
      if (state?.kind !== 'good') continue
      for (const entry of state.document.history) entries.push({ ...entry, model })
    }
    return entries.sort((a, b) => (a.at === b.at ? compare(b.id, a.id) : compare(b.at, a.at)))
  }

  /** Looks for what others changed; the names of the models that did. */
  async refresh(): Promise<readonly string[]> {
    const models = await this.#parts.documents.refresh()
    if (models.length > 0) this.#changed.fire({ models })
    return models
  }

  dispose(): void {
    this.#changed.dispose()
    this.#parts.documents.dispose()
  }

  // Registering

  /**
   * Adds a version, with a copy of its artifact.
   * @throws AppError `invalid`, `conflict`, `cancelled`, `busy`; nothing is left behind.
   */
  async register(request: RegisterRequest, options: RunOptions = {}): Promise<ModelVersion> {
    const { name } = request
    checkName('model', name)
    if (request.version !== undefined) checkName('version', request.version)
    if (request.alias !== undefined) checkAlias(request.alias)
    const fields = {
      metrics: checkMetrics(request.metrics),
      parameters: checkParameters(request.parameters),
      tags: checkTags(request.tags),
      description: checkDescription(request.description),
      stage: request.stage === undefined ? ModelStage.development : parseStage(request.stage),
      framework: parseFramework(request.framework ?? ModelFramework.custom),
    }
    const source = artifactSource(request.artifact)
    // Asked again under the lock; here so that a conflict costs no copy.
    this.#checkModelName(name)
    const known = this.#parts.documents.read(name)
    if (known?.kind === 'broken') throw known.error
    if (known && request.version !== undefined) checkVersionFree(known.document, request.version)
    return this.#write(`register ${name}`, async () => {
      throwIfCancelled(options.signal)
      const staged = source && (await this.#stage(source, options))
      try {
        return await this.#change(name, async (document, transaction) => {
          throwIfCancelled(options.signal)
          this.#checkModelName(name)
          const at = this.#parts.clock()
          const current = document ?? newDocument(name, at)
          const taken = [...current.versions, ...current.trash].map(({ version }) => version)
          const version = request.version ?? nextVersion(taken)
          checkVersionFree(current, version)
          const artifact = staged && (await staged.commit(name, version))
          if (staged) transaction.afterWrite(() => staged.keep())
          const record: VersionRecord = {
            id: ulid(at.getTime()),
            version,
            stage: fields.stage,
            framework: fields.framework,
            ...(request.format === undefined ? {} : { format: request.format }),
            ...(artifact === undefined ? {} : { artifact }),
            metrics: fields.metrics,
            parameters: fields.parameters,
            tags: fields.tags,
            description: fields.description,
            ...(request.source === undefined ? {} : { source: request.source }),
            ...(request.inspection === undefined ? {} : { inspection: request.inspection }),
            createdAt: at.toISOString(),
            updatedAt: at.toISOString(),
            createdBy: this.#parts.actor,
          }
          const author = this.#author(at, request.note)
          let change = registered(current, record, author)
          if (request.alias !== undefined) {
            change = withAlias(change.document, request.alias, record, author)
          }
          return { change, version }
        })
      } catch (error) {
        await staged?.discard()
        throw error
      }
    })
  }

  async #stage(source: ArtifactSource, options: RunOptions): Promise<StagedArtifact> {
    const { store } = this.#parts
    if (store.stage) return store.stage({ source, ...options })
    return stagedBySave(store, source, options)
  }

  /** Names are unique without regard to case, also among models that can't be read or are in the trash. */
  #checkModelName(name: string): void {
    const key = nameKey(name)
    const other = this.#parts.documents
      .list()
      .find((known) => nameKey(known) === key && known !== name)
    if (other !== undefined) {
      throw new AppError(
        'conflict',
        `"${name}" differs only in case from the model "${other}"; use that name or another one.`,
      )
    }
  }

  // Changing

  /**
   * Moves a version to a stage; a version that goes to production archives the one that was there, in the same write.
   * @throws AppError `notFound`, `invalid`.
   */
  async transitionStage(
    name: string,
    version: string,
    stage: string,
    options: { readonly note?: string } = {},
  ): Promise<ModelVersion> {
    const target = parseStage(stage)
    return this.#changeVersion(
      `move ${name}:${version} to ${target}`,
      name,
      version,
      (document, record) =>
        record.stage === target
          ? undefined
          : transitioned(document, record, target, this.#author(this.#parts.clock(), options.note)),
    )
  }

  /** @throws AppError `notFound`, `invalid` with the name of the value. */
  async updateVersion(
    name: string,
    version: string,
    changes: VersionChanges,
  ): Promise<ModelVersion> {
    const metrics = changes.metrics && checkMetrics(changes.metrics)
    const parameters = changes.parameters && checkParameters(changes.parameters)
    const tags = changes.tags && checkTags(changes.tags)
    const description =
      changes.description === undefined ? undefined : checkDescription(changes.description)
    const framework =
      changes.framework === undefined ? undefined : parseFramework(changes.framework)
    const { remove } = changes
    return this.#changeVersion(`update ${name}:${version}`, name, version, (document, record) => {
      const fields: Partial<{ -readonly [K in keyof VersionRecord]: VersionRecord[K] }> = {}
      if (metrics || remove?.metrics)
        fields.metrics = merged(record.metrics, metrics, remove?.metrics)
      if (parameters || remove?.parameters) {
        fields.parameters = merged(record.parameters, parameters, remove?.parameters)
      }
      if (tags || remove?.tags) fields.tags = merged(record.tags, tags, remove?.tags)
      if (description !== undefined) fields.description = description
      if (framework !== undefined) fields.framework = framework
      const effective = changedFields(record, fields)
      if (Object.keys(effective).length === 0) return undefined
      return updated(document, record, effective, this.#author(this.#parts.clock(), changes.note))
    })
  }

  async updateModel(name: string, changes: ModelChanges): Promise<RegisteredModel> {
    const tags = changes.tags && checkTags(changes.tags)
    const description =
      changes.description === undefined ? undefined : checkDescription(changes.description)
    await this.#write(`update ${name}`, () =>
      this.#change(name, async (current) => {
        const document = requireModel(name, current)
        const fields: { description?: string; tags?: Tags } = {}
        if (description !== undefined) fields.description = description
        if (tags || changes.remove?.tags)
          fields.tags = merged(document.tags, tags, changes.remove?.tags)
        const effective = changedFields(document, fields)
        if (Object.keys(effective).length === 0) return undefined
        return {
          change: modelUpdated(
            document,
            effective,
            this.#author(this.#parts.clock(), changes.note),
          ),
        }
      }),
    )
    return this.#requireSnapshot(name)
  }

  /** Makes the alias point at this version, wherever it pointed before. */
  async setAlias(name: string, alias: string, version: string): Promise<ModelVersion> {
    checkAlias(alias)
    return this.#changeVersion(`set alias ${alias} of ${name}`, name, version, (document, record) =>
      document.aliases[alias] === version
        ? undefined
        : withAlias(document, alias, record, this.#author(this.#parts.clock())),
    )
  }

  /** `false` where the model has no such alias. */
  async removeAlias(name: string, alias: string): Promise<boolean> {
    let removed = false
    await this.#write(`remove alias ${alias} of ${name}`, () =>
      this.#change(name, async (current) => {
        const document = requireModel(name, current)
        removed = Object.hasOwn(document.aliases, alias)
        if (!removed) return undefined
        return { change: withAlias(document, alias, undefined, this.#author(this.#parts.clock())) }
      }),
    )
    return removed
  }

  /** Gives a model another name; its artifacts move along. */
  async renameModel(name: string, to: string): Promise<RegisteredModel> {
    checkName('model', name)
    checkName('model', to)
    if (name === to) return this.#requireSnapshot(name)
    await this.#write(`rename ${name}`, async () => {
      const { documents } = this.#parts
      await documents.transact([name, to], async (transaction) => {
        const document = requireModel(name, await transaction.read(name))
        const taken = documents
          .list()
          .find((other) => nameKey(other) === nameKey(to) && other !== name)
        if (
          taken !== undefined ||
          (nameKey(name) !== nameKey(to) && (await transaction.read(to)))
        ) {
          throw new AppError(
            'conflict',
            `There is a model "${taken ?? to}" already; choose another name.`,
          )
        }
        const relocation = this.#relocation(to, transaction)
        const versions: VersionRecord[] = []
        for (const record of document.versions) {
          const { artifact } = record
          versions.push(
            artifact
              ? { ...record, artifact: await relocation.toVersion(artifact, to, record.version) }
              : record,
          )
        }
        const { document: changed } = recorded(
          { ...document, name: to, versions },
          this.#author(this.#parts.clock()),
          'rename',
          { from: name, to },
        )
        transaction.rename(name, to)
        transaction.write(to, changed)
      })
      this.#changed.fire({ models: [name, to] })
    })
    return this.#requireSnapshot(to)
  }

  // Deleting

  /** Moves a version to the trash; `false` where there is none. */
  async deleteVersion(
    name: string,
    version: string,
    options: { readonly note?: string } = {},
  ): Promise<boolean> {
    if (!this.getVersion(name, version) && !this.#mayHaveChanged(name)) return false
    let deleted = false
    await this.#write(`delete ${name}:${version}`, () =>
      this.#change(name, async (document, transaction) => {
        const record =
          document && document.deletedAt === undefined ? findVersion(document, version) : undefined
        if (!document || !record) return undefined
        deleted = true
        const author = this.#author(this.#parts.clock(), options.note)
        return { change: await this.#trash(document, record, author, transaction) }
      }),
    )
    return deleted
  }

  /** Moves a model with all its versions to the trash; `false` where there is none. */
  async deleteModel(name: string, options: { readonly note?: string } = {}): Promise<boolean> {
    if (!this.getModel(name) && !this.#mayHaveChanged(name)) return false
    let deleted = false
    await this.#write(`delete ${name}`, () =>
      this.#change(name, async (current, transaction) => {
        if (!current || current.deletedAt !== undefined) return undefined
        deleted = true
        const at = this.#parts.clock()
        const author = this.#author(at, options.note)
        const ids = current.versions.map(({ id }) => id)
        let document = current
        for (const record of current.versions) {
          // One entry says it all, so the single ones are not kept.
          const change = await this.#trash(document, record, author, transaction)
          document = { ...change.document, history: document.history }
        }
        const before = { versionIds: ids, aliases: current.aliases }
        const change = recorded(
          { ...document, deletedAt: at.toISOString() },
          author,
          'deleteModel',
          { before },
        )
        return { change }
      }),
    )
    return deleted
  }

  async #trash(
    document: ModelDocument,
    record: VersionRecord,
    author: Author,
    transaction: Transaction,
  ): Promise<Change> {
    const artifact =
      record.artifact &&
      (await this.#relocation(document.name, transaction).toTrash(record.artifact, record.id))
    return trashed(document, record, artifact, author)
  }

  /**
   * Brings a version back from the trash; one that was in production returns archived.
   * @throws AppError `notFound` where the trash does not hold it.
   */
  async restoreVersion(name: string, version: string): Promise<ModelVersion> {
    return this.#write(`restore ${name}:${version}`, () =>
      this.#change(name, async (document, transaction) => {
        const record = document?.trash.find((candidate) => candidate.version === version)
        if (!document || !record) {
          throw new AppError('notFound', `The trash holds no version ${version} of model ${name}.`)
        }
        const change = await this.#restore(
          document,
          record,
          this.#author(this.#parts.clock()),
          transaction,
        )
        return { change, version }
      }),
    )
  }

  async #restore(
    document: ModelDocument,
    record: TrashRecord,
    author: Author,
    transaction: Transaction,
    stage?: ModelStage,
  ): Promise<Change> {
    const artifact =
      record.artifact &&
      (await this.#relocation(document.name, transaction).toVersion(
        record.artifact,
        document.name,
        record.version,
      ))
    return restored(document, record, artifact, author, stage)
  }

  // Artifacts

  /**
   * The bytes of a version's artifact; `undefined` where it has none.
   * @throws AppError `notFound`; `invalid` for a folder artifact, which has no bytes of its own: use `openArtifact`.
   */
  async loadArtifact(name: string, version: string): Promise<Uint8Array | undefined> {
    const { artifact } = this.#requireVersionSnapshot(name, version)
    if (!artifact) return undefined
    return this.#explained(`read the artifact of ${name}:${version}`, () =>
      this.#parts.store.loadArtifact(artifact.uri),
    )
  }

  /** The bytes of a file artifact, or of one file of a folder artifact, as they come. */
  openArtifact(name: string, version: string, file?: string): AsyncIterable<Uint8Array> {
    const { artifact } = this.#requireVersionSnapshot(name, version)
    if (!artifact) throw new AppError('notFound', `${name}:${version} has no artifact.`)
    return this.#parts.store.open(artifact.uri, artifact.kind === 'file' ? undefined : file)
  }

  /** Where the artifact lies on this machine: a file, or a folder artifact's folder; `undefined` where the store has no paths. */
  artifactPath(version: ModelVersion): string | undefined {
    return version.artifact && this.#parts.store.path?.(version.artifact.uri)
  }

  /** True where the artifact's files are there in the sizes that are recorded; the digests are `verify`'s matter. */
  async hasArtifact(version: ModelVersion): Promise<boolean> {
    if (!version.artifact) return false
    const stat = await this.#parts.store.stat(version.artifact.uri)
    return stat !== undefined && stat.size >= version.artifact.size
  }

  // Shared

  #author(at: Date, note?: string): Author {
    const { actor, agent, via } = this.#parts
    return {
      actor,
      via,
      at,
      ...(agent === undefined ? {} : { agent }),
      ...(note === undefined ? {} : { note }),
    }
  }

  /** Runs a change of one version of one model; a callback that returns nothing changes nothing. */
  #changeVersion(
    doing: string,
    name: string,
    version: string,
    change: (document: ModelDocument, record: VersionRecord) => Change | undefined,
  ): Promise<ModelVersion> {
    checkName('model', name)
    checkName('version', version)
    return this.#write(doing, () =>
      this.#change(name, async (current) => {
        const document = requireModel(name, current)
        const result = change(document, requireVersion(document, version))
        return result ? { change: result, version } : { version }
      }),
    )
  }

  /** One transaction on one model: reads, changes a copy, writes, publishes, tells. */
  async #change(
    name: string,
    run: (
      document: ModelDocument | undefined,
      transaction: Transaction,
    ) => Promise<{ change?: Change; version: string }>,
  ): Promise<ModelVersion>
  async #change(
    name: string,
    run: (
      document: ModelDocument | undefined,
      transaction: Transaction,
    ) => Promise<{ change?: Change; version?: string } | undefined>,
  ): Promise<ModelVersion | undefined>
  async #change(
    name: string,
    run: (
      document: ModelDocument | undefined,
      transaction: Transaction,
    ) => Promise<{ change?: Change; version?: string } | undefined>,
  ): Promise<ModelVersion | undefined> {
    const result = await this.#parts.documents.transact([name], async (transaction) => {
      const outcome = await run(await transaction.read(name), transaction)
      if (outcome?.change) transaction.write(name, outcome.change.document)
      return outcome
    })
    if (result?.change) this.#changed.fire({ models: [name] })
    if (result?.version === undefined) return undefined
    return this.#requireVersionSnapshot(name, result.version)
  }

  /** Every change goes through here: refuses where nothing may be written, clears up after dead owners, explains. */
  async #write<T>(doing: string, run: () => Promise<T>): Promise<T> {
    if (this.#parts.readOnly) {
      throw new AppError('invalid', `Can't ${doing}: this registry is open for reading only.`)
    }
    return this.#explained(doing, async () => {
      await this.#recover()
      return run()
    })
  }

  async #explained<T>(doing: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw explainSystemError(error, doing)
    }
  }

  async #recover(): Promise<void> {
    const { store, documents } = this.#parts
    const { withLock, readNow } = documents
    if (!store.recover || !withLock || !readNow) return
    await store.recover({
      withLock: (model, run) => withLock.call(documents, model, run),
      named: async (model) => {
        const state = await readNow.call(documents, model)
        if (state?.kind === 'broken') return undefined
        const records = state ? [...state.document.versions, ...state.document.trash] : []
        return records.flatMap(({ artifact }) => (artifact ? [artifact.uri] : []))
      },
    })
  }

  /** The relocation of a transaction's artifacts: finished after the write, abandoned where there is none. */
  readonly #relocations = new WeakMap<Transaction, Relocation>()
  #relocation(model: string, transaction: Transaction): Relocation {
    let relocation = this.#relocations.get(transaction)
    if (!relocation) {
      const made = this.#parts.store.relocation?.(model) ?? plainRelocation(this.#parts.store)
      relocation = made
      this.#relocations.set(transaction, made)
      transaction.afterWrite(() => made.finish())
      transaction.onFailure(() => made.abandon())
    }
    return relocation
  }

  /** True where memory alone can't say that there is nothing: somebody may have written since. */
  #mayHaveChanged(name: string): boolean {
    return this.#parts.documents.read(name) !== undefined
  }

  #requireSnapshot(name: string): RegisteredModel {
    const state = this.#parts.documents.read(name)
    if (state?.kind === 'broken') throw state.error
    const model = this.getModel(name)
    if (!model) throw new AppError('notFound', `There is no model named ${name}.`)
    return model
  }

  #requireVersionSnapshot(name: string, version: string): ModelVersion {
    const model = this.#requireSnapshot(name)
    const found = model.getVersion(version)
    if (!found) throw new AppError('notFound', `Model ${name} has no version ${version}.`)
    return found
  }
}

function requireModel(name: string, document: ModelDocument | undefined): ModelDocument {
  if (document && document.deletedAt === undefined) return document
  throw new AppError(
    'notFound',
    document
      ? `Model ${name} is in the trash; restore one of its versions first.`
      : `There is no model named ${name}.`,
  )
}

function checkAlias(alias: string): void {
  checkName('alias', alias)
  if (isStage(alias.toLowerCase()) || alias.toLowerCase() === 'latest') {
    throw new AppError(
      'invalid',
      `"${alias}" can't be an alias: it means a stage or the latest version already.`,
    )
  }
}

function artifactSource(artifact: RegisterRequest['artifact']): ArtifactSource | undefined {
  if (artifact === undefined) return undefined
  if (typeof artifact === 'string') return { paths: [artifact] }
  if (artifact instanceof Uint8Array) return { bytes: artifact }
  if ('paths' in artifact) return artifact
  return { paths: artifact }
}

function merged<T>(
  current: Readonly<Record<string, T>>,
  added: Readonly<Record<string, T>> | undefined,
  removed: readonly string[] | undefined,
): Record<string, T> {
  const result = { ...current, ...added }
  for (const name of removed ?? []) if (!added || !Object.hasOwn(added, name)) delete result[name]
  return result
}

/** Only what differs, so that an update that changes nothing leaves no trace. */
function changedFields<T extends object>(current: object, fields: T): T {
  const before = new Map<string, unknown>(Object.entries(current))
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before.get(key)),
    ),
  ) as T
}

function lastMovedTo(model: RegisteredModel, stage: ModelStage): ModelVersion | undefined {
  const holders = model.versions.filter((version) => version.stage === stage)
  if (holders.length < 2) return holders[0]
  for (const entry of [...model.history].reverse()) {
    const moved = holders.find(
      ({ id, version }) =>
        (entry.to === stage && (entry.versionId === id || entry.version === version)) ||
        (stage === ModelStage.archived && entry.demoted === version),
    )
    if (moved) return moved
  }
  return holders.at(-1)
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
    async remove(artifact) {
      removed.push(artifact.uri)
    },
    async finish() {
      for (const uri of removed) await store.delete(uri)
    },
    async abandon() {},
  }
}

/** For stores that can only save: nothing is copied before the version is known. */
function stagedBySave(
  store: ModelStore,
  source: ArtifactSource,
  options: RunOptions,
): StagedArtifact {
  let saved: string | undefined
  return {
    kind: 'file',
    files: [],
    size: 0,
    sha256: '',
    path: undefined,
    async commit(model, version) {
      const artifact = await store.save({ model, version, source, ...options })
      saved = artifact.uri
      return artifact
    },
    async keep() {},
    async discard() {
      if (saved !== undefined) await store.delete(saved)
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
