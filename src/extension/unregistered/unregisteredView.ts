import {
  EventEmitter,
  ThemeIcon,
  TreeItem,
  window,
  workspace,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
} from 'vscode'
import { dirname } from 'node:path/posix'
import { formatBytes } from '../../base/text'
import { commandId } from '../commands/contract'
import { setContext } from '../context'
import type { ModelFiles } from '../origin/modelFiles'
import type { UnregisteredFile } from '../origin/workspaceFiles'

const VIEW = 'modelRegistry.unregistered'
/** More rows than this are a heap of checkpoints, in which nobody looks for one. */
const MAX_ROWS = 500

/** The view of model files that no version holds: what a newcomer sees first. It is hidden while there are none. */
export class UnregisteredView implements Disposable, TreeDataProvider<UnregisteredFile> {
  readonly #files: ModelFiles
  readonly #view: TreeView<UnregisteredFile>
  readonly #changed = new EventEmitter<undefined>()
  readonly #subscription: Disposable
  readonly onDidChangeTreeData = this.#changed.event

  constructor(files: ModelFiles) {
    this.#files = files
    this.#view = window.createTreeView(VIEW, { treeDataProvider: this, canSelectMany: true })
    this.#subscription = files.onDidChange(() => this.#refresh())
  }

  get selection(): readonly UnregisteredFile[] {
    return this.#view.selection
  }

  #refresh(): void {
    const { length } = this.#files.unregistered
    setContext('unregisteredCount', length)
    this.#view.message =
      length > MAX_ROWS ? `The first ${MAX_ROWS} of ${length.toLocaleString('en-US')}.` : undefined
    this.#changed.fire(undefined)
  }

  getChildren(row?: UnregisteredFile): UnregisteredFile[] {
    return row ? [] : this.#files.unregistered.slice(0, MAX_ROWS)
  }

  getTreeItem(row: UnregisteredFile): TreeItem {
    const { uri, kind, size, inspection, changedFrom } = row
    const item = new TreeItem(uri)
    item.id = uri.toString()
    const place = dirname(workspace.asRelativePath(uri))
    item.description = [
      place === '.' ? '' : place,
      changedFrom ? `differs from ${changedFrom.fullName.replace(':', ' ')}` : inspection.format,
    ]
      .filter((part) => part !== '')
      .join(' · ')
    const facts = [
      inspection.framework ?? inspection.format,
      kind === 'file' ? formatBytes(size) : 'folder',
    ]
    item.tooltip = `${workspace.asRelativePath(uri)}\n${facts.join(', ')}`
    item.contextValue = 'unregistered'
    // Not every icon theme has one for folders, and "folder" would ask it.
    if (kind === 'folder') item.iconPath = new ThemeIcon('package')
    item.command = { command: commandId('inspect'), title: 'Inspect', arguments: [uri] }
    return item
  }

  dispose(): void {
    this.#subscription.dispose()
    this.#view.dispose()
    this.#changed.dispose()
  }
}
