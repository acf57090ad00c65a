import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { chooseVersions } from '../input/targets'
import type { Node } from '../tree/node'
import type { ChartScope } from '../../webview/charts/protocol'
import { openCharts } from './chartsPage'

/** **Show Metric Charts**: of the model of a row, of the selected versions, or of everything. */
export async function showCharts(
  host: Host,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  openCharts(host, await scopeOf(host, target, targets))
}

async function scopeOf(
  host: Host,
  target: Target,
  targets: readonly Node[] | undefined,
): Promise<ChartScope> {
  const rows = target === undefined ? await host.view.selected() : (targets ?? [])
  const named = rows.filter(({ kind }) => kind === 'version' || kind === 'model')
  // The palette says nothing, and neither does what is selected.
  if (target === undefined && named.length === 0) return { kind: 'all' }
  const chosen = await chooseVersions(host, target, named, { title: 'Show Metric Charts' })
  const [first] = chosen
  const isOneModel = named.length < 2 || named.every(({ kind }) => kind === 'model')
  const models = new Set(chosen.map(({ folder, version }) => `${folder.key} ${version.model}`))
  // A chart of one version says little: it is shown among those of its model.
  if (isOneModel && models.size === 1) {
    return { kind: 'model', folder: first.folder.key, model: first.version.model }
  }
  return {
    kind: 'versions',
    versions: chosen.map(({ folder, version }) => ({
      folder: folder.key,
      reference: version.fullName,
    })),
  }
}
