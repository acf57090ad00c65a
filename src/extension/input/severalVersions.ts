import type { VersionKey } from '../../webview/protocol'
import type { Host } from '../host'
import { searched } from '../search/rows'
import { stageIcon } from '../tree/item'
import { askSeveral, type Heading } from './steps'

/** Asks for any number of versions of any models, those that are chosen already being ticked. */
export async function askVersions(
  host: Pick<Host, 'registries'>,
  {
    chosen,
    ...heading
  }: Heading & { readonly placeholder: string; readonly chosen: readonly VersionKey[] },
): Promise<readonly VersionKey[]> {
  const { registries } = await searched(host)
  const isChosen = new Set(chosen.map(({ folder, reference }) => `${folder} ${reference}`))
  const items = registries.flatMap(({ folder, versions }) =>
    versions.map(({ fullName, stage }) => ({
      label: fullName,
      description: stage,
      iconPath: stageIcon(stage),
      picked: isChosen.has(`${folder.key} ${fullName}`),
      key: { folder: folder.key, reference: fullName },
    })),
  )
  const answer = await askSeveral({ ...heading, items })
  return answer.map(({ key }) => key)
}
