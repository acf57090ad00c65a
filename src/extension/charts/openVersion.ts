import { AppError } from '../../base/errors'
import type { VersionKey } from '../../webview/protocol'
import type { Host } from '../host'

/** Shows the row of a version. */
export async function openVersion(
  host: Pick<Host, 'registries' | 'view'>,
  { folder, reference }: VersionKey,
): Promise<void> {
  const version = (await host.registries.byKey(folder)?.open())?.resolve(reference)
  if (!version) throw new AppError('notFound', `${reference} is no longer there.`)
  await host.view.focus()
  await host.view.show(folder, version)
}
