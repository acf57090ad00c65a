import { readdir } from 'node:fs/promises'
import { posix } from 'node:path'
import {
  EventEmitter,
  Uri,
  workspace,
  type Disposable,
  type LogOutputChannel,
  type WorkspaceFolder,
} from 'vscode'
import { ModelRegistry } from '../app'
import { AppError, isAppError, messageOf, systemCode } from '../base/errors'
import { findActor } from './actor'
import { readSetting, SECTION } from './config'
import { warnOnce } from './recovery/warnings'

/** How long documents are read before the event loop gets its turn, in milliseconds. */
const READING_SLICE = 10

/** The registry of one workspace folder, opened when it is first asked for. */
export class FolderRegistry implements Disposable {
  /** Names the folder in ids and in arguments of commands. */
  readonly key: string
  /** The `.models` folder, wherever the setting puts it. */
  readonly root: Uri
  /** Why it can't be read, as a sentence; `undefined` while it can, or nobody has tried. */
  problem: AppError | undefined
  #registry: ModelRegistry | undefined
  #opening: Promise<ModelRegistry> | undefined
  #disposed = false
  readonly #log: LogOutputChannel
  readonly #changed: (registry: FolderRegistry) => void

  constructor(
    readonly folder: WorkspaceFolder,
    log: LogOutputChannel,
    changed: (registry: FolderRegistry) => void,
  ) {
    this.key = folder.uri.toString()
    this.root = Uri.joinPath(folder.uri, registryPath(folder))
    this.#log = log
    this.#changed = changed
  }

  /** The registry once it is open. */
  get current(): ModelRegistry | undefined {
    return this.#registry
  }

  /** @throws AppError where `.models` can't be a registry. */
  async open(): Promise<ModelRegistry> {
    this.#opening ??= this.#open()
    try {
      return await this.#opening
    } catch (error) {
      // The next one tries again: what is in the way may be gone by then.
      this.#opening = undefined
      throw error
    }
  }

  async #open(): Promise<ModelRegistry> {
    try {
      const registry = await ModelRegistry.open({
        root: this.root.fsPath,
        workspace: this.folder.uri.fsPath,
        actor: await findActor(this.folder),
        via: 'vscode',
        readOnly: !workspace.isTrusted,
        scanPolicy: readSetting('scan.policy', this.folder),
        scanAllow: readSetting('scan.allow', this.folder),
        retentionDays: readSetting('trash.retentionDays', this.folder),
        onWarning: warnOnce(this.#log),
      })
      await readAll(registry, this.root.fsPath)
      if (this.#disposed) {
        registry.dispose()
        throw new AppError('cancelled', 'The workspace folder was closed.')
      }
      registry.onDidChange(() => this.#changed(this))
      this.#registry = registry
      this.problem = undefined
      this.#changed(this)
      return registry
    } catch (error) {
      throw this.#fail(error)
    }
  }

  #fail(error: unknown): AppError {
    const before = this.problem?.message
    if (!isAppError(error)) this.#log.error(error instanceof Error ? error : String(error))
    const problem = isAppError(error)
      ? error
      : new AppError('corrupt', `${this.root.fsPath} can't be read: ${messageOf(error)}`, {
          cause: error,
        })
    this.problem = problem
    // It is tried again and again while somebody can see it; that it still fails is no news.
    if (!this.#disposed && problem.message !== before) this.#changed(this)
    return problem
  }

  /** Looks for changes of others; a registry that could not be read is tried again. */
  async refresh(): Promise<void> {
    if (!this.#registry) {
      await this.open()
      return
    }
    const models = await this.#registry.refresh()
    await this.#registry.bringHome(models)
  }

  /** True for what lies in the registry's own folder. */
  contains(uri: Uri): boolean {
    return isBelow(this.root, uri)
  }

  dispose(): void {
    this.#disposed = true
    this.#registry?.dispose()
  }
}

/** The registries of all workspace folders. */
export class Registries implements Disposable {
  readonly #log: LogOutputChannel
  #all: readonly FolderRegistry[] = []
  readonly #changed = new EventEmitter<void>()
  readonly #listChanged = new EventEmitter<void>()
  readonly #subscriptions: Disposable[]

  /** Fires when what any registry holds has changed, or which registries there are. */
  readonly onDidChange = this.#changed.event
  /** Fires when registries come or go: folders are added, trusted or removed, or a setting names another path. */
  readonly onDidChangeRegistries = this.#listChanged.event

  constructor(log: LogOutputChannel) {
    this.#log = log
    this.#all = this.#make(workspace.workspaceFolders ?? [])
    this.#subscriptions = [
      this.#changed,
      this.#listChanged,
      workspace.onDidChangeWorkspaceFolders(() => this.#replace(() => true)),
      // What may be written, and who is named as its author, is decided when a registry is opened.
      workspace.onDidGrantWorkspaceTrust(() => this.#replace(() => false)),
      workspace.onDidChangeConfiguration((event) => {
        const affected = (folder: WorkspaceFolder): boolean =>
          event.affectsConfiguration(`${SECTION}.path`, folder) ||
          event.affectsConfiguration(`${SECTION}.scan`, folder) ||
          event.affectsConfiguration(`${SECTION}.actor`, folder) ||
          event.affectsConfiguration(`${SECTION}.trash`, folder)
        if (this.#all.some(({ folder }) => affected(folder)))
          this.#replace((registry) => !affected(registry.folder))
      }),
    ]
  }

  get all(): readonly FolderRegistry[] {
    return this.#all
  }

  byKey(key: string): FolderRegistry | undefined {
    return this.#all.find((registry) => registry.key === key)
  }

  /** The registry of the workspace folder that a file lies in. */
  of(uri: Uri): FolderRegistry | undefined {
    const folder = workspace.getWorkspaceFolder(uri)
    return folder && this.byKey(folder.uri.toString())
  }

  /** Looks for changes of others in every folder; what goes wrong in one is kept with it and shown in its place. */
  async refresh(): Promise<void> {
    await Promise.all(this.#all.map((registry) => this.#attempt(registry)))
  }

  async #attempt(registry: FolderRegistry): Promise<void> {
    try {
      await registry.refresh()
    } catch (error) {
      this.#log.debug(`${registry.root.fsPath}: ${messageOf(error)}`)
    }
  }

  #make(folders: readonly WorkspaceFolder[]): FolderRegistry[] {
    return folders
      .filter(({ uri }) => uri.scheme === 'file')
      .map((folder) => new FolderRegistry(folder, this.#log, () => this.#changed.fire()))
  }

  #replace(keep: (registry: FolderRegistry) => boolean): void {
    const old = this.#all
    const folders = workspace.workspaceFolders ?? []
    this.#all = this.#make(folders).map((fresh) => {
      const same = old.find(
        ({ key, folder }) => key === fresh.key && folder.name === fresh.folder.name,
      )
      return same && keep(same) ? same : fresh
    })
    for (const registry of old) if (!this.#all.includes(registry)) registry.dispose()
    this.#listChanged.fire()
    this.#changed.fire()
    void this.refresh()
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose()
    for (const registry of this.#all) registry.dispose()
  }
}

/** The setting, checked again: a pattern in package.json only warns. */
function registryPath(folder: WorkspaceFolder): string {
  const path = posix.normalize(readSetting('path', folder).replaceAll('\\', '/')).replace(/\/$/, '')
  const outside =
    path === '' || path === '.' || path === '..' || /^(\.\.\/|\/|[A-Za-z]:)/.test(path)
  return outside ? '.models' : path
}

/** Reads every document once, in slices, so that getters answer from memory without holding the event loop. */
async function readAll(registry: ModelRegistry, root: string): Promise<void> {
  let began = performance.now()
  for (const entry of await entriesOf(root)) {
    if (!entry.endsWith('.json') || entry.startsWith('.')) continue
    await registry.loadModel(entry.slice(0, -'.json'.length))
    if (performance.now() - began < READING_SLICE) continue
    await new Promise((resolve) => setImmediate(resolve))
    began = performance.now()
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

function isBelow(folder: Uri, uri: Uri): boolean {
  return uri.scheme === folder.scheme && `${uri.path}/`.startsWith(`${folder.path}/`)
}
