import { window, type Disposable, type Uri } from 'vscode'
import { InspectedModel } from './subject'
import type { Host } from '../host'
import { ANY_FILE_EDITOR, showInspector } from './inspectorPage'

/** Formats whose files VS Code can't show otherwise; the optional editor is offered for what others may open too. */
const VIEW_TYPES = ['modelRegistry.inspector', ANY_FILE_EDITOR] as const

/** Registers the read-only editor of model files. */
export function registerInspectorEditors(extension: Uri, host: Host): Disposable[] {
  return VIEW_TYPES.map((viewType) =>
    window.registerCustomEditorProvider(
      viewType,
      {
        openCustomDocument: (uri: Uri) => {
          const model = new InspectedModel(uri)
          // The reader works while the page loads. What fails is told to the page, which asks for the same.
          model.overview().catch(() => undefined)
          return model
        },
        resolveCustomEditor: (model: InspectedModel, panel) => {
          const page = showInspector(extension, host, panel.webview, model)
          panel.onDidDispose(() => page.dispose())
        },
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
  )
}
