import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  DataTransferItem,
  Uri,
  type CancellationToken,
  type DataTransfer,
  type DataTransferFile,
  type LogOutputChannel,
  type TreeDragAndDropController,
} from 'vscode'
import { AppError } from '../base/errors'
import type { ModelVersion } from '../registry/model'
import { ModelStage } from '../registry/stage'
import { later } from './commands/load'
import { report } from './commands/run'
import type { Host } from './host'
import { chooseVersions } from './input/targets'
import { moveVersions } from './moveVersions'
import type { Node } from './tree/node'
import { requireWritable } from './timeTravel/present'

/** VS Code names a tree's own rows so, in lower case. */
const ROWS = 'application/vnd.code.tree.modelregistry.models'
const URIS = 'text/uri-list'
const FILES = 'files'

/** Files of a drop that can be read for as long as it takes to ask about them. */
interface SavedFiles {
  readonly uris: readonly Uri[]
  remove(): Promise<void>
}

interface Dropped {
  readonly rows: readonly Node[]
  readonly uris: readonly Uri[]
  readonly files: SavedFiles
}

/**
 * Versions are dragged between stages, and out of the view as the files they are; files are dropped in from the
 * Explorer and from the operating system. A drop does what the command of the same name does, with its questions.
 */
export class DragAndDrop implements TreeDragAndDropController<Node> {
  readonly dragMimeTypes = [URIS]
  readonly dropMimeTypes = [ROWS, URIS, FILES]
  readonly #host: () => Host
  readonly #log: LogOutputChannel

  constructor(host: () => Host, log: LogOutputChannel) {
    this.#host = host
    this.#log = log
  }

  handleDrag(rows: readonly Node[], transfer: DataTransfer): void {
    const { registries } = this.#host()
    const uris = rows.flatMap((row) => {
      const registry = registries.byKey(row.folder)?.current
      const path = row.kind === 'version' ? registry?.artifactPath(row.version) : undefined
      return path === undefined ? [] : [Uri.file(path).toString()]
    })
    transfer.set(ROWS, new DataTransferItem(rows))
    if (uris.length > 0) transfer.set(URIS, new DataTransferItem(uris.join('\r\n')))
  }

  async handleDrop(
    target: Node | undefined,
    transfer: DataTransfer,
    token: CancellationToken,
  ): Promise<void> {
    try {
      const dropped = await this.#read(transfer)
      // The drop ends here: VS Code shows a spinner until it does, and the questions may take their time.
      if (token.isCancellationRequested) await dropped.files.remove()
      else void this.#act(target, dropped)
    } catch (error) {
      report(error, this.#log)
    }
  }

  /** Everything that is dropped; the bytes of files can be read until the drop ends, and no longer. */
  async #read(transfer: DataTransfer): Promise<Dropped> {
    const rows: unknown = transfer.get(ROWS)?.value
    const uris = (await transfer.get(URIS)?.asString())?.split(/\r?\n/) ?? []
    return {
      rows: Array.isArray(rows) ? (rows as Node[]) : [],
      uris: uris.filter((line) => line !== '').map((uri) => Uri.parse(uri, true)),
      files: await this.#save(filesOf(transfer)),
    }
  }

  async #act(target: Node | undefined, { rows, uris, files }: Dropped): Promise<void> {
    try {
      requireWritable(this.#host())
      if (rows.length > 0) await this.#dropRows(target, rows)
      else if (uris.length > 0) await this.#dropFiles(target, uris)
      else if (files.uris.length > 0) await this.#dropFiles(target, files.uris)
    } catch (error) {
      report(error, this.#log)
    } finally {
      await files.remove()
    }
  }

  /** A version that is dropped goes to the stage of the row that it is dropped on. */
  async #dropRows(target: Node | undefined, rows: readonly Node[]): Promise<void> {
    const stage = stageOf(target)
    if (!target || !stage) return
    if (rows.some(({ folder }) => folder !== target.folder)) {
      throw new AppError(
        'invalid',
        'A version stays in the registry of its folder; drop it on a stage of the same folder.',
      )
    }
    const movable = rows.filter(({ kind }) => kind === 'version' || kind === 'model')
    if (movable.length === 0) return
    const chosen = await chooseVersions(this.#host(), undefined, movable, {
      title: 'Move to Stage',
    })
    await moveVersions(this.#host(), chosen, stage)
  }

  /** Dropped files are registered; on a model as its next version, on a stage to be moved there afterwards. */
  async #dropFiles(target: Node | undefined, uris: readonly Uri[]): Promise<void> {
    const host = this.#host()
    const version = await this.#register(target, uris)
    const stage = target?.kind === 'stage' ? target.stage : undefined
    if (!version || stage === undefined || stage === ModelStage.development) return
    const folder = target && host.registries.byKey(target.folder)
    if (!folder) return
    await moveVersions(host, [{ folder, registry: await folder.open(), version }], stage)
  }

  async #register(
    target: Node | undefined,
    uris: readonly Uri[],
  ): Promise<ModelVersion | undefined> {
    const host = this.#host()
    const { registerPaths, registerUris } = await later()
    const folder = target && host.registries.byKey(target.folder)
    if (folder && (target.kind === 'model' || target.kind === 'version')) {
      const model = target.kind === 'model' ? target.model.name : target.version.model
      return registerPaths(
        host,
        folder,
        uris.map(({ fsPath }) => fsPath),
        { model },
      )
    }
    return registerUris(host, uris, undefined, folder)
  }

  /** What comes from the operating system into a browser has no path: it is written down until it is registered. */
  async #save(files: readonly DataTransferFile[]): Promise<SavedFiles> {
    if (files.length === 0) return { uris: [], remove: async () => {} }
    const { temporaryFolder } = this.#host()
    await mkdir(temporaryFolder, { recursive: true })
    const folder = await mkdtemp(join(temporaryFolder, 'drop-'))
    const uris: Uri[] = []
    for (const file of files) {
      const written = Uri.file(join(folder, basename(file.name)))
      if (!file.uri) await writeFile(written.fsPath, await file.data())
      uris.push(file.uri ?? written)
    }
    return { uris, remove: () => rm(folder, { recursive: true, force: true }) }
  }
}

function stageOf(target: Node | undefined): ModelStage | undefined {
  if (target?.kind === 'stage' || target?.kind === 'model') return target.stage
  return target?.kind === 'version' && target.under !== 'model' ? target.version.stage : undefined
}

function filesOf(transfer: DataTransfer): DataTransferFile[] {
  const files: DataTransferFile[] = []
  transfer.forEach((item, mime) => {
    const file = mime === FILES || !item.value ? item.asFile() : undefined
    if (file) files.push(file)
  })
  return files
}
