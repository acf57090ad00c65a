import { ViewColumn, window, workspace, type WebviewPanel } from 'vscode'
import * as v from 'valibot'
import { readCurves } from '../../origin'
import type { VersionCurves } from '../../registry/compareCurves'
import type { ModelVersion } from '../../registry/model'
import type {
  ChartScope,
  ChartsEvent,
  ChartsHost,
  ChartsView,
  SettledQuery,
} from '../../webview/charts/protocol'
import { readSetting, SECTION } from '../config'
import { openDetails } from '../details/openDetails'
import type { Host } from '../host'
import { askVersions } from '../input/severalVersions'
import { openPage } from '../views/page'
import { CHARTS_PANEL } from '../views/restore'
import { readNewest, type ReadCurves } from './curves'
import { QuerySchema, PictureSchema, ScopeSchema, VersionKeySchema } from './query'
import { savePicture } from './savePicture'
import { choicesOf, nameOf, versionsIn, type FolderVersions } from './scope'
import { viewOf } from './view'

const StateSchema = v.object({ scope: ScopeSchema })

/** Opens the charts page of some versions. */
export function openCharts(host: Host, scope: ChartScope): void {
  fill(host, window.createWebviewPanel(CHARTS_PANEL, titleOf(scope), ViewColumn.Active), scope)
}

/** Fills a page that VS Code brings back, from what it has kept. */
export function restoreCharts(host: Host, panel: WebviewPanel, state: unknown): void {
  const kept = v.safeParse(StateSchema, state)
  fill(host, panel, kept.success ? kept.output.scope : { kind: 'all' })
}

function titleOf(scope: ChartScope): string {
  return scope.kind === 'model' ? `Charts: ${scope.model}` : 'Metric Charts'
}

/** @param opened What is drawn until the page says otherwise. */
function fill(host: Host, panel: WebviewPanel, opened: ChartScope): void {
  const channel = openPage<ChartsHost, ChartsEvent>(
    host,
    panel.webview,
    { script: 'charts', title: panel.title, element: 'metric-charts' },
    methodsFor(host, panel, opened),
  )
  const changes = [
    host.registries.onDidChange(() => channel.tell('registryChanged')),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.metrics`)) channel.tell('registryChanged')
    }),
  ]
  panel.onDidDispose(() => {
    channel.dispose()
    for (const change of changes) change.dispose()
  })
}

function methodsFor(host: Host, panel: WebviewPanel, opened: ChartScope): ChartsHost {
  const read = readOnce(host)
  return {
    charts: async (asked) => {
      const { scope = opened, ...query } = v.parse(QuerySchema, asked)
      panel.title = titleOf(scope)
      return viewFor(host, { ...query, scope }, read)
    },
    chooseVersions: async (scope) => choose(host, v.parse(ScopeSchema, scope)),
    open: async (version) => openDetails(host, v.parse(VersionKeySchema, version)),
    save: async (picture) => savePicture(v.parse(PictureSchema, picture)),
  }
}

async function viewFor(host: Host, query: SettledQuery, read: ReadCurves): Promise<ChartsView> {
  const folders = await foldersOf(host)
  const chosen = versionsIn(query.scope, folders)
  const drawn = {
    of: nameOf(query.scope, chosen),
    versions: chosen,
    directions: readSetting('metrics.directions'),
  }
  const curves = query.chart === 'curves' ? await readNewest(chosen, read) : undefined
  return {
    ...viewOf(query, curves ? { ...drawn, curves } : drawn),
    ...choicesOf(query.scope, folders, chosen),
  }
}

async function foldersOf({ registries: { all } }: Host): Promise<readonly FolderVersions[]> {
  return Promise.all(
    all.map(async (folder) => ({
      folder: folder.key,
      versions: (await folder.open()).listModels().flatMap(({ versions }) => versions),
      ...(all.length > 1 ? { title: folder.folder.name } : {}),
    })),
  )
}

/** Learning curves of a snapshot do not change: a page that is drawn anew does not read them again. */
function readOnce({ registries }: Host): ReadCurves {
  const known = new WeakMap<ModelVersion, VersionCurves>()
  return async ({ folder, version }) => {
    const before = known.get(version)
    if (before) return before
    const registry = await registries.byKey(folder)?.open()
    const curves = registry && (await readCurves(registry, version))
    // That there are none is asked again: they are written after the document.
    if (curves) known.set(version, curves)
    return curves
  }
}

async function choose(host: Host, scope: ChartScope): Promise<ChartScope | undefined> {
  const folders = await foldersOf(host)
  const chosen = versionsIn(scope, folders).map(({ folder, version }) => ({
    folder,
    reference: version.fullName,
  }))
  const versions = await askVersions(host, {
    title: 'Versions in the Charts',
    placeholder: 'Tick the versions to draw',
    // Everything ticked is as good as nothing ticked, and slower to change.
    chosen: scope.kind === 'all' ? [] : chosen,
  })
  return versions.length === 0 ? undefined : { kind: 'versions', versions }
}
