import { isAppError } from '../../base/errors'
import type { RegisteredModel } from '../../registry/model'
import type { DetailsSubject } from '../../webview/details/protocol'
import type { Host } from '../host'
import type { ChosenVersion } from '../input/targets'
import type { FolderRegistry } from '../registries'
import { findSubject, type Found } from './find'

/** The version that is shown, or what has become of it. */
export type Looked =
  | { readonly kind: 'here'; readonly chosen: ChosenVersion; readonly model: RegisteredModel }
  | { readonly kind: 'away'; readonly folder: FolderRegistry; readonly found: Away }
  | { readonly kind: 'closed'; readonly message: string }
type Away = Exclude<Found, { readonly kind: 'version' }>

export async function look(
  { registries }: Pick<Host, 'registries'>,
  subject: DetailsSubject,
): Promise<Looked> {
  const folder = registries.byKey(subject.folder)
  if (!folder) return { kind: 'closed', message: `The folder of ${nameOf(subject)} is not open.` }
  try {
    const registry = await folder.open()
    const found = findSubject(registry, subject, new Date())
    if (found.kind !== 'version') return { kind: 'away', folder, found }
    const { model, version } = found
    return { kind: 'here', chosen: { folder, registry, version }, model }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { kind: 'closed', message: error.message }
  }
}

/** `churn:1.2.0`, as it was when it was last looked at. */
export function nameOf({ model, version }: DetailsSubject): string {
  return `${model}:${version}`
}
