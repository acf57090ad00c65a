import { Uri, window } from 'vscode'
import { resolveDocument, type ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import type { BrokenDocument } from '../commands/contract'
import type { Host } from '../host'
import type { FolderRegistry } from '../registries'

type Slice = Pick<Host, 'registries' | 'view'>

interface Broken {
  readonly folder: FolderRegistry
  readonly registry: ModelRegistry
  readonly model: string
  readonly path: Uri
}

async function find(host: Slice, target: BrokenDocument | undefined): Promise<Broken> {
  const folder = target && host.registries.byKey(target.folder)
  if (!target || !folder) throw new AppError('notFound', 'Choose the row of a broken document.')
  const model = 'model' in target ? target.model : target.broken.name
  const path = Uri.joinPath(folder.root, `${model}.json`)
  return { folder, registry: await folder.open(), model, path }
}

/** **Resolve Conflict by Meaning**: unites both sides' versions and history. */
export async function resolveConflict(host: Slice, target?: BrokenDocument): Promise<void> {
  const { registry, model, path } = await find(host, target)
  const notes = await resolveDocument(path.fsPath)
  await registry.refresh()
  await registry.bringHome([model])
  host.view.refresh()
  const told = notes.length === 0 ? '' : ` ${notes.join(' ')}`
  void offerDocument(`Merged both sides of ${model}.${told}`, path)
}

/** **Restore Last Good Copy** of a broken document, which is kept beside it. */
export async function recoverDocument(host: Slice, target?: BrokenDocument): Promise<void> {
  const { registry, model } = await find(host, target)
  const kept = await registry.recoverDocument(model)
  host.view.refresh()
  void offerDocument(
    `The last good copy of ${model} is in its place. What was broken is kept as ${kept}.`,
    Uri.file(kept),
  )
}

async function offerDocument(message: string, path: Uri): Promise<void> {
  const open = 'Open Document'
  if ((await window.showInformationMessage(message, open)) === open)
    await window.showTextDocument(path)
}
