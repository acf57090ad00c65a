import { constants, lstatSync, readdirSync, type Dirent } from 'node:fs'
import { copyFile, lstat, readdir, stat } from 'node:fs/promises'
import { Low, type Adapter } from 'lowdb'
import {
  flushFolder,
  renameRetried,
  unlinkRetried,
  withTemporary,
  writeFlushed,
} from '../base/durable'
import { AppError, messageOf, systemCode } from '../base/errors'
import { LOCKS, SIDE, type ModelsFolder } from '../base/modelsFolder'
import { Pause } from '../base/pause'
import { ulid } from '../base/ulid'
import { brokenHead, headOf, type ModelHead } from '../registry/head'
import type { ModelDocument } from '../registry/model'
import { nameKey, nameProblem } from '../registry/names'
import type { Documents, DocumentState, Transaction } from '../registry/ports'
import { keepCopy, keepPrevious, moveSide, readLastGood } from './copies'
import {
  digestInSteps,
  documentNames,
  identityOf,
  LARGE_BYTES,
  readDocument,
  readDocumentSync,
  sameState,
  type Identity,
  type Loaded,
  type ParseLargeDocument,
} from './documentFile'
import { isNewer, printInSteps } from './documentText'
import { HeadIndex } from './headIndex'
import { acquireLock } from './lock'
import { PendingTransaction } from './pendingTransaction'

export interface FileDocumentsOptions {
  readonly folder: ModelsFolder
  /** For the lock's record: `cli`, `vscode` … */
  readonly via: string
  readonly lockMilliseconds?: number
  /** Where large documents are parsed; without it here. */
  readonly parseLarge?: ParseLargeDocument
  /** What went wrong after a change was done: it is done all the same. */
  readonly onWarning: (message: string) => void
}

/** Of a document that was listed and not looked at. */
const UNSEEN: Identity = { key: '', settled: false, bytes: 0 }

/** One lowdb document for each model, `<folder>/<name>.json`, changed under a lock between processes. */
export class FileDocuments implements Documents {
  readonly #options: FileDocumentsOptions
  readonly #loaded = new Map<string, Loaded>()
  /** Of every document at the last look, read or not. */
  #seen = new Map<string, Identity>()
  #listed = false
  /** Counts what was published for a name, so that a slower reload never replaces a newer snapshot. */
  readonly #published = new Map<string, number>()
  /** Names of documents that somebody else changed and that were read for a change here: `refresh` has yet to tell. */
  readonly #untold = new Set<string>()

  constructor(options: FileDocumentsOptions) {
    this.#options = options
  }

  list(): readonly string[] {
    if (!this.#listed) {
      const names = documentNames(this.#entriesSync())
      this.#seen = new Map(names.map((name) => [name, UNSEEN]))
      this.#listed = true
    }
    return [...this.#seen.keys()].sort(compareNames)
  }

  async names(): Promise<readonly string[]> {
    return documentNames(await this.#entries()).sort(compareNames)
  }

  #entriesSync(): Dirent[] {
    try {
      return readdirSync(this.#options.folder.path, { withFileTypes: true })
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw error
    }
  }

  read(name: string): DocumentState | undefined {
    const loaded = this.#loaded.get(name)
    if (loaded) return loaded.state
    // A name that can't be a file's is not looked for.
    if (nameProblem('model', name) !== undefined && !this.list().includes(name)) return undefined
    const fresh = readDocumentSync(this.#path(name), name)
    if (!fresh) return undefined
    // What could not even be opened is tried again at the next touch.
    if (fresh.identity) this.#publish(name, fresh)
    return fresh.state
  }

  async load(name: string): Promise<void> {
    if (this.#loaded.has(name)) return
    if (((await this.#identityNow(name))?.bytes ?? 0) > LARGE_BYTES) await this.reread(name)
    else this.read(name)
  }

  #readFresh(name: string): Promise<Loaded | undefined> {
    return readDocument(this.#path(name), name, this.#loaded.get(name), this.#options.parseLarge)
  }

  #path(name: string): string {
    return this.#options.folder.join(`${name}.json`)
  }

  #publish(name: string, loaded: Loaded | undefined): void {
    this.#published.set(name, (this.#published.get(name) ?? 0) + 1)
    if (loaded) {
      this.#loaded.set(name, loaded)
      if (this.#listed) this.#seen.set(name, loaded.identity ?? UNSEEN)
    } else {
      this.#loaded.delete(name)
      this.#seen.delete(name)
    }
  }

  async transact<T>(
    models: readonly string[],
    run: (transaction: Transaction) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { folder } = this.#options
    await folder.prepare()
    const unlocks: (() => Promise<void>)[] = []
    const pending = new PendingTransaction((name) => this.#readForChange(name))
    let done = false
    try {
      const keys = [...new Set(models.map(nameKey))].sort(compareNames)
      for (const key of keys) unlocks.push(await this.#lock(key, { signal }))
      const result = await run(pending)
      await this.#apply(pending)
      done = true
      folder.settle()
      await this.#attempt('clear up after the change', () => pending.runAfterWrite())
      return result
    } catch (error) {
      if (!done)
        await this.#attempt('clear up after a change that failed', () => pending.runOnFailure())
      throw error
    } finally {
      for (const unlock of unlocks.reverse()) await this.#attempt('release the lock', unlock)
      if (!done) await this.#attempt('remove the folder that was made', () => folder.withdraw())
    }
  }

  /** Runs under the lock of one model, or answers `false` at once where somebody else has it. */
  async withLock(model: string, run: () => Promise<void>): Promise<boolean> {
    await this.#options.folder.prepare()
    let unlock: () => Promise<void>
    try {
      unlock = await this.#lock(nameKey(model), { milliseconds: 0 })
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') return false
      throw error
    }
    try {
      await run()
      return true
    } finally {
      await unlock()
    }
  }

  /** The document as it is on disk now, without touching what readers have. */
  async readNow(name: string): Promise<DocumentState | undefined> {
    return (await this.#readFresh(name))?.state
  }

  #lock(
    key: string,
    {
      milliseconds = this.#options.lockMilliseconds,
      signal,
    }: { milliseconds?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<() => Promise<void>> {
    const { folder, via } = this.#options
    return acquireLock({
      folder: folder.join(LOCKS),
      temporary: folder.temporary,
      name: key,
      via,
      ...(milliseconds === undefined ? {} : { milliseconds }),
      ...(signal === undefined ? {} : { signal }),
    })
  }

  async #readForChange(name: string): Promise<ModelDocument | undefined> {
    const fresh = await this.#readFresh(name)
    if (!fresh) return undefined
    if (fresh.state.kind === 'broken') throw fresh.state.error
    if (isNewer(fresh.state.document)) {
      throw new AppError(
        'invalid',
        `${this.#path(name)} has format ${fresh.state.document.formatVersion}, written by a newer version of Model Registry. Update this one to change the model.`,
      )
    }
    // Read under the lock, so it is the newest there is, whatever others in this process have in hand.
    const state = this.#adopt(name, fresh)
    return state?.kind === 'good' ? state.document : fresh.state.document
  }

  async reread(name: string): Promise<DocumentState | undefined> {
    const count = this.#published.get(name) ?? 0
    const fresh = await this.#readFresh(name)
    if ((this.#published.get(name) ?? 0) !== count) return this.read(name)
    return this.#adopt(name, fresh)
  }

  /** What lies on disk is what readers have from now on; where it is the same, they keep what they have. */
  #adopt(name: string, fresh: Loaded | undefined): DocumentState | undefined {
    const old = this.#loaded.get(name)
    if (old && fresh && sameState(old.state, fresh.state)) {
      this.#publish(name, { ...fresh, state: old.state })
      return old.state
    }
    const seen = this.#seen.get(name)
    const isKnown = old !== undefined || (seen !== undefined && seen.key !== '')
    if (isKnown || (fresh && this.#listed && !seen)) this.#untold.add(name)
    if (fresh || isKnown) this.#publish(name, fresh)
    return fresh?.state
  }

  async #apply(pending: PendingTransaction): Promise<void> {
    const { folder } = this.#options
    const undone: (() => Promise<void>)[] = []
    try {
      for (const { from, to } of pending.renames) {
        await renameRetried(this.#path(from), this.#path(to))
        undone.push(() => renameRetried(this.#path(to), this.#path(from)))
        this.#publish(from, undefined)
        pending.afterWrite(() => moveSide(folder, from, to))
      }
      for (const [name, document] of pending.writes) await this.#write(name, document)
    } catch (error) {
      for (const step of undone.reverse())
        await this.#attempt('take back a change that failed', step)
      throw error
    }
    for (const name of pending.removals) {
      await keepPrevious(folder, name)
      await unlinkRetried(this.#path(name))
      this.#publish(name, undefined)
      await this.#flush(folder.path)
    }
  }

  /** Through lowdb, with an adapter that replaces the file in one durable step. */
  async #write(name: string, document: ModelDocument, keep = true): Promise<void> {
    const adapter: Adapter<ModelDocument> = {
      read: async () => document,
      write: (data) => this.#replace(name, data, keep),
    }
    const database = new Low(adapter, document)
    await database.write()
  }

  async #replace(name: string, document: ModelDocument, keep: boolean): Promise<void> {
    const { folder } = this.#options
    const bytes = await printInSteps(document)
    const digest = await digestInSteps(bytes)
    await withTemporary(folder.temporary, 'json', async (temporary) => {
      await writeFlushed(temporary, bytes)
      await flushFolder(folder.temporary)
      if (keep) await keepPrevious(folder, name)
      await renameRetried(temporary, this.#path(name))
    })
    await this.#flush(folder.path)
    await this.#flush(folder.temporary)
    await this.#attempt('keep a copy for recovery', () => keepCopy(folder, name, bytes))
    let identity: Identity | undefined
    await this.#attempt('look at the document that was written', async () => {
      identity = identityOf(await stat(this.#path(name), { bigint: true }))
    })
    const state: DocumentState = { kind: 'good', document, bytes: bytes.length }
    this.#publish(name, { state, identity, digest })
  }

  async hasLastGood(name: string): Promise<boolean> {
    return (await readLastGood(this.#options.folder, name)) !== undefined
  }

  async recoverLastGood(name: string): Promise<string | undefined> {
    const { folder } = this.#options
    const good = await readLastGood(folder, name)
    if (!good) {
      throw new AppError(
        'notFound',
        `No good copy of ${this.#path(name)} is kept. Take it from version control, or correct it by hand.`,
      )
    }
    await folder.prepare()
    const unlock = await this.#lock(nameKey(name))
    try {
      const now = await this.#readFresh(name)
      if (now?.state.kind === 'good') {
        throw new AppError('conflict', `${this.#path(name)} is in order again; nothing was done.`)
      }
      let kept: string | undefined
      if (now) {
        kept = folder.join(SIDE, name, `broken-${ulid()}.json`)
        await copyFile(this.#path(name), kept, constants.COPYFILE_EXCL)
      }
      await this.#write(name, good, false)
      return kept
    } finally {
      await unlock()
    }
  }

  /** After the rename the change is made: a failure here only means that a power cut could still undo it. */
  async #flush(path: string): Promise<void> {
    await this.#attempt(`flush ${path}: the change is done, but not yet durable`, () =>
      flushFolder(path),
    )
  }

  async #attempt(what: string, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      const reason = messageOf(error)
      this.#options.onWarning(`Could not ${what} (${reason}).`)
    }
  }

  async heads(): Promise<readonly ModelHead[]> {
    const { folder } = this.#options
    const index = await HeadIndex.read(folder)
    const names = documentNames(await this.#entries()).sort(compareNames)
    const heads: ModelHead[] = []
    const pause = new Pause()
    for (const name of names) {
      const head = this.#knownHead(name, index) ?? (await this.#freshHead(name, index))
      if (head) heads.push(head)
      await pause.perhaps()
    }
    index.keepOnly(new Set(names))
    await this.#attempt('write the index', () => index.write())
    return heads
  }

  #knownHead(name: string, index: HeadIndex): ModelHead | undefined {
    try {
      return index.get(name, identityOf(lstatSync(this.#path(name), { bigint: true })).key)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** From the document, which is not kept in memory for it. */
  async #freshHead(name: string, index: HeadIndex): Promise<ModelHead | undefined> {
    const fresh = await this.#readFresh(name)
    if (!fresh) return undefined
    const { state, identity } = fresh
    if (state.kind === 'broken') return brokenHead(name, state.error.message)
    const head = headOf(name, state.document)
    if (identity?.settled) index.set(name, identity.key, head)
    return head
  }

  async refresh(): Promise<readonly string[]> {
    const before = this.#listed ? this.#seen : undefined
    const counts = new Map(this.#published)
    const names = documentNames(await this.#entries())
    const now = new Map<string, Identity>()
    for (const name of names) {
      const identity = await this.#identityNow(name)
      if (identity) now.set(name, identity)
    }
    const changed = [...this.#untold]
    this.#untold.clear()
    for (const name of new Set([
      ...(before?.keys() ?? []),
      ...now.keys(),
      ...this.#loaded.keys(),
    ])) {
      if ((this.#published.get(name) ?? 0) !== (counts.get(name) ?? 0)) {
        // Written by ourselves meanwhile: what we have is newer than what was looked at.
        const own = this.#seen.get(name)
        if (own) now.set(name, own)
        else now.delete(name)
        continue
      }
      const old = this.#loaded.get(name)?.identity ?? before?.get(name)
      const current = now.get(name)
      if (old && current && old.settled && old.key === current.key) continue
      if (await this.#reload(name, current)) changed.push(name)
      else if (before && !before.has(name) !== !now.has(name)) changed.push(name)
    }
    this.#seen = now
    this.#listed = true
    return [...new Set(changed)].sort(compareNames)
  }

  /** Reads a document again where somebody has it in memory; `true` where it is another one now. */
  async #reload(name: string, current: Identity | undefined): Promise<boolean> {
    const old = this.#loaded.get(name)
    if (!current) {
      if (!old) return false
      this.#publish(name, undefined)
      return true
    }
    if (!old && current.bytes <= LARGE_BYTES) return this.#seen.get(name)?.key !== current.key
    const count = this.#published.get(name) ?? 0
    const fresh = await this.#readFresh(name)
    if ((this.#published.get(name) ?? 0) !== count) return false
    const same = old && fresh && sameState(old.state, fresh.state)
    this.#publish(name, same ? { state: old.state, identity: fresh.identity } : fresh)
    return !same
  }

  async #identityNow(name: string): Promise<Identity | undefined> {
    try {
      return identityOf(await lstat(this.#path(name), { bigint: true }))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async #entries(): Promise<Dirent[]> {
    try {
      return await readdir(this.#options.folder.path, { withFileTypes: true })
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw error
    }
  }

  dispose(): void {
    this.#loaded.clear()
  }
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
