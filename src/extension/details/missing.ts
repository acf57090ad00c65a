import { workspace } from 'vscode'
import { AppError } from '../../base/errors'
import type { DetailsIntent, DetailsSubject, DetailsView } from '../../webview/details/protocol'
import { openDocument } from '../commands/openDocument'
import type { Host } from '../host'
import { recoverDocument, resolveConflict } from '../recovery/brokenDocument'
import { isConflict } from '../recovery/conflict'
import { restoreFromTrash } from '../recovery/trash'
import { requireTrust } from '../trust'
import { nameOf, type Looked } from './look'

/** What a page shows in the place of a version that is not there, and what brings it back. */
export function unavailable(
  looked: Exclude<Looked, { readonly kind: 'here' }>,
  subject: DetailsSubject,
  isPreview: boolean,
): DetailsView {
  const base = { subject, isPreview, reference: nameOf(subject) }
  if (looked.kind === 'closed')
    return { ...base, kind: 'gone', message: looked.message, intents: [] }
  const { found } = looked
  const writes = (...intents: DetailsIntent[]): readonly DetailsIntent[] =>
    workspace.isTrusted ? intents : ['manageTrust']
  switch (found.kind) {
    case 'deleted':
      return { ...base, kind: 'deleted', message: found.message, intents: writes('restore') }
    case 'gone':
      return { ...base, kind: 'gone', message: found.message, intents: [] }
    case 'broken': {
      const remedies = writes(isConflict(found.error) ? 'resolveConflict' : 'recover')
      return {
        ...base,
        kind: 'broken',
        message: found.error.message,
        intents: ['openDocument', ...remedies],
      }
    }
  }
}

/** Brings back what is not there. */
export async function actOnMissing(
  host: Host,
  { folder, found }: Extract<Looked, { readonly kind: 'away' }>,
  intent: DetailsIntent,
): Promise<void> {
  if (found.kind === 'broken' && intent === 'openDocument') {
    const { error, model } = found
    const broken = { name: model, error }
    const node = { id: '', kind: 'broken', folder: folder.key, broken, problem: '' } as const
    return openDocument(host, node)
  }
  requireTrust()
  if (found.kind === 'deleted' && intent === 'restore') {
    const registry = await folder.open()
    return restoreFromTrash(host, { folder, registry, model: found.model, id: found.id })
  }
  const document = found.kind === 'broken' ? { folder: folder.key, model: found.model } : undefined
  if (document && intent === 'recover') return recoverDocument(host, document)
  if (document && intent === 'resolveConflict') return resolveConflict(host, document)
  throw new AppError('notFound', 'The version is not there, so this can not be done.')
}
