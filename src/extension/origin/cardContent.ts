import { EventEmitter, Uri, workspace, Disposable } from 'vscode'
import { modelCard } from '../../app'
import type { Registries } from '../registries'

const SCHEME = 'modelregistry-card'

/** Where the card of a version is shown from: what somebody wrote, else what is known of the version. */
export function cardUri(folder: string, model: string, version: string): Uri {
  const query = JSON.stringify({ folder, model, version })
  return Uri.from({ scheme: SCHEME, path: `/${model} ${version}.md`, query })
}

/** Lets the Markdown preview show the cards of versions, drawn anew when the registry changes. */
export function provideCards(registries: Registries): Disposable {
  const changed = new EventEmitter<Uri>()
  const provider = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: ({ query }) => {
      // Only `cardUri` makes such addresses.
      const { folder, model, version } = JSON.parse(query) as Record<string, string>
      return cardText(registries, folder ?? '', model ?? '', version ?? '')
    },
  })
  const update = registries.onDidChange(() => {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === SCHEME) changed.fire(uri)
  })
  return Disposable.from(changed, provider, update)
}

/** The card of a version, as it is shown, edited first and exported. */
export async function cardText(
  registries: Registries,
  key: string,
  name: string,
  version: string,
): Promise<string> {
  const registry = await registries.byKey(key)?.open()
  const model = registry?.getModel(name)
  const found = model?.getVersion(version)
  if (!registry || !model || !found) return `${name}:${version} is no longer there.`
  return (await registry.readCard(name, version)) ?? (await modelCard(model, found))
}
