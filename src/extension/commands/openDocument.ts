import { Position, Range, Uri, window, workspace } from 'vscode'
import type { Host } from '../host'
import { chooseModel } from '../input/targets'
import type { Target } from './contract'

/** **Open Document**: the model's JSON, at the place that is broken if it is. */
export async function openDocument(
  host: Pick<Host, 'registries' | 'view'>,
  target?: Target,
): Promise<void> {
  if (typeof target === 'object' && 'kind' in target && target.kind === 'broken') {
    const { name, error } = target.broken
    const folder = host.registries.byKey(target.folder)
    if (!folder) return
    const { line = 1, column = 1 } = error.location ?? {}
    const position = new Position(line - 1, column - 1)
    await open(Uri.joinPath(folder.root, `${name}.json`), new Range(position, position))
    return
  }
  const { folder, model } = await chooseModel(host, target, {
    title: 'Open the Document of a Model',
  })
  await open(Uri.joinPath(folder.root, `${model.name}.json`))
}

async function open(uri: Uri, selection?: Range): Promise<void> {
  const document = await workspace.openTextDocument(uri)
  await window.showTextDocument(document, selection ? { selection } : {})
}
