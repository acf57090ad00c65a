import { AppError } from '../../base/errors'
import { MAX_COMPARED, MIN_COMPARED } from '../../registry/compare'
import type { VersionKey } from '../../webview/protocol'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { askVersions } from '../input/severalVersions'
import { chooseVersions, type ChosenVersion } from '../input/targets'
import type { Node } from '../tree/node'
import { showComparison } from './comparisonPage'
import { openMetadata } from './metadata'

/** **Compare Selected Versions**: the selected rows, or versions that are asked for. */
export async function compareSelected(
  host: Host,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  showComparison(host, await chooseSeveral(host, target, targets, MAX_COMPARED))
}

/** **Compare with Production**: production is what the differences are taken from. */
export async function compareWithProduction(
  host: Host,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Compare with Production',
    where: ({ stage }) => stage !== 'production',
    none: 'There is no version to compare with the one in production.',
  })
  const [{ folder, registry, version }] = chosen
  const production = registry.getProduction(version.model)
  if (!production) {
    throw new AppError('notFound', `No version of ${version.model} is in production.`)
  }
  const others = chosen.filter((one) => one.version.id !== production.id).map(keyOf)
  if (others.length === 0) {
    throw new AppError('invalid', `${production.fullName} is the version in production itself.`)
  }
  showComparison(host, [{ folder: folder.key, reference: production.fullName }, ...others])
}

/** **Compare Metadata**: two versions in the editor for differences. */
export async function compareMetadata(
  host: Host,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const [a, b] = await chooseSeveral(host, target, targets, 2)
  if (a && b) await openMetadata(a, b)
}

function keyOf({ folder, version }: ChosenVersion): VersionKey {
  return { folder: folder.key, reference: version.fullName }
}

async function chooseSeveral(
  host: Host,
  target: Target,
  targets: readonly Node[] | undefined,
  most: number,
): Promise<readonly VersionKey[]> {
  const chosen = await given(host, target, targets)
  const keys =
    chosen.length >= MIN_COMPARED && chosen.length <= most
      ? chosen
      : await askVersions(host, {
          title: 'Compare Versions',
          placeholder: most === 2 ? 'Tick two versions' : `Tick two to ${most} versions`,
          chosen: chosen.length < most ? chosen : [],
        })
  if (keys.length >= MIN_COMPARED && keys.length <= most) return keys
  const count = most === MIN_COMPARED ? 'Two' : `${MIN_COMPARED} to ${most}`
  throw new AppError('invalid', `${count} versions can be compared, not ${keys.length}.`)
}

/** The versions of the rows or the reference that a command was called with, else of the selected rows; oldest first. */
async function given(
  host: Host,
  target: Target,
  targets: readonly Node[] | undefined,
): Promise<readonly VersionKey[]> {
  const rows = (target === undefined ? await host.view.selected() : (targets ?? [])).filter(
    ({ kind }) => kind === 'version' || kind === 'model',
  )
  if (target === undefined && rows.length === 0) return []
  const chosen = await chooseVersions(host, target, rows, { title: 'Compare' })
  return chosen.toSorted((a, b) => (a.version.createdAt < b.version.createdAt ? -1 : 1)).map(keyOf)
}
