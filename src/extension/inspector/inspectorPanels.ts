import { basename } from 'node:path'
import { Uri, ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode'
import type { Host } from '../host'
import { showInspector } from './inspectorPage'
import { InspectedModel } from './subject'

const PANEL = 'modelRegistry.inspectorPanel'

/** The inspector of models that are folders: no editor opens those. */
export class InspectorPanels implements Disposable {
  readonly #extension: Uri
  readonly #host: () => Host
  readonly #open = new Map<string, WebviewPanel>()
  readonly #serializer: Disposable

  constructor(extension: Uri, host: () => Host) {
    this.#extension = extension
    this.#host = host
    this.#serializer = window.registerWebviewPanelSerializer(PANEL, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const path = pathOf(state)
        if (path === undefined) panel.dispose()
        else this.#fill(panel, Uri.file(path))
      },
    })
  }

  /** Shows the panel of a folder, the one that is open where there is one. */
  show(uri: Uri): void {
    const open = this.#open.get(uri.fsPath)
    if (open) {
      open.reveal()
      return
    }
    const title = basename(uri.fsPath)
    this.#fill(window.createWebviewPanel(PANEL, title, ViewColumn.Active), uri)
  }

  #fill(panel: WebviewPanel, uri: Uri): void {
    const model = new InspectedModel(uri)
    const page = showInspector(this.#extension, this.#host(), panel.webview, model)
    this.#open.set(uri.fsPath, panel)
    panel.onDidDispose(() => {
      if (this.#open.get(uri.fsPath) === panel) this.#open.delete(uri.fsPath)
      page.dispose()
      model.dispose()
    })
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
