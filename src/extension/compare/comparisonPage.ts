import { env, Uri, ViewColumn, window, workspace, type WebviewPanel } from 'vscode'
import * as v from 'valibot'
import { AppError } from '../../base/errors'
import { compareVersions, onlyDifferences, type Comparison } from '../../registry/compare'
import { comparisonToCsv, comparisonToMarkdown } from '../../registry/compareExport'
import type { ModelVersion } from '../../registry/model'
import type {
  ComparisonEvent,
  ComparisonHost,
  ComparisonOptions,
} from '../../webview/comparison/protocol'
import type { VersionKey } from '../../webview/protocol'
import { openCharts } from '../charts/chartsPage'
import { promote } from '../commands/transitionStage'
import { readSetting } from '../config'
import type { Host } from '../host'
import { requireTrust } from '../trust'
import { serve } from '../views/channel'
import { pageHtml, pageOptions } from '../views/page'
import { COMPARISON_PANEL } from './restore'
import { comparedVersions, sectionsOf } from './view'

const PlaceSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
const OptionsSchema = v.object({ baseline: PlaceSchema, onlyDifferences: v.boolean() })
const StateSchema = v.object({
  versions: v.array(v.object({ folder: v.string(), reference: v.string() })),
})

/** Opens the comparison page of some versions; the first is the baseline. */
export function showComparison(host: Host, versions: readonly VersionKey[]): void {
  const names = versions.map(({ reference }) => reference)
  const title = names.length === 2 ? names.join(' ↔ ') : `Compare ${names.length} Versions`
  fill(host, window.createWebviewPanel(COMPARISON_PANEL, title, ViewColumn.Active), versions)
}

/** Fills a page that VS Code brings back, from what it has kept. */
export function restoreComparison(host: Host, panel: WebviewPanel, state: unknown): void {
  const kept = v.safeParse(StateSchema, state)
  if (kept.success) fill(host, panel, kept.output.versions)
  else panel.dispose()
}

function fill(host: Host, panel: WebviewPanel, versions: readonly VersionKey[]): void {
  const extension = Uri.file(host.extensionPath)
  const channel = serve<ComparisonHost, ComparisonEvent>(
    panel.webview,
    methodsFor(host, versions),
    host.log,
  )
  const changes = host.registries.onDidChange(() => channel.tell('registryChanged'))
  panel.onDidDispose(() => {
    channel.dispose()
    changes.dispose()
  })
  panel.webview.options = pageOptions(extension)
  panel.webview.html = pageHtml(panel.webview, extension, {
    script: 'comparison',
    title: panel.title,
    element: 'version-comparison',
  })
}

function methodsFor(host: Host, keys: readonly VersionKey[]): ComparisonHost {
  const keyAt = (place: number): VersionKey => {
    const key = keys[v.parse(PlaceSchema, place)]
    if (!key) throw new AppError('notFound', 'This version is not part of the comparison.')
    return key
  }
  const compared = async (options: ComparisonOptions): Promise<Comparison> => {
    const { baseline, onlyDifferences: isShort } = v.parse(OptionsSchema, options)
    const versions = await Promise.all(keys.map((key) => resolve(host, key)))
    const directions = readSetting('metrics.directions')
    const comparison = compareVersions(versions, { baseline, directions })
    return isShort ? onlyDifferences(comparison) : comparison
  }
  return {
    comparison: async (options) => {
      const comparison = await compared(options)
      return {
        keys,
        versions: comparedVersions(comparison, workspace.isTrusted),
        baseline: comparison.baseline,
        sections: sectionsOf(comparison),
      }
    },
    promote: async (place) => {
      requireTrust()
      await promote(host, keyAt(place))
    },
    show: async (place) => {
      const key = keyAt(place)
      await host.view.focus()
      await host.view.show(key.folder, await resolve(host, key))
    },
    charts: async () => openCharts(host, { kind: 'versions', versions: keys }),
    copy: async (as, options) => {
      const comparison = await compared(options)
      const isCsv = v.parse(v.picklist(['markdown', 'csv']), as) === 'csv'
      await env.clipboard.writeText(
        isCsv ? comparisonToCsv(comparison) : comparisonToMarkdown(comparison),
      )
      window.setStatusBarMessage(`Copied the comparison as ${isCsv ? 'CSV' : 'Markdown'}`, 3000)
    },
  }
}

async function resolve(
  { registries }: Pick<Host, 'registries'>,
  { folder, reference }: VersionKey,
): Promise<ModelVersion> {
  const version = (await registries.byKey(folder)?.open())?.resolve(reference)
  if (!version) throw new AppError('notFound', `${reference} is no longer there.`)
  return version
}
