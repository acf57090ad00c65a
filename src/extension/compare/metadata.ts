import { commands, Uri, workspace, type Disposable } from 'vscode'
import { AppError } from '../../base/errors'
import type { VersionKey } from '../../webview/protocol'
import type { Registries } from '../registries'

const SCHEME = 'model-registry-version'

/** Names the metadata of a version, as a document that can be read and compared. */
function metadataUri({ folder, reference }: VersionKey): Uri {
  return Uri.from({ scheme: SCHEME, path: `/${reference}.json`, query: folder })
}

/** Shows what the registry says of two versions in the editor for differences. */
export async function openMetadata(before: VersionKey, after: VersionKey): Promise<void> {
  await commands.executeCommand(
    'vscode.diff',
    metadataUri(before),
    metadataUri(after),
    `${before.reference} ↔ ${after.reference}`,
  )
}

/** Serves those documents. */
export function serveMetadata(registries: Registries): Disposable {
  return workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async ({ path, query }) => {
      const reference = path.replace(/^\//, '').replace(/\.json$/, '')
      const version = (await registries.byKey(query)?.open())?.resolve(reference)
      if (!version) throw new AppError('notFound', `${reference} is no longer there.`)
      return `${JSON.stringify(version, null, 2)}\n`
    },
  })
}
