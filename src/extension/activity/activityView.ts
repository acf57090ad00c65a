import {
  commands,
  EventEmitter,
  ThemeIcon,
  TreeItem,
  window,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
} from 'vscode'
import { formatAge } from '../../base/text'
import type { HistoryAction } from '../../registry/model'
import { commandId } from '../commands/contract'
import { setContext } from '../context'
import type { Registries } from '../registries'
import { newestEntries, newestFirst, type ActivityEntry } from './entries'
import { describeEntry, entryTooltip, subjectOf, whoOf } from './texts'

const VIEW = 'modelRegistry.activity'
/** As many as people scroll through before they ask for more. */
const PAGE = 100
/** Changes that come together are shown together. */
const DEBOUNCE_MILLISECONDS = 50

/** Stands for the changes that are not shown yet. */
interface MoreRow {
  readonly kind: 'more'
}
export type ActivityRow = (ActivityEntry & { readonly kind: 'entry' }) | MoreRow

const ICONS: Readonly<Record<HistoryAction, string>> = {
  register: 'add',
  transition: 'arrow-swap',
  update: 'edit',
  updateModel: 'edit',
  rename: 'edit',
  delete: 'trash',
  deleteModel: 'trash',
  restore: 'history',
  setAlias: 'tag',
  removeAlias: 'tag',
  rollback: 'discard',
  undo: 'discard',
  gc: 'clear-all',
  merge: 'git-merge',
  repair: 'tools',
  import: 'cloud-download',
}

/** The view of who did what, when and why, in all registries: newest first, of all models or of one. */
export class ActivityView implements Disposable, TreeDataProvider<ActivityRow> {
  readonly #registries: Registries
  readonly #view: TreeView<ActivityRow>
  readonly #changed = new EventEmitter<undefined>()
  readonly #subscription: Disposable
  readonly onDidChangeTreeData = this.#changed.event
  #shown = PAGE
  #model: string | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(registries: Registries) {
    this.#registries = registries
    this.#view = window.createTreeView(VIEW, { treeDataProvider: this })
    this.#subscription = registries.onDidChange(() => {
      this.#timer ??= setTimeout(() => this.#refresh(), DEBOUNCE_MILLISECONDS)
    })
  }

  /** Shows what happened to one model, or to all again. */
  filter(model: string | undefined): void {
    this.#model = model
    this.#shown = PAGE
    this.#view.description = model ?? ''
    setContext('activityFiltered', model !== undefined)
    this.#refresh()
  }

  /** Opens the view. */
  async focus(): Promise<void> {
    await commands.executeCommand(`${VIEW}.focus`)
  }

  showMore(): void {
    this.#shown += PAGE
    this.#refresh()
  }

  #refresh(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#changed.fire(undefined)
  }

  getChildren(row?: ActivityRow): ActivityRow[] {
    if (row) return []
    // One more than is shown tells whether there are more.
    const limit = this.#shown + 1
    const found = this.#registries.all
      .flatMap(({ current, key }) =>
        current ? newestEntries(current, key, { limit, model: this.#model }) : [],
      )
      .sort((a, b) => newestFirst(a.entry, b.entry))
    const rows = found
      .slice(0, this.#shown)
      .map((entry): ActivityRow => ({ kind: 'entry', ...entry }))
    return found.length > this.#shown ? [...rows, { kind: 'more' }] : rows
  }

  getTreeItem(row: ActivityRow): TreeItem {
    return row.kind === 'more' ? moreItem() : entryItem(row)
  }

  dispose(): void {
    clearTimeout(this.#timer)
    this.#subscription.dispose()
    this.#view.dispose()
    this.#changed.dispose()
  }
}

function entryItem(row: ActivityEntry): TreeItem {
  const { folder, model, entry } = row
  const item = new TreeItem(subjectOf(model, entry))
  item.id = `activity/${folder}/${model}/${entry.id}`
  const what = describeEntry(entry)
  const age = formatAge(entry.at, new Date())
  item.description = [what, whoOf(entry), age].join(' · ')
  item.tooltip = entryTooltip(model, entry)
  item.iconPath = new ThemeIcon(ICONS[entry.action] ?? 'circle-small')
  item.contextValue = 'activity'
  item.accessibilityInformation = {
    label: `${subjectOf(model, entry)} ${what}, ${whoOf(entry)}, ${age}`,
  }
  if (entry.version !== undefined) {
    item.command = {
      command: commandId('revealVersion'),
      title: 'Show the Version',
      arguments: [row],
    }
  }
  return item
}

function moreItem(): TreeItem {
  const item = new TreeItem('Show more…')
  item.id = 'activity/more'
  item.command = { command: commandId('showMoreActivity'), title: 'Show More' }
  return item
}
