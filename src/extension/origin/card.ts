import { commands, Uri, window } from 'vscode'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { chooseVersions } from '../input/targets'
import { cardText, cardUri } from './cardContent'

type Slice = Pick<Host, 'registries' | 'view'>

/** **Show Model Card** */
export async function showCard(host: Slice, target?: Target): Promise<void> {
  const [{ folder, version }] = await chooseVersions(host, target, undefined, {
    title: 'Show a Model Card',
  })
  const uri = cardUri(folder.key, version.model, version.version)
  await commands.executeCommand('markdown.showPreview', uri)
}

/** **Edit Model Card**: the card becomes a file of its own, which goes with the documents into git. */
export async function editCard(host: Slice, target?: Target): Promise<void> {
  const [{ folder, registry, version }] = await chooseVersions(host, target, undefined, {
    title: 'Edit a Model Card',
  })
  const { model, version: name } = version
  if ((await registry.readCard(model, name)) === undefined) {
    const text = await cardText(host.registries, folder.key, model, name)
    await registry.writeCard(model, name, text)
  }
  await window.showTextDocument(Uri.joinPath(folder.root, '.cards', model, `${name}.md`))
}
