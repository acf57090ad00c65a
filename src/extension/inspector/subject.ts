import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EventEmitter, RelativePattern, Uri, workspace, type Disposable } from 'vscode'
import { inspect, inspectDetailed, scan } from '../../app'
import { AppError, systemCode } from '../../base/errors'
import type { DetailedInspection, Inspection } from '../../registry/inspection'
import type { ScanReport } from '../../registry/scan'
import type { Overview } from '../../webview/protocol'
import { TensorTable } from './tensorRows'
import { buildTensorTree, type ModuleEntry } from './tensorTree'

/** A file that is being written changes many times. */
const DEBOUNCE_MILLISECONDS = 250
/** Files of a folder whose sizes are added up; more say nothing more. */
const MAX_FILES = 10_000

interface Structure {
  readonly inspection: DetailedInspection
  readonly tree: ModuleEntry
  readonly table: TensorTable
}

/** One reading of a file or folder: each question is answered once, when it is first asked. */
interface Reading {
  readonly abort: AbortController
  overview?: Promise<Overview>
  structure?: Promise<Structure>
  scan?: Promise<ScanReport>
}

/** A model file or folder that is looked at, by one page or several. Reads it again after it has changed on disk. */
export class InspectedModel implements Disposable {
  readonly path: string
  readonly #changed = new EventEmitter<void>()
  readonly #watcher: Disposable
  #reading: Reading = { abort: new AbortController() }
  #timer: NodeJS.Timeout | undefined

  /** Fires when what was answered before may be wrong. */
  readonly onDidChange = this.#changed.event

  constructor(readonly uri: Uri) {
    if (uri.scheme !== 'file') {
      throw new AppError(
        'invalid',
        `${uri.toString(true)} is not on a disk of this machine; save it there to look into it.`,
      )
    }
    this.path = uri.fsPath
    this.#watcher = this.#watch()
  }

  /** What is known from the header alone. */
  async overview(): Promise<Overview> {
    return (this.#reading.overview ??= this.#lookAt(this.#reading.abort.signal))
  }

  /** All tensors, as a tree and as a table. */
  async structure(): Promise<Structure> {
    return (this.#reading.structure ??= this.#readAll(this.#reading.abort.signal))
  }

  /** @param allow Names that the workspace vetted. */
  async scan(allow: readonly string[]): Promise<ScanReport> {
    const { abort } = this.#reading
    return (this.#reading.scan ??= scan(this.path, { signal: abort.signal, allow }))
  }

  async #lookAt(signal: AbortSignal): Promise<Overview> {
    const [inspection, { kind, size }] = await Promise.all([
      inspect(this.path, { signal }),
      measure(this.path),
    ])
    return overviewOf(this.uri, inspection, { kind, size })
  }

  async #readAll(signal: AbortSignal): Promise<Structure> {
    const inspection = await inspectDetailed(this.path, { signal })
    const tree = await buildTensorTree(inspection.tensors)
    return { inspection, tree, table: new TensorTable(tree) }
  }

  #watch(): Disposable {
    // The name of a file may hold what a pattern would take for a wildcard: the folder is watched, and names compared.
    const folder = Uri.file(dirname(this.path))
    const watchers = [folder, this.uri].map((base) =>
      workspace.createFileSystemWatcher(new RelativePattern(base, '*')),
    )
    const look = ({ fsPath }: Uri): void => {
      if (fsPath === this.path || dirname(fsPath) === this.path) this.#schedule()
    }
    const listeners = watchers.flatMap((watcher) => [
      watcher.onDidChange(look),
      watcher.onDidCreate(look),
      watcher.onDidDelete(look),
    ])
    return {
      dispose: () => {
        for (const one of [...listeners, ...watchers]) one.dispose()
      },
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#reading.abort.abort()
      this.#reading = { abort: new AbortController() }
      this.#changed.fire()
    }, DEBOUNCE_MILLISECONDS)
  }

  dispose(): void {
    clearTimeout(this.#timer)
    this.#reading.abort.abort()
    this.#watcher.dispose()
    this.#changed.dispose()
  }
}

function overviewOf(
  uri: Uri,
  { format, framework, summary, findings, partial, parts }: Inspection,
  { kind, size }: Measure,
): Overview {
  return {
    name: basename(uri.fsPath),
    path: uri.fsPath,
    location: workspace.asRelativePath(uri, (workspace.workspaceFolders ?? []).length > 1),
    kind,
    size,
    format,
    framework,
    summary,
    findings,
    partial,
    ...(parts === undefined ? {} : { parts }),
  }
}

interface Measure {
  readonly kind: 'file' | 'folder'
  /** In bytes; `undefined` where nothing is there. */
  readonly size: number | undefined
}

async function measure(path: string): Promise<Measure> {
  try {
    const stats = await lstat(path)
    if (!stats.isDirectory()) return { kind: 'file', size: stats.size }
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    let size = 0
    for (const entry of entries.slice(0, MAX_FILES))
      if (entry.isFile()) size += (await lstat(join(entry.parentPath, entry.name))).size
    return { kind: 'folder', size }
  } catch (error) {
    // What is not there is a finding of the inspection, with its reason.
    if (systemCode(error) === undefined) throw error
    return { kind: 'file', size: undefined }
  }
}
