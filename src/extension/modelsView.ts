import { setTimeout as nextLook } from 'node:timers/promises'
import { commands, window, workspace, type Disposable, type TreeView } from 'vscode'
import type { ModelVersion } from '../registry/model'
import { parseQuery } from '../registry/search/parser'
import { looksLikeFilter } from '../registry/search/words'
import { localTime } from './activity/texts'
import { SECTION } from './config'
import { setContext, type ContextKeys } from './context'
import type { DragAndDrop } from './dragAndDrop'
import type { ModelFiles } from './origin/modelFiles'
import type { Registries } from './registries'
import { findVersionNode, PAGE, type Forest } from './tree/children'
import { artifactTrouble, forestOf } from './tree/forest'
import type { Node } from './tree/node'
import { ModelsProvider } from './tree/provider'

export const VIEW = 'modelRegistry.models'

/** Changes that come together are shown together. */
const DEBOUNCE_MILLISECONDS = 50
/** How often a selection that is not known yet is looked for. */
const LOOK_MILLISECONDS = 20

/** The view of the registered models: what it shows, and what is said in its place while there is nothing to show. */
export class ModelsView implements Disposable {
  readonly #registries: Registries
  readonly #provider: ModelsProvider
  readonly #view: TreeView<Node>
  readonly #shown = new Map<string, number>()
  readonly #subscriptions: Disposable[] = []
  #filter: string | undefined
  #asOf: Date | undefined
  #forest: Forest | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(registries: Registries, files: ModelFiles, dragAndDrop: DragAndDrop) {
    this.#registries = registries
    this.#provider = new ModelsProvider({
      forest: () => this.#currentForest(),
      artifactTrouble: (node) => artifactTrouble(registries, node),
      isOverwritten: ({ folder, version }) => files.isOverwritten(folder, version),
      today: ({ folder, version }) =>
        registries
          .byKey(folder)
          ?.current?.getModel(version.model)
          ?.versions.find(({ id }) => id === version.id)?.stage,
    })
    this.#view = window.createTreeView(VIEW, {
      treeDataProvider: this.#provider,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: dragAndDrop,
    })
    this.#subscriptions.push(
      this.#view,
      this.#provider,
      registries.onDidChange(() => this.#scheduleRefresh()),
      files.onDidChangeVersions(() => this.#scheduleRefresh()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) this.#scheduleRefresh()
      }),
    )
    this.#tell()
  }

  get visible(): boolean {
    return this.#view.visible
  }

  get onDidChangeVisibility(): TreeView<Node>['onDidChangeVisibility'] {
    return this.#view.onDidChangeVisibility
  }

  /** What is selected. VS Code knows of nothing while it draws the rows anew, so that is waited for. */
  async selected(): Promise<readonly Node[]> {
    // Of a view that nobody sees it asks for no rows.
    const isWaiting = (): boolean => this.#view.visible && this.#provider.isBeingDrawn
    while (this.#view.selection.length === 0 && isWaiting()) await nextLook(LOOK_MILLISECONDS)
    return this.#view.selection
  }

  /** Draws everything again now, artifacts included. */
  refresh(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#forest = undefined
    this.#tell()
    this.#provider.refresh()
  }

  /** Shows and selects the row of a version. */
  async reveal(folder: string, { model, version }: ModelVersion): Promise<void> {
    this.refresh()
    const node = findVersionNode(this.#currentForest(), folder, model, version)
    if (node) await this.#view.reveal(node, { select: true, focus: false, expand: true })
  }

  /** Shows and selects the row of a version that was asked for, which a filter must not hide. */
  async show(folder: string, version: ModelVersion): Promise<void> {
    this.refresh()
    const isHidden = (): boolean =>
      !findVersionNode(this.#currentForest(), folder, version.model, version.version)
    if (isHidden()) this.filter('')
    if (isHidden()) this.travel(undefined)
    await this.reveal(folder, version)
  }

  /** The time whose state is shown; `undefined` for the present. */
  get asOf(): Date | undefined {
    return this.#asOf
  }

  /** Shows the models as they stood at a time, or as they are. */
  travel(at: Date | undefined): void {
    this.#asOf = at
    this.refresh()
  }

  /** What the view is filtered by, if it is. */
  get filterText(): string | undefined {
    return this.#filter
  }

  /**
   * Shows only the versions that a filter takes or words name; all where it is empty.
   * @throws {QueryError} `invalid`; the view stays as it is.
   */
  filter(text: string): void {
    const filter = text.trim()
    if (looksLikeFilter(filter)) parseQuery(filter)
    this.#filter = filter === '' ? undefined : filter
    this.refresh()
  }

  /** Opens the view. */
  async focus(): Promise<void> {
    await commands.executeCommand(`${VIEW}.focus`)
  }

  /** Shows one more page of a row's children. */
  showMore(row: string): void {
    this.#shown.set(row, (this.#shown.get(row) ?? PAGE) + PAGE)
    this.refresh()
  }

  #scheduleRefresh(): void {
    this.#timer ??= setTimeout(() => this.refresh(), DEBOUNCE_MILLISECONDS)
  }

  #currentForest(): Forest {
    this.#forest ??= forestOf(this.#registries.all, this.#shown, {
      filter: this.#filter,
      asOf: this.#asOf,
    })
    return this.#forest
  }

  /** Tells the menus and the welcome content how things stand. */
  #tell(): void {
    const { folders } = this.#currentForest()
    const all = this.#registries.all
    // What can be done depends on what is there today, whatever time is shown.
    const models = all.flatMap(({ current }) => current?.listModels() ?? [])
    const modelCount = models.length
    const brokenCount = folders.reduce((sum, { broken }) => sum + broken.length, 0)
    const problems = folders.flatMap(({ problem }) => problem ?? [])
    const isLoading = all.some(({ current, problem }) => !current && !problem)
    const isEmpty = modelCount + brokenCount === 0
    setContext('modelCount', modelCount)
    setContext('hasBroken', brokenCount > 0)
    setContext(
      'hasProduction',
      models.some(({ productionVersion }) => productionVersion),
    )
    setContext('filtered', this.#filter !== undefined)
    setContext('past', this.#asOf !== undefined)
    const hasMatch = folders.some(({ matches }) => !matches || matches.size > 0)
    const hasRows = folders.some(({ models: shown, broken }) => shown.length + broken.length > 0)
    const hasPast = !this.#asOf || hasRows
    const state = stateOf(all.length, isLoading, isEmpty && problems.length === 0)
    setContext(
      'state',
      state !== 'ready' ? state : !hasPast ? 'past' : hasMatch ? state : 'noMatch',
    )
    const time = this.#asOf && localTime(this.#asOf.toISOString())
    this.#view.description = [time === undefined ? [] : `as of ${time}`, this.#filter ?? []]
      .flat()
      .join(' · ')
    const isBare = isEmpty || !hasMatch || !hasPast
    this.#view.message =
      time === undefined || isBare
        ? messageOf(isBare, problems)
        : `The registry as it was on ${time}, to look at only. The × above leads back to the present.`
  }

  dispose(): void {
    clearTimeout(this.#timer)
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}

function stateOf(registries: number, isLoading: boolean, isEmpty: boolean): ContextKeys['state'] {
  if (isLoading) return 'loading'
  if (!isEmpty) return 'ready'
  return registries === 0 ? 'noDisk' : 'empty'
}

/** A message takes the place of the welcome content, so it is only for a view with rows. */
function messageOf(isEmpty: boolean, problems: readonly string[]): string | undefined {
  // In a row of its own a sentence is cut off; of several folders each row says its own.
  if (isEmpty && problems.length === 1) return problems[0]
  if (isEmpty || workspace.isTrusted) return undefined
  return 'Restricted Mode: the registry can be read, and nothing is changed. Trust the workspace to register or move models.'
}
