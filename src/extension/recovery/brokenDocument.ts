import { ThemeIcon, Uri, window, type QuickPickItem } from 'vscode'
import { resolveDocument, type ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import type { BrokenDocument } from '../commands/contract'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import type { FolderRegistry } from '../registries'
import { isConflict } from './conflict'

type Slice = Pick<Host, 'registries' | 'view'>

interface Broken {
  readonly folder: FolderRegistry
  readonly registry: ModelRegistry
  readonly model: string
  readonly path: Uri
}

/** The document of the row, or one that is asked for. */
async function find(
  host: Slice,
  target: BrokenDocument | undefined,
  question: Question,
): Promise<Broken> {
  if (!target) return ask(host, question)
  const folder = host.registries.byKey(target.folder)
  if (!folder) throw new AppError('notFound', 'The folder of this document is not open any more.')
  const model = 'model' in target ? target.model : target.broken.name
  const path = Uri.joinPath(folder.root, `${model}.json`)
  return { folder, registry: await folder.open(), model, path }
}

interface Question {
  readonly title: string
  /** Which of the broken documents can be chosen; all by default. */
  readonly where?: (error: AppError) => boolean
  readonly none: string
}

async function ask({ registries }: Slice, { title, where, none }: Question): Promise<Broken> {
  const items: (QuickPickItem & { readonly broken: Broken })[] = []
  for (const folder of registries.all) {
    const registry = await folder.open()
    for (const { name, error } of registry.listBroken()) {
      if (where && !where(error)) continue
      const path = Uri.joinPath(folder.root, `${name}.json`)
      const broken: Broken = { folder, registry, model: name, path }
      items.push({ label: name, detail: error.message, iconPath: new ThemeIcon('error'), broken })
    }
  }
  if (items.length === 0) throw new AppError('notFound', none)
  const answer = await askPick({ title, placeholder: 'Choose a document', items: () => items })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.broken
}

/** **Resolve Conflict by Meaning**: unites both sides' versions and history. */
export async function resolveConflict(host: Slice, target?: BrokenDocument): Promise<void> {
  const { registry, model, path } = await find(host, target, {
    title: 'Resolve a Conflict by Meaning',
    where: isConflict,
    none: 'No document holds a conflict of git.',
  })
  const notes = await resolveDocument(path.fsPath)
  await registry.refresh()
  await registry.bringHome([model])
  host.view.refresh()
  const told = notes.length === 0 ? '' : ` ${notes.join(' ')}`
  void offerDocument(`Merged both sides of ${model}.${told}`, path)
}

/** **Restore Last Good Copy** of a broken document, which is kept beside it. */
export async function recoverDocument(host: Slice, target?: BrokenDocument): Promise<void> {
  const { registry, model, path } = await find(host, target, {
    title: 'Restore the Last Good Copy of a Document',
    none: 'Every document can be read; there is nothing to restore.',
  })
  const kept = await registry.recoverDocument(model)
  host.view.refresh()
  const told = kept === undefined ? '' : ` What was broken is kept as ${kept}.`
  void offerDocument(
    `The last good copy of ${model} is in its place.${told}`,
    kept === undefined ? path : Uri.file(kept),
  )
}

async function offerDocument(message: string, path: Uri): Promise<void> {
  const open = 'Open Document'
  if ((await window.showInformationMessage(message, open)) === open)
    await window.showTextDocument(path)
}
