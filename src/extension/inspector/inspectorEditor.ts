import { window, type Disposable, type Uri } from 'vscode'
import { later } from '../commands/load'
import type { Host } from '../host'
import type { InspectedModel } from './subject'

/** Any file: VS Code opens it with this editor although no pattern names it. */
export const ANY_FILE_EDITOR = 'modelRegistry.inspectorOptional'

/** Formats whose files VS Code can't show otherwise; the optional editor is offered for what others may open too. */
const VIEW_TYPES = ['modelRegistry.inspector', ANY_FILE_EDITOR] as const

/** Registers the read-only editor of model files. */
export function registerInspectorEditors(host: Host): Disposable[] {
  return VIEW_TYPES.map((viewType) =>
    window.registerCustomEditorProvider(
      viewType,
      {
        openCustomDocument: async (uri: Uri) => {
          const { InspectedModel } = await later()
          const model = new InspectedModel(uri)
          // The reader works while the page loads. What fails is told to the page, which asks for the same.
          model.overview().catch(() => undefined)
          return model
        },
        resolveCustomEditor: async (model: InspectedModel, panel) => {
          const { showInspector } = await later()
          const page = showInspector(host, panel.webview, model)
          panel.onDidDispose(() => page.dispose())
        },
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
  )
}
