import type { Event } from '../base/emitter'
import { AppError, isAppError } from '../base/errors'
import { Pause } from '../base/pause'
import { ChangeRunner, type RegistryEvent, type RegistryParts } from './changeRunner'
import { aliasTarget } from './changes'
import { collectGarbage, type CollectOptions, type CollectReport } from './collect'
import {
  removeAlias,
  setAlias,
  transitionStage,
  updateModel,
  updateVersion,
  type ModelChanges,
  type VersionChanges,
} from './edit'
import type { ModelHead } from './head'
import { bringAllHome, bringHome } from './homecoming'
import type { HistoryEntry, ModelVersion, RegisteredModel, TrashRecord } from './model'
import { NO_POLICY, policyNeeds, type RequiredTask } from './policy'
import type { PolicyResult } from './policyCheck'
import type { RunOptions } from './ports'
import { checkRules, type MoveKind, type PromotionOptions } from './promotion'
import { modelAt } from './pastModel'
import { parseReference } from './reference'
import { registerVersion, type RegisterOptions, type RegisterRequest } from './register'
import { deleteModel, deleteVersion, renameModel, restoreVersion } from './removal'
import {
  artifactProblem,
  forgetVersion,
  listRepairs,
  recoverDocument,
  relinkArtifact,
  type RepairCase,
} from './repair'
import { formerProduction, rollback } from './rollback'
import { parseQuery } from './search/parser'
import { runQuery } from './search/search'
import { isStage, ModelStage, parseStage } from './stage'
import { stagesAt, type VersionAt } from './timeTravel'
import { peekUndo, undoLast, type Undone } from './undo'
import { rescanVersion } from './rescan'
import { verifyVersions, type VerifyReport } from './verify'

export type { RegistryEvent, RegistryParts } from './changeRunner'
export type { ModelChanges, VersionChanges } from './edit'
export type { RegisterOptions, RegisterRequest } from './register'

/** A document that can't be read; the other models are not touched by it. */
export interface BrokenModel {
  readonly name: string
  readonly error: AppError
}

/** A model as it stood at a time. */
export interface ModelAt {
  readonly model: string
  readonly versions: readonly VersionAt[]
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
  readonly #runner: ChangeRunner
  readonly #parts: RegistryParts

  /** Fires before the promise of a change resolves, and when `refresh` finds changes of others. */
  readonly onDidChange: Event<RegistryEvent>

  constructor(parts: RegistryParts) {
    this.#parts = parts
    this.#runner = new ChangeRunner(parts)
    this.onDidChange = this.#runner.changed.event
  }

  get readOnly(): boolean {
    return this.#parts.readOnly
  }

  // Reading

  getModel(name: string): RegisteredModel | undefined {
    return this.#runner.snapshot(name)
  }

  /** As `getModel`, which reads at first touch, but a large document does not hold the event loop. */
  async loadModel(name: string): Promise<RegisteredModel | undefined> {
    await this.#parts.documents.load?.(name)
    return this.getModel(name)
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
    return Object.freeze(models)
  }

  /** What a list shows of every model, broken ones included, without reading all documents. */
  async listHeads(): Promise<readonly ModelHead[]> {
    return (await this.#parts.documents.heads()).filter(({ deleted }) => !deleted)
  }

  /** Oldest first. */
  listVersions(name: string): readonly ModelVersion[] {
    return this.getModel(name)?.versions ?? Object.freeze([])
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
    const target = aliasTarget(model, label)
    return target === undefined ? undefined : model.getVersion(target)
  }

  /** Newest first; of one model or of all. */
  history(name?: string): readonly ModelHistoryEntry[] {
    const names = name === undefined ? this.#parts.documents.list() : [name]
    const entries: ModelHistoryEntry[] = []
    for (const model of names) {
      const state = this.#parts.documents.read(model)
      if (state?.kind !== 'good') continue
      for (const entry of state.document.history) entries.push(Object.freeze({ ...entry, model }))
    }
    entries.sort((a, b) => (a.at === b.at ? compare(b.id, a.id) : compare(b.at, a.at)))
    return Object.freeze(entries)
  }

  /** Where each version of the models stood at a time, as the history tells it; of one model or of all. */
  asOf(at: Date, name?: string): readonly ModelAt[] {
    const names = name === undefined ? this.#parts.documents.list() : [name]
    return names.flatMap((model) => {
      const state = this.#parts.documents.read(model)
      if (state?.kind !== 'good') return []
      return [{ model, versions: [...stagesAt(state.document, at).values()] }]
    })
  }

  /** The models as they stood at a time, with their versions, stages and aliases of then; sorted by name. */
  modelsAt(at: Date): readonly RegisteredModel[] {
    checkTime(at)
    return Object.freeze(this.#parts.documents.list().flatMap((name) => this.#modelAt(name, at)))
  }

  /** The same in short steps, for hosts whose event loop others wait for; `modelsAt` has it ready afterwards. */
  async loadModelsAt(at: Date): Promise<readonly RegisteredModel[]> {
    checkTime(at)
    const pause = new Pause()
    for (const name of this.#parts.documents.list()) {
      await this.#parts.documents.load?.(name)
      this.#modelAt(name, at)
      await pause.perhaps()
    }
    return this.modelsAt(at)
  }

  #modelAt(name: string, at: Date): RegisteredModel | [] {
    const state = this.#parts.documents.read(name)
    return state?.kind === 'good' ? (modelAt(name, state.document, at) ?? []) : []
  }

  /** Looks for what others changed; the names of the models that did. */
  async refresh(): Promise<readonly string[]> {
    const models = await this.#parts.documents.refresh()
    if (models.length > 0) this.#runner.tell(models)
    return models
  }

  dispose(): void {
    this.#runner.changed.dispose()
    this.#parts.documents.dispose()
  }

  // Registering

  /**
   * Adds a version, with a copy of its artifact.
   * @throws AppError `invalid`, `conflict`, `cancelled`, `busy`; nothing is left behind.
   */
  async register(request: RegisterRequest, options: RegisterOptions = {}): Promise<ModelVersion> {
    return registerVersion(this.#runner, request, options)
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
    options: PromotionOptions & { readonly note?: string } = {},
  ): Promise<ModelVersion> {
    return transitionStage(this.#runner, name, version, stage, options)
  }

  /** Checks a version against the promotion rules of a stage, or of a rollback to it, without moving it. */
  async checkRules(
    name: string,
    version: string,
    stage: string,
    options: PromotionOptions & MoveKind = {},
  ): Promise<PolicyResult> {
    const { isRollback = false, ...others } = options
    return checkRules(
      this.#runner,
      this.#runner.requireVersion(name, version),
      parseStage(stage),
      others,
      { isRollback },
    )
  }

  /** What the promotion rules of a stage want to have run before they are checked. */
  async ruleTasks(name: string, version: string, stage: string): Promise<readonly RequiredTask[]> {
    const policy = (await this.#parts.policy?.()) ?? NO_POLICY
    return policyNeeds(policy, parseStage(stage), this.#runner.requireVersion(name, version)).tasks
  }

  /**
   * The versions that match a filter such as `metrics.accuracy >= 0.9 AND stage = 'staging' ORDER BY created_at DESC`.
   * @param options.at Among the versions as they stood at that time.
   * @throws AppError `invalid` that points at the character and says what was expected.
   */
  search(filter: string, options: { readonly at?: Date } = {}): readonly ModelVersion[] {
    if (typeof filter !== 'string') throw new AppError('invalid', 'A filter must be a text.')
    const query = parseQuery(filter)
    const models = options.at ? this.modelsAt(options.at) : this.listModels()
    return Object.freeze(
      runQuery(
        query,
        models.flatMap((model) => model.versions),
      ),
    )
  }

  /** @throws AppError `notFound`, `invalid` with the name of the value. */
  async updateVersion(
    name: string,
    version: string,
    changes: VersionChanges,
  ): Promise<ModelVersion> {
    return updateVersion(this.#runner, name, version, changes)
  }

  async updateModel(name: string, changes: ModelChanges): Promise<RegisteredModel> {
    await updateModel(this.#runner, name, changes)
    return this.#runner.requireModel(name)
  }

  /** Makes the alias point at this version, wherever it pointed before. */
  async setAlias(name: string, alias: string, version: string): Promise<ModelVersion> {
    return setAlias(this.#runner, name, alias, version)
  }

  /** `false` where the model has no such alias. */
  async removeAlias(name: string, alias: string): Promise<boolean> {
    return removeAlias(this.#runner, name, alias)
  }

  /** Gives a model another name; its artifacts move along. */
  async renameModel(name: string, to: string): Promise<RegisteredModel> {
    await renameModel(this.#runner, name, to)
    return this.#runner.requireModel(to)
  }

  // Deleting

  /** Moves a version to the trash; `false` where there is none. */
  async deleteVersion(
    name: string,
    version: string,
    options: { readonly note?: string } = {},
  ): Promise<boolean> {
    return deleteVersion(this.#runner, name, version, options.note)
  }

  /** Moves a model with all its versions to the trash; `false` where there is none. */
  async deleteModel(name: string, options: { readonly note?: string } = {}): Promise<boolean> {
    return deleteModel(this.#runner, name, options.note)
  }

  /**
   * Brings a version back from the trash, by name or id; one that was in production returns archived.
   * @throws AppError `notFound` where the trash does not hold it.
   */
  async restoreVersion(name: string, version: string): Promise<ModelVersion> {
    return restoreVersion(this.#runner, name, version)
  }

  // Artifacts

  /**
   * The bytes of a version's artifact; `undefined` where it has none.
   * @throws AppError `notFound`; `invalid` for a folder artifact, which has no bytes of its own: use `openArtifact`.
   */
  async loadArtifact(name: string, version: string): Promise<Uint8Array | undefined> {
    const found = this.#runner.requireVersion(name, version)
    const { artifact } = found
    if (!artifact) return undefined
    return this.#runner.explained(`read the artifact of ${name}:${version}`, async () => {
      await bringHome(this.#runner, found)
      return this.#parts.store.loadArtifact(artifact.uri)
    })
  }

  /** The bytes of a file artifact, or of one file of a folder artifact, as they come. */
  openArtifact(name: string, version: string, file?: string): AsyncIterable<Uint8Array> {
    const { artifact } = this.#runner.requireVersion(name, version)
    if (!artifact) throw new AppError('notFound', `${name}:${version} has no artifact.`)
    return this.#parts.store.open(artifact.uri, artifact.kind === 'file' ? undefined : file)
  }

  /**
   * Where the artifact lies on this machine: a file, or a folder artifact's folder; `undefined` where the store has no
   * paths, or the document invents an address that leads out of it.
   */
  artifactPath(version: ModelVersion): string | undefined {
    try {
      return version.artifact && this.#parts.store.path?.(version.artifact.uri)
    } catch (error) {
      if (isAppError(error)) return undefined
      throw error
    }
  }

  /** Why the artifact can't be used, as a sentence, from sizes and the last verification; `undefined` where it can. */
  async artifactProblem(version: ModelVersion): Promise<string | undefined> {
    return artifactProblem(this.#runner, version)
  }

  /** The model card that somebody wrote for a version; `undefined` where nobody did. */
  async readCard(name: string, version: string): Promise<string | undefined> {
    return this.#parts.cards?.read(name, version)
  }

  async writeCard(name: string, version: string, text: string): Promise<void> {
    const { fullName } = this.#runner.requireVersion(name, version)
    await this.#runner.write(`write the card of ${fullName}`, async () => {
      if (!this.#parts.cards) throw new AppError('invalid', 'This registry keeps no model cards.')
      await this.#parts.cards.write(name, version, text)
    })
  }

  /** A file of the version's side folder; `undefined` where there is none, since nothing there is anybody's only copy. */
  async readSideFile(name: string, version: string, file: string): Promise<Uint8Array | undefined> {
    return this.#parts.sideFiles.read(name, version, file)
  }

  /**
   * Puts artifacts in their places that git left elsewhere: after a checkout or a merge a document can name a place that
   * this machine has under another name. Of all versions of these models, or of one.
   */
  async bringHome(models: readonly string[], version?: ModelVersion): Promise<void> {
    for (const name of models) {
      const versions = version ? [version] : this.getModel(name)?.versions
      const cameHome = await this.#runner.explained(
        `put the artifacts of ${name} in their places`,
        () => bringAllHome(this.#runner, name, versions ?? []),
      )
      if (cameHome) this.#runner.tell([name])
    }
  }

  /** True where the artifact's files are there in the sizes that are recorded; the digests are `verify`'s matter. */
  async hasArtifact(version: ModelVersion): Promise<boolean> {
    if (!version.artifact) return false
    await this.bringHome([version.model], version)
    const stat = await this.#parts.store.stat(version.artifact.uri)
    return stat !== undefined && stat.size >= version.artifact.size
  }

  // Trust

  /** Takes back the last change of this actor on this machine (or the one named); `undefined` where there is none. */
  async undo(entry?: string): Promise<Undone | undefined> {
    return undoLast(this.#runner, entry)
  }

  /** The change that `undo` would take back. */
  async peekUndo(): Promise<Undone | undefined> {
    return peekUndo(this.#runner)
  }

  /** Puts the previous production version back, its digest and the promotion rules checked first. */
  async rollback(
    name: string,
    options: PromotionOptions & { readonly note?: string; readonly version?: string } = {},
  ): Promise<ModelVersion> {
    return rollback(this.#runner, name, options)
  }

  /** Versions that `rollback` can put back, the last one in production first. */
  formerProduction(name: string): readonly ModelVersion[] {
    const model = this.getModel(name)
    return model ? formerProduction(model) : []
  }

  /**
   * Scans a version's artifact again, for rules that came after its registration; it is verified first.
   * @throws AppError `notFound`, `invalid` where there is nothing to scan, `corrupt`, `cancelled`.
   */
  async rescan(name: string, version: string, options: RunOptions = {}): Promise<ModelVersion> {
    return rescanVersion(this.#runner, name, version, options)
  }

  /** Reads artifacts again: of one version, of a model, or of all. @throws AppError `notFound`. */
  async verify(
    target: { readonly name?: string; readonly version?: string } = {},
    options: RunOptions = {},
  ): Promise<VerifyReport> {
    const { name, version } = target
    const versions =
      name === undefined
        ? this.listModels().flatMap((model) => model.versions)
        : version === undefined
          ? this.#runner.requireModel(name).versions
          : [this.#runner.requireVersion(name, version)]
    const report = await this.#runner.explained('verify artifacts', () =>
      verifyVersions(this.#runner, versions, options),
    )
    const broken = name === undefined ? this.listBroken() : []
    return {
      ...report,
      ok: report.ok && broken.length === 0,
      broken: broken.map((one) => ({ name: one.name, error: one.error.message })),
    }
  }

  /** Empties what is past its retention; with `dryRun` only says what would go. */
  async gc(options: CollectOptions = {}): Promise<CollectReport> {
    return collectGarbage(this.#runner, options)
  }

  /** What is broken, and what can be done about it. */
  async listRepairs(): Promise<readonly RepairCase[]> {
    return listRepairs(this.#runner)
  }

  /** Puts the last good copy in the place of a document that is broken or gone; where a broken one is kept. */
  async recoverDocument(name: string): Promise<string | undefined> {
    return recoverDocument(this.#runner, name)
  }

  /** Brings back an artifact from a path with the registered content. */
  async relinkArtifact(
    name: string,
    version: string,
    path: string,
    options: RunOptions = {},
  ): Promise<ModelVersion> {
    return relinkArtifact(this.#runner, name, version, path, options)
  }

  /** Takes a version whose artifact is lost out of the document for good. */
  async forgetVersion(name: string, version: string, options: RunOptions = {}): Promise<void> {
    return forgetVersion(this.#runner, name, version, options)
  }
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function checkTime(at: Date): void {
  if (!(at instanceof Date) || Number.isNaN(at.getTime())) {
    throw new AppError('invalid', 'A time must be a valid Date.')
  }
}
