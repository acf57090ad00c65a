import { basename } from 'node:path'
import { Uri, ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode'
import { later } from '../commands/load'
import type { Host } from '../host'

const PANEL = 'modelRegistry.inspectorPanel'

/** The inspector of models that are folders: no editor opens those. */
export class InspectorPanels implements Disposable {
  readonly #host: () => Host
  readonly #open = new Map<string, WebviewPanel>()
  readonly #serializer: Disposable

  constructor(host: () => Host) {
    this.#host = host
    this.#serializer = window.registerWebviewPanelSerializer(PANEL, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const path = pathOf(state)
        if (path === undefined) panel.dispose()
        else await this.#fill(panel, Uri.file(path))
      },
    })
  }

  /** Shows the panel of a folder, the one that is open where there is one. */
  async show(uri: Uri): Promise<void> {
    const open = this.#open.get(uri.fsPath)
    if (open) {
      open.reveal()
      return
    }
    const title = basename(uri.fsPath)
    await this.#fill(window.createWebviewPanel(PANEL, title, ViewColumn.Active), uri)
  }

  async #fill(panel: WebviewPanel, uri: Uri): Promise<void> {
    const parts: Disposable[] = []
    this.#open.set(uri.fsPath, panel)
    panel.onDidDispose(() => {
      if (this.#open.get(uri.fsPath) === panel) this.#open.delete(uri.fsPath)
      for (const part of parts) part.dispose()
    })
    const { InspectedModel, showInspector } = await later()
    // It may have been closed meanwhile.
    if (this.#open.get(uri.fsPath) !== panel) return
    const model = new InspectedModel(uri)
    parts.push(showInspector(this.#host(), panel.webview, model), model)
  }

  dispose(): void {
    this.#serializer.dispose()
    for (const panel of this.#open.values()) panel.dispose()
  }
}

/** A page keeps the path of what it shows; what else a stored state holds is the page's matter. */
function pathOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('path' in state)) return undefined
  return typeof state.path === 'string' ? state.path : undefined
}
