import { ThemeIcon, type QuickInputButton, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import { escapeText, formatAge, formatNumber, plural } from '../../base/text'
import { metricDirection, type MetricDirection } from '../../registry/metricDirection'
import type { ModelVersion } from '../../registry/model'
import { nextStage, type ModelStage } from '../../registry/stage'
import type { Target } from '../commands/contract'
import { promote } from '../commands/transitionStage'
import { readSetting } from '../config'
import type { Host } from '../host'
import { pickLive } from '../input/livePick'
import { askPick } from '../input/steps'
import { requireFolder } from '../input/targets'
import type { FolderRegistry } from '../registries'
import { STAGES_SHOWN } from '../tree/children'
import { stageIcon } from '../tree/item'
import { stageTitle } from '../tree/texts'
import { requireWritable } from '../timeTravel/present'
import { metricCounts, rankBy } from './ranking'
import { searched, type Searched } from './rows'

type Slice = Pick<Host, 'registries' | 'view' | 'log' | 'approvals'>

const PROMOTE: QuickInputButton = {
  iconPath: new ThemeIcon('arrow-up'),
  tooltip: 'Promote to Next Stage',
}
const REVERSE: QuickInputButton = {
  iconPath: new ThemeIcon('arrow-swap'),
  tooltip: 'Reverse the Direction',
}

/** A ranked version, or a sentence about those that could not be ranked. */
interface RankRow extends QuickPickItem {
  readonly version?: ModelVersion
  readonly folder?: FolderRegistry
}

/** **Find Best Version by Metric…**, of one model where its row is given. */
export async function findBestVersion(host: Slice, target?: Target): Promise<void> {
  requireFolder(host)
  const among = await searched(host)
  const candidates = candidatesOf(among, target)
  const metric = await askMetric(candidates, among)
  const stage = await askStage(candidates, metric)
  const versions = candidates.filter((version) => stage === undefined || version.stage === stage)
  let direction = metricDirection(metric, readSetting('metrics.directions'))
  for (;;) {
    const answer = await pickLive<RankRow>({
      title: `Best ${metric}: ${direction} is better`,
      placeholder: 'Enter shows the version in the view',
      buttons: [REVERSE],
      rows: () => rankRows(metric, direction, versions, among),
      canPick: ({ version }) => version !== undefined,
    })
    if (answer.kind === 'button') {
      direction = direction === 'higher' ? 'lower' : 'higher'
      continue
    }
    const { version, folder } = answer.item
    if (!version || !folder) return
    if (answer.kind === 'accept') return host.view.show(folder.key, version)
    requireWritable(host)
    return promote(host, { folder: folder.key, reference: version.fullName })
  }
}

function candidatesOf({ registries, folderOf }: Searched, target: Target): ModelVersion[] {
  const all = registries.flatMap(({ versions }) => versions)
  if (typeof target !== 'object' || !('kind' in target) || target.kind !== 'model') return all
  return all.filter(
    (version) =>
      version.model === target.model.name && folderOf.get(version)?.key === target.folder,
  )
}

async function askMetric(versions: readonly ModelVersion[], among: Searched): Promise<string> {
  const counts = metricCounts(versions)
  if (counts.length === 0) throw new AppError('notFound', 'No version has a metric yet.')
  const [first] = among.registries
  const primary = first ? readSetting('metrics.primary', first.folder.folder).trim() : ''
  const directions = readSetting('metrics.directions')
  const answer = await askPick({
    title: 'Find the Best Version',
    placeholder: 'Choose a metric',
    items: () =>
      counts.map(([name, count]) => ({
        label: escapeText(name, 80),
        description: `${metricDirection(name, directions)} is better · ${plural(count, 'version')}`,
        iconPath: new ThemeIcon('graph'),
        name,
      })),
    active: ({ name }) => name === primary,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.name
}

/** The stage to look in; `undefined` for all. */
async function askStage(
  versions: readonly ModelVersion[],
  metric: string,
): Promise<ModelStage | undefined> {
  const stages = STAGES_SHOWN.filter((stage) => versions.some((version) => version.stage === stage))
  if (stages.length < 2) return undefined
  const answer = await askPick({
    title: `Best ${metric}`,
    placeholder: 'Choose a stage',
    items: () => [
      { label: 'Any Stage', iconPath: new ThemeIcon('layers'), stage: undefined },
      ...stages.map((stage) => ({
        label: stageTitle(stage),
        iconPath: stageIcon(stage),
        stage: stage as ModelStage | undefined,
      })),
    ],
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.stage
}

function rankRows(
  metric: string,
  direction: MetricDirection,
  versions: readonly ModelVersion[],
  { folderOf }: Searched,
): readonly RankRow[] {
  const { ranked, without } = rankBy(metric, direction, versions)
  const now = new Date()
  const rows = ranked.map(({ place, version, value }): RankRow => {
    const folder = folderOf.get(version)
    return {
      label: `${place}. ${version.fullName}`,
      description: `${formatNumber(value)} · ${version.stage} · ${version.framework} · ${formatAge(version.createdAt, now)}`,
      iconPath: stageIcon(version.stage),
      buttons: nextStage(version.stage) === undefined ? [] : [PROMOTE],
      version,
      ...(folder ? { folder } : {}),
    }
  })
  if (without === 0) return rows
  const told = `${plural(without, 'version')} ${without === 1 ? 'has' : 'have'} no ${metric}`
  return [...rows, { label: told, iconPath: new ThemeIcon('info'), alwaysShow: true }]
}
