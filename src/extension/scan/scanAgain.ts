import { window } from 'vscode'
import { listing, plural } from '../../base/text'
import type { ModelVersion } from '../../registry/model'
import { currentVerdict } from '../../registry/scan'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { chooseVersions } from '../input/targets'
import { withProgress } from '../progress'
import type { FolderRegistry } from '../registries'
import type { Node } from '../tree/node'

type Slice = Pick<Host, 'registries' | 'view'>

/** More names than this make a message unreadable. */
const NAMED = 3

/** **Scan Again**: the artifacts of versions, by the rules of today. */
export async function scanAgain(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Scan a Version Again',
    where: ({ artifact }) => artifact !== undefined,
    none: 'No version with an artifact is registered in this workspace yet.',
  })
  const scanned = await withProgress('Scanning', async (options) => {
    const found: ModelVersion[] = []
    for (const { registry, version } of chosen)
      found.push(await registry.rescan(version.model, version.version, options))
    return found
  })
  tellVerdicts(scanned)
}

/** Scans versions that were found outdated. */
export async function rescanAll(
  outdated: readonly { readonly folder: FolderRegistry; readonly version: ModelVersion }[],
): Promise<void> {
  const scanned = await withProgress('Scanning', async (options) => {
    const found: ModelVersion[] = []
    for (const { folder, version } of outdated) {
      const registry = await folder.open()
      if ((await registry.artifactProblem(version)) !== undefined) continue
      found.push(await registry.rescan(version.model, version.version, options))
    }
    return found
  })
  tellVerdicts(scanned)
}

/** Says what came out, by name where it is bad. */
function tellVerdicts(versions: readonly ModelVersion[]): void {
  const bad = versions.filter((version) => currentVerdict(version) !== 'clean')
  if (bad.length === 0) {
    const names = versions.length === 1 ? versions[0]?.fullName : plural(versions.length, 'version')
    void window.showInformationMessage(`Scanned ${names}: nothing dangerous found.`)
    return
  }
  const named = bad.slice(0, NAMED).map((one) => `${one.fullName} (${currentVerdict(one)})`)
  const more = bad.length > NAMED ? [`${bad.length - NAMED} more`] : []
  void window.showWarningMessage(
    `Scanned ${plural(versions.length, 'version')}; not clean: ${listing([...named, ...more])}.`,
  )
}
