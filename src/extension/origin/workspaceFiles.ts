import { basename } from 'node:path'
import {
  EventEmitter,
  RelativePattern,
  Uri,
  workspace,
  type Disposable,
  type LogOutputChannel,
} from 'vscode'
import { inspect } from '../../app'
import { isAppError } from '../../base/errors'
import { findCandidates, type Candidate } from '../../harvest/candidates'
import { isModelName } from '../../harvest/modelNames'
import type { Inspection } from '../../registry/inspection'
import type { ModelVersion } from '../../registry/model'
import type { FolderRegistry } from '../registries'
import { lookAt, statOrUndefined, type FileState } from './fileState'
import type { FileDigests } from './fileDigests'
import { PathIndex } from './pathIndex'
import { registeredContent, type RegisteredContent } from './registered'

/** A training writes for a while; a file is looked at when it has been quiet for so long, in milliseconds. */
const QUIET_MILLISECONDS = 1000
/** Files that come and go in numbers are looked for together. */
const RESCAN_MILLISECONDS = 3000
/** What is found on the way is shown so often. */
const SHOW_MILLISECONDS = 250

/** Version control, caches and packages change all the time, and hold no model of the user's. */
const NEVER = /(^|\/)(\.[^/]*|node_modules|__pycache__|site-packages)(\/|$)/

/** A model file or folder that no version holds. */
export interface UnregisteredFile {
  readonly uri: Uri
  /** Relative to the workspace folder, with `/`. */
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly size: number
  readonly inspection: Inspection
  /** The version that came from this path before it was overwritten. */
  readonly changedFrom?: ModelVersion
}

/** A file that a version came from, overwritten while somebody could see it. */
export interface Overwritten {
  readonly folder: FolderRegistry
  readonly path: string
  readonly digest: string
  readonly from: ModelVersion
}

type Sniffed = Candidate<Inspection>

/** What a file was found to be, as long as it has this size and time; no model where `inspection` is missing. */
interface Looked {
  readonly size: number
  readonly mtimeMs: number
  readonly inspection: Inspection | undefined
}

/** The model files of one workspace folder, and what the registry knows of each; kept up in the background. */
export class WorkspaceFiles implements Disposable {
  readonly #digests: FileDigests
  readonly #log: LogOutputChannel
  readonly #stop = new AbortController()
  readonly #changed = new EventEmitter<readonly Uri[]>()
  readonly #overwritten = new EventEmitter<Overwritten>()
  readonly #walked = new EventEmitter<void>()
  readonly #subscriptions: Disposable[]
  /** Model files by their path, as the last walk found them. */
  readonly #sniffed = new Map<string, Sniffed>()
  /** The same, to be asked for each file that changes. */
  #found = new PathIndex([])
  readonly #looked = new Map<string, Looked>()
  readonly #states = new Map<string, FileState>()
  readonly #touched = new Set<string>()
  #content: RegisteredContent = registeredContent([])
  #work: Promise<void> = Promise.resolve()
  #quiet: NodeJS.Timeout | undefined
  #rescan: NodeJS.Timeout | undefined

  /** Fires with what is shown otherwise now. */
  readonly onDidChange = this.#changed.event
  readonly onDidOverwrite = this.#overwritten.event
  /** Fires when the folder was walked: there may be other files, or files of other content. */
  readonly onDidFind = this.#walked.event

  constructor(
    readonly folder: FolderRegistry,
    digests: FileDigests,
    log: LogOutputChannel,
  ) {
    this.#digests = digests
    this.#log = log
    const pattern = new RelativePattern(folder.folder, '**/*')
    const watcher = workspace.createFileSystemWatcher(pattern)
    this.#subscriptions = [
      this.#changed,
      this.#overwritten,
      this.#walked,
      watcher,
      watcher.onDidChange((uri) => this.#touch(uri)),
      watcher.onDidCreate((uri) => this.#create(uri)),
      watcher.onDidDelete((uri) => this.#touch(uri)),
    ]
  }

  get #root(): string {
    return this.folder.folder.uri.fsPath
  }

  stateOf(path: string): FileState | undefined {
    return this.#states.get(path)
  }

  /** True where the file that a version came from holds something else now, and the version is the newest from there. */
  isOverwritten({ id, source }: ModelVersion): boolean {
    return source?.path !== undefined && this.#states.get(source.path)?.changedFrom?.id === id
  }

  /** The ids of versions whose file was overwritten since. */
  get overwritten(): readonly string[] {
    return [...this.#states.values()].flatMap(({ changedFrom }) => changedFrom?.id ?? [])
  }

  /** All model files that the last walk found, registered or not. */
  get found(): readonly Uri[] {
    return [...this.#sniffed.keys()].map((path) => this.#uri(path))
  }

  /** Sorted by path. */
  get unregistered(): readonly UnregisteredFile[] {
    const found: UnregisteredFile[] = []
    for (const { relative: path, kind, size, sniffed: inspection } of this.#sniffed.values()) {
      const state = this.#states.get(path)
      if (!state || state.versions.length > 0) continue
      const { changedFrom } = state
      const uri = this.#uri(path)
      found.push({ uri, path, kind, size, inspection, ...(changedFrom ? { changedFrom } : {}) })
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** Walks the folder again, and looks at what it finds. */
  scan(): Promise<void> {
    clearTimeout(this.#rescan)
    this.#rescan = undefined
    return this.#then(() => this.#scan())
  }

  /** Looks again at everything that was found: the registry holds something else now. */
  update(): Promise<void> {
    return this.#then(() => this.#look([...this.#paths()]))
  }

  /** One thing after the other, and none after the end. */
  #then(run: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(run).catch((error: unknown) => {
      if (isAppError(error) && error.code === 'cancelled') return
      this.#log.error(error instanceof Error ? error : String(error))
    })
    return this.#work
  }

  async #scan(): Promise<void> {
    const before = new Set(this.#sniffed.keys())
    const found = findCandidates<Inspection>(this.#root, {
      sniff: (path) => this.#sniff(path),
      signal: this.#stop.signal,
      isExcluded: (path) => this.folder.contains(this.#uri(path)),
    })
    let fresh: string[] = []
    let shown = performance.now()
    for await (const candidate of found) {
      before.delete(candidate.relative)
      this.#sniffed.set(candidate.relative, candidate)
      fresh.push(candidate.relative)
      if (performance.now() - shown < SHOW_MILLISECONDS) continue
      await this.#look(fresh)
      fresh = []
      shown = performance.now()
    }
    for (const gone of before) this.#sniffed.delete(gone)
    this.#found = new PathIndex(this.#sniffed.keys())
    // What a version came from may be no model any more, which no walk finds; models may have come since the last look.
    this.#content = registeredContent(this.folder.current?.listModels() ?? [])
    await this.#look([...fresh, ...before, ...this.#sources()])
    this.#walked.fire()
  }

  /** What a file is, from its content; the same file is not read twice. */
  async #sniff(path: string): Promise<Inspection | undefined> {
    const stats = await statOrUndefined(path)
    if (!stats) return undefined
    const { size, mtimeMs } = stats
    const known = this.#looked.get(path)
    if (known?.size === size && known.mtimeMs === mtimeMs) return known.inspection
    const { format, ...rest } = await inspect(path, { signal: this.#stop.signal })
    const inspection = format === 'unknown' ? undefined : { format, ...rest }
    this.#looked.set(path, { size, mtimeMs, inspection })
    return inspection
  }

  #sources(): Iterable<string> {
    return this.#content.bySource.keys()
  }

  *#paths(): Iterable<string> {
    this.#content = registeredContent(this.folder.current?.listModels() ?? [])
    yield* new Set([...this.#sniffed.keys(), ...this.#states.keys(), ...this.#sources()])
  }

  /** @param observed The paths were written just now: somebody may want to register them. */
  async #look(paths: readonly string[], observed = false): Promise<void> {
    this.#content = registeredContent(this.folder.current?.listModels() ?? [])
    const changed: Uri[] = []
    for (const path of paths) {
      if (this.#stop.signal.aborted) return
      const state = await lookAt(
        path,
        this.#root,
        this.#content,
        (file) => this.#digests.of(file, this.#stop.signal),
        { named: observed },
      )
      if (!sameState(this.#states.get(path), state)) changed.push(this.#uri(path))
      if (state) this.#states.set(path, state)
      else this.#states.delete(path)
      if (observed && state?.changedFrom && state.digest !== undefined) {
        const { changedFrom: from, digest } = state
        this.#overwritten.fire({ folder: this.folder, path, digest, from })
      }
    }
    if (changed.length > 0) this.#changed.fire(changed)
  }

  /** Of a folder that is made or moved here with files in it, often only its own event comes. */
  #create(uri: Uri): void {
    this.#touch(uri)
    const path = this.#pathOf(uri)
    if (path === undefined) return
    statOrUndefined(uri.fsPath).then(
      (stats) => stats?.isDirectory() && this.#scheduleScan(),
      (error: unknown) => this.#log.error(String(error)),
    )
  }

  /** `undefined` for what is never looked into. */
  #pathOf(uri: Uri): string | undefined {
    const path = uri.path.slice(this.folder.folder.uri.path.length + 1)
    return this.folder.contains(uri) || NEVER.test(path) ? undefined : path
  }

  #scheduleScan(): void {
    if (this.#stop.signal.aborted) return
    this.#rescan ??= setTimeout(() => void this.scan(), RESCAN_MILLISECONDS)
  }

  #touch(uri: Uri): void {
    const path = this.#pathOf(uri)
    if (path === undefined) return
    const sources = this.#content.sources.around(path)
    if (sources.length > 0) {
      for (const source of sources) this.#touched.add(source)
      clearTimeout(this.#quiet)
      this.#quiet = setTimeout(() => this.#lookAtTouched(), QUIET_MILLISECONDS)
    }
    if (this.#found.hasAtOrBelow(path) || isModelName(basename(path))) this.#scheduleScan()
  }

  #lookAtTouched(): void {
    const paths = [...this.#touched]
    this.#touched.clear()
    void this.#then(() => this.#look(paths, true))
  }

  #uri(path: string): Uri {
    return Uri.joinPath(this.folder.folder.uri, path)
  }

  dispose(): void {
    this.#stop.abort()
    clearTimeout(this.#quiet)
    clearTimeout(this.#rescan)
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}

/** True where nothing that is shown has changed. */
function sameState(before: FileState | undefined, after: FileState | undefined): boolean {
  const shown = (state: FileState | undefined): string | undefined =>
    state &&
    JSON.stringify([state.versions.map(({ id, stage }) => [id, stage]), state.changedFrom?.id])
  return shown(before) === shown(after)
}
