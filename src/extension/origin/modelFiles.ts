import {
  EventEmitter,
  type Disposable,
  type LogOutputChannel,
  type Memento,
  type Uri,
} from 'vscode'
import type { ModelVersion } from '../../registry/model'
import type { Registries } from '../registries'
import { FileDigests } from './fileDigests'
import type { FileState } from './fileState'
import { WorkspaceFiles, type Overwritten, type UnregisteredFile } from './workspaceFiles'

/** Changes that come together are looked at together. */
const DEBOUNCE_MILLISECONDS = 300
/** A window that opens has better things to do first. */
const START_MILLISECONDS = 500

/** The model files of all workspace folders, looked at in the background; every answer is a look into memory. */
export class ModelFiles implements Disposable {
  readonly #registries: Registries
  readonly #digests: FileDigests
  readonly #log: LogOutputChannel
  readonly #changed = new EventEmitter<readonly Uri[]>()
  readonly #versionsChanged = new EventEmitter<void>()
  readonly #overwritten = new EventEmitter<Overwritten>()
  readonly #found = new EventEmitter<void>()
  readonly #subscriptions: Disposable[]
  readonly #folders = new Map<string, WorkspaceFiles>()
  readonly #start: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined

  /** Fires with the files that are known otherwise now. */
  readonly onDidChange = this.#changed.event
  /** Fires when the file of a version has come to differ from it, or to be equal again. */
  readonly onDidChangeVersions = this.#versionsChanged.event
  /** Fires when a file that a version came from was overwritten. */
  readonly onDidOverwrite = this.#overwritten.event
  /** Fires when a folder was walked: there may be other files, or files of other content. */
  readonly onDidFind = this.#found.event

  constructor(registries: Registries, memento: Memento, log: LogOutputChannel) {
    this.#registries = registries
    this.#digests = new FileDigests(memento)
    this.#log = log
    this.#start = setTimeout(() => this.#follow(), START_MILLISECONDS)
    this.#subscriptions = [
      this.#changed,
      this.#versionsChanged,
      this.#overwritten,
      this.#found,
      registries.onDidChangeRegistries(() => this.#follow()),
      registries.onDidChange(() => {
        this.#timer ??= setTimeout(() => this.#update(), DEBOUNCE_MILLISECONDS)
      }),
    ]
  }

  stateOf(uri: Uri): FileState | undefined {
    const folder = this.#registries.of(uri)
    if (!folder) return undefined
    const path = uri.path.slice(folder.folder.uri.path.length + 1)
    return this.#folders.get(folder.key)?.stateOf(path)
  }

  /** True where the file that a version came from was overwritten since. */
  isOverwritten(folder: string, version: ModelVersion): boolean {
    return this.#folders.get(folder)?.isOverwritten(version) ?? false
  }

  /** All model files of the workspace, registered or not. */
  get found(): readonly Uri[] {
    return [...this.#folders.values()].flatMap((folder) => folder.found)
  }

  get unregistered(): readonly UnregisteredFile[] {
    return [...this.#folders.values()].flatMap((folder) => folder.unregistered)
  }

  /** Looks through all folders again. */
  async scan(): Promise<void> {
    await Promise.all([...this.#folders.values()].map((folder) => folder.scan()))
  }

  #update(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const folder of this.#folders.values()) void folder.update()
  }

  #follow(): void {
    clearTimeout(this.#start)
    for (const [key, files] of this.#folders) {
      if (this.#registries.byKey(key) === files.folder) continue
      files.dispose()
      this.#folders.delete(key)
    }
    for (const folder of this.#registries.all) {
      if (this.#folders.has(folder.key)) continue
      const files = new WorkspaceFiles(folder, this.#digests, this.#log)
      let before = ''
      files.onDidChange((uris) => {
        this.#changed.fire(uris)
        const now = files.overwritten.join(' ')
        if (now !== before) this.#versionsChanged.fire()
        before = now
      })
      files.onDidOverwrite((event) => this.#overwritten.fire(event))
      files.onDidFind(() => this.#found.fire())
      this.#folders.set(folder.key, files)
      void files.scan()
    }
    this.#changed.fire([])
  }

  dispose(): void {
    clearTimeout(this.#start)
    clearTimeout(this.#timer)
    for (const folder of this.#folders.values()) folder.dispose()
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}
