import { ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode'
import type { DetailsSubject } from '../../webview/details/protocol'
import type * as Later from '../commands/later'
import { later } from '../commands/load'
import type { Host } from '../host'

/** The kind of panel, under which VS Code brings it back. */
const PANEL = 'modelRegistry.details'

export interface ShowOptions {
  /** The focus stays where it is: in the tree whose row was clicked. */
  readonly preserveFocus?: boolean
  /** Stays when another version is looked at. */
  readonly keep?: boolean
}

/** A page of details as its panel sees it. */
export interface DetailsPage extends Disposable {
  readonly subject: DetailsSubject
  /** Shows another version in the same panel. */
  replace(subject: DetailsSubject): void
  /** Tells the page that it is drawn as something else: kept now. */
  refresh(): void
}

interface Open {
  readonly panel: WebviewPanel
  readonly page: DetailsPage
}

/**
 * The tabs that show versions. VS Code has no previews of pages of extensions, so this is what its previews do: one tab
 * shows whatever is looked at, until it is kept.
 */
export class DetailsPanels implements Disposable {
  readonly #host: () => Host
  readonly #open = new Set<Open>()
  #preview: Open | undefined
  readonly #serializer: Disposable

  constructor(host: () => Host) {
    this.#host = host
    this.#serializer = window.registerWebviewPanelSerializer(PANEL, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const { openDetailsPage, readDetailsState } = await later()
        const kept = readDetailsState(state)
        if (kept) this.#fill(openDetailsPage, panel, kept, kept.isPreview)
        else panel.dispose()
      },
    })
  }

  /** Shows a version: the tab that has it, the preview, or a new one. */
  async show(subject: DetailsSubject, options: ShowOptions = {}): Promise<void> {
    const { preserveFocus = false, keep = false } = options
    // Before anything is looked at: two clicks may wait for it.
    const { openDetailsPage } = await later()
    const same = [...this.#open].find(({ page }) => isSame(page.subject, subject))
    const shown = same ?? (keep ? undefined : this.#preview)
    if (shown) {
      if (!same) shown.page.replace(subject)
      if (keep) this.#keep(shown)
      shown.panel.reveal(undefined, preserveFocus)
      return
    }
    const title = `${subject.model}:${subject.version}`
    const place = { viewColumn: columnForNew(), preserveFocus }
    this.#fill(openDetailsPage, window.createWebviewPanel(PANEL, title, place), subject, !keep)
  }

  #fill(
    openDetailsPage: typeof Later.openDetailsPage,
    panel: WebviewPanel,
    subject: DetailsSubject,
    isPreview: boolean,
  ): void {
    const page = openDetailsPage(this.#host(), panel, subject, {
      isPreview: () => this.#preview === open,
      keep: () => this.#keep(open),
    })
    const open: Open = { panel, page }
    this.#open.add(open)
    if (isPreview) this.#preview ??= open
    panel.onDidDispose(() => {
      this.#open.delete(open)
      if (this.#preview === open) this.#preview = undefined
      page.dispose()
    })
  }

  #keep(open: Open): void {
    if (this.#preview !== open) return
    this.#preview = undefined
    open.page.refresh()
  }

  dispose(): void {
    this.#serializer.dispose()
    for (const { panel } of this.#open) panel.dispose()
  }
}

function isSame(a: DetailsSubject, b: DetailsSubject): boolean {
  return a.folder === b.folder && a.id === b.id
}

/** Beside what is being worked on; where nothing is, a second group would only halve the room. */
function columnForNew(): ViewColumn {
  const { activeTab } = window.tabGroups.activeTabGroup
  return activeTab ? ViewColumn.Beside : ViewColumn.Active
}
