import { Diagnostic, Disposable, languages, Range, Uri } from 'vscode'
import type { Registries } from './registries'

/** Shows documents that can't be read in the Problems panel, at the line that is broken. */
export function showDiagnostics(registries: Registries): Disposable {
  const collection = languages.createDiagnosticCollection('modelRegistry')
  const update = (): void => {
    collection.clear()
    for (const { current, root } of registries.all)
      for (const { name, error } of current?.listBroken() ?? []) {
        const { line = 1, column = 1 } = error.location ?? {}
        const range = new Range(line - 1, column - 1, line - 1, column)
        const diagnostic = new Diagnostic(range, error.message)
        diagnostic.source = 'Model Registry'
        diagnostic.code = error.code
        collection.set(Uri.joinPath(root, `${name}.json`), [diagnostic])
      }
  }
  update()
  return Disposable.from(collection, registries.onDidChange(update))
}
