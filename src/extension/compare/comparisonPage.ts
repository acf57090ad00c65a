import { env, ViewColumn, window, workspace, type WebviewPanel } from 'vscode'
import * as v from 'valibot'
import { AppError } from '../../base/errors'
import { listing } from '../../base/text'
import {
  compareVersions,
  MIN_COMPARED,
  onlyDifferences,
  type Comparison,
} from '../../registry/compare'
import { comparisonToCsv, comparisonToMarkdown } from '../../registry/compareExport'
import type { ModelVersion } from '../../registry/model'
import { ModelStage } from '../../registry/stage'
import type {
  ComparisonEvent,
  ComparisonHost,
  ComparisonOptions,
} from '../../webview/comparison/protocol'
import type { VersionKey } from '../../webview/protocol'
import { openCharts } from '../charts/chartsPage'
import { promote } from '../commands/transitionStage'
import { readSetting } from '../config'
import { openDetails } from '../details/openDetails'
import type { Host } from '../host'
import type { ChosenVersion } from '../input/targets'
import { showCodeChanges } from '../origin/code'
import { requireWritable } from '../timeTravel/present'
import { openPage } from '../views/page'
import { COMPARISON_PANEL } from '../views/restore'
import { openMetadata } from './metadata'
import { TensorReader, type ComparedArtifact } from './tensorReader'
import { tensorSection } from './tensors'
import { comparedVersions, onlyModel, sectionOf } from './view'

const PlaceSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
const OptionsSchema = v.object({
  baseline: v.optional(PlaceSchema),
  onlyDifferences: v.boolean(),
})
const StateSchema = v.object({
  versions: v.array(v.object({ folder: v.string(), reference: v.string() })),
})

/** Opens the comparison page of some versions. */
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
  const channel = openPage<ComparisonHost, ComparisonEvent>(
    host,
    panel.webview,
    { script: 'comparison', title: panel.title, element: 'version-comparison' },
    methodsFor(host, versions),
  )
  const changes = host.registries.onDidChange(() => channel.tell('registryChanged'))
  panel.onDidDispose(() => {
    channel.dispose()
    changes.dispose()
  })
}

/** What a page compares now: versions that were removed since are left out. */
interface Compared {
  readonly comparison: Comparison
  readonly artifacts: readonly ComparedArtifact[]
  readonly gone: readonly string[]
}

function methodsFor(host: Host, keys: readonly VersionKey[]): ComparisonHost {
  const reader = new TensorReader(host)
  /** The versions of the page's last view: its places are theirs. */
  let shown = keys
  const keyAt = (place: number): VersionKey => {
    const key = shown[v.parse(PlaceSchema, place)]
    if (!key) throw new AppError('notFound', 'This version is not part of the comparison.')
    return key
  }
  const compared = async (options: ComparisonOptions): Promise<Compared> => {
    const { baseline } = v.parse(OptionsSchema, options)
    const { found, gone } = await resolveAll(host, keys)
    shown = found.map(({ key }) => key)
    // Until a baseline is chosen, the others are measured by what is in production.
    const production = found.findIndex(({ version }) => version.stage === ModelStage.production)
    const comparison = compareVersions(
      found.map(({ version }) => version),
      {
        baseline: found[baseline ?? -1] ? (baseline ?? 0) : Math.max(0, production),
        directions: readSetting('metrics.directions'),
      },
    )
    return {
      comparison,
      artifacts: found.map(({ key, version }) => ({ folder: key.folder, version })),
      gone,
    }
  }
  const tensorsOf = async ({ comparison, artifacts }: Compared): Promise<Comparison> => {
    const section = tensorSection(await reader.compare(artifacts, comparison.baseline))
    return { ...comparison, sections: section ? [section] : [] }
  }
  return {
    comparison: async (options) => {
      const { comparison, gone } = await compared(options)
      const model = onlyModel(comparison)
      return {
        keys: shown,
        ...(model === undefined ? {} : { model }),
        versions: comparedVersions(comparison, workspace.isTrusted),
        baseline: comparison.baseline,
        sections: narrowed(comparison, options).sections.map(sectionOf),
        gone,
      }
    },
    tensors: async (options) => {
      const [section] = narrowed(await tensorsOf(await compared(options)), options).sections
      return section && sectionOf(section)
    },
    promote: async (place) => {
      requireWritable(host)
      await promote(host, keyAt(place))
    },
    show: (place) => openDetails(host, keyAt(place)),
    charts: async () => openCharts(host, { kind: 'versions', versions: shown }),
    openDifference: async (of, baseline, place) => {
      const pair = [keyAt(baseline), keyAt(place)] as const
      if (v.parse(v.picklist(['metadata', 'code']), of) === 'metadata') await openMetadata(...pair)
      else await compareCodeOf(host, ...pair)
    },
    copy: async (as, options) => {
      const all = await compared(options)
      const { comparison } = all
      const { sections } = await tensorsOf(all)
      const copied = narrowed(
        { ...comparison, sections: [...comparison.sections, ...sections] },
        options,
      )
      const isCsv = v.parse(v.picklist(['markdown', 'csv']), as) === 'csv'
      await env.clipboard.writeText(isCsv ? comparisonToCsv(copied) : comparisonToMarkdown(copied))
      window.setStatusBarMessage(`Copied the comparison as ${isCsv ? 'CSV' : 'Markdown'}`, 3000)
    },
  }
}

function narrowed(comparison: Comparison, options: ComparisonOptions): Comparison {
  return options.onlyDifferences ? onlyDifferences(comparison) : comparison
}

async function compareCodeOf(
  host: Host,
  ...keys: readonly [VersionKey, VersionKey]
): Promise<void> {
  const [first, second] = await Promise.all(keys.map((key) => chosen(host, key)))
  if (first && second) await showCodeChanges(first, second)
}

async function chosen(host: Host, key: VersionKey): Promise<ChosenVersion> {
  const folder = host.registries.byKey(key.folder)
  if (!folder) throw new AppError('notFound', `The folder of ${key.reference} is no longer open.`)
  return { folder, registry: await folder.open(), version: await resolve(host, key) }
}

async function resolveAll(
  host: Host,
  keys: readonly VersionKey[],
): Promise<{
  readonly found: readonly { readonly key: VersionKey; readonly version: ModelVersion }[]
  readonly gone: readonly string[]
}> {
  const looked = await Promise.all(
    keys.map(async (key) => ({ key, version: await find(host, key) })),
  )
  const found = looked.flatMap(({ key, version }) => (version ? [{ key, version }] : []))
  const gone = looked.flatMap(({ key, version }) => (version ? [] : [key.reference]))
  if (found.length < MIN_COMPARED) {
    throw new AppError(
      'notFound',
      `${listing(gone)} ${gone.length === 1 ? 'is' : 'are'} no longer there, so there is nothing to compare.`,
    )
  }
  return { found, gone }
}

async function find(
  { registries }: Pick<Host, 'registries'>,
  { folder, reference }: VersionKey,
): Promise<ModelVersion | undefined> {
  return (await registries.byKey(folder)?.open())?.resolve(reference)
}

async function resolve(host: Pick<Host, 'registries'>, key: VersionKey): Promise<ModelVersion> {
  const version = await find(host, key)
  if (!version) throw new AppError('notFound', `${key.reference} is no longer there.`)
  return version
}
