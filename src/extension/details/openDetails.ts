import type { ModelRegistry } from '../../app'
import type { ModelVersion } from '../../registry/model'
import type { DetailsSubject } from '../../webview/details/protocol'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { chooseVersions } from '../input/targets'
import type { FolderRegistry } from '../registries'
import type { Node } from '../tree/node'
import { subjectOf } from './view'

/** Two clicks on a row that come closer together than this are a double click, in milliseconds. */
const DOUBLE_CLICK = 500

let lastClick: { readonly id: string; readonly at: number } | undefined

/**
 * **Open Version Details…**
 * @param isClick A row was clicked: its page is a preview and leaves the focus in the tree. VS Code tells of a double
 * click as of two clicks; the second one keeps the page.
 */
export async function openDetails(
  host: Pick<Host, 'registries' | 'view' | 'details'>,
  target?: Target,
  targets?: readonly Node[],
  isClick?: boolean,
): Promise<void> {
  const at = Date.now()
  const subjects = await subjectsOf(host, target, targets)
  for (const subject of subjects) {
    const isDouble =
      isClick === true && lastClick?.id === subject.id && at - lastClick.at < DOUBLE_CLICK
    lastClick = isClick === true ? { id: subject.id, at } : undefined
    await host.details.show(subject, {
      preserveFocus: isClick === true,
      // A preview shows one version; of several each gets a tab that stays.
      keep: subjects.length > 1 || isDouble,
    })
  }
}

async function subjectsOf(
  host: Pick<Host, 'registries' | 'view'>,
  target: Target,
  targets: readonly Node[] | undefined,
): Promise<readonly DetailsSubject[]> {
  const isRow = typeof target === 'object' && 'kind' in target && target.kind === 'version'
  // A row of an earlier time may be of a version that is in the trash by now, which its page says.
  if (isRow && (targets ?? []).length < 2) return [subjectOf(target.folder, target.version)]
  const chosen = await chooseVersions(host, target, targets, { title: 'Open Version Details' })
  return chosen.map(({ folder, version }) => subjectOf(folder.key, version))
}

/** Shows a newcomer what became of the first model that was ever registered here. */
export async function showFirstDetails(
  host: Pick<Host, 'details'>,
  {
    folder,
    registry,
    version,
  }: {
    readonly folder: FolderRegistry
    readonly registry: ModelRegistry
    readonly version: ModelVersion
  },
): Promise<void> {
  if (registry.history().length !== 1) return
  await host.details.show(subjectOf(folder.key, version), { preserveFocus: true })
}
