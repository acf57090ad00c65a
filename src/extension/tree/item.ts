import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode'
import { plural } from '../../base/text'
import { isConflict } from '../recovery/conflict'
import { currentVerdict } from '../../registry/scan'
import { ModelStage, nextStage } from '../../registry/stage'
import type { ArtifactTrouble, ModelNode, Node, VersionNode } from './node'
import { stageTitle, todayText, versionDescription, versionLabel } from './texts'

/** What a row's look depends on besides the node. */
export interface Look {
  readonly primaryMetric: string
  /** The time that ages are counted to. */
  readonly now: Date
  /** True where the state of another time is shown: its rows offer what only reads. */
  readonly isPast: boolean
  /** What is wrong with the artifact of a version, as far as it was looked at. */
  troubleOf(node: VersionNode): ArtifactTrouble | undefined
  /** True where the file that a version came from holds something else now. */
  isOverwritten(node: VersionNode): boolean
  /** Where a version is today, while another time is shown. */
  todayOf(node: VersionNode): ModelStage | 'gone' | undefined
}

const STAGE_ICONS: Record<ModelStage, string> = {
  production: 'rocket',
  staging: 'beaker',
  development: 'tools',
  archived: 'archive',
}

/** A group with more rows than this starts closed. */
const OPEN_UP_TO = 20

export function stageIcon(stage: ModelStage): ThemeIcon {
  return new ThemeIcon(STAGE_ICONS[stage], new ThemeColor(`modelRegistry.stage.${stage}`))
}

/** Rows that do something when they are clicked. */
const OPENS: ReadonlySet<Node['kind']> = new Set(['version', 'broken', 'more'])

/** What a row looks like; its tooltip comes when it is hovered. */
export function toTreeItem(node: Node, look: Look): TreeItem {
  const item = describe(node, look)
  // Without arguments: VS Code forgets those of a row that is about to be drawn anew, and a click on it would fail.
  if (OPENS.has(node.kind)) item.command = { command: 'modelRegistry.openRow', title: 'Open' }
  // A row keeps its state as long as its id: an empty stage, which has none, would stay closed when it gets rows.
  item.id = node.kind === 'stage' && node.count === 0 ? `${node.id}/empty` : node.id
  if (look.isPast && item.contextValue !== undefined)
    item.contextValue = `past;${item.contextValue}`
  return item
}

function describe(node: Node, look: Look): TreeItem {
  switch (node.kind) {
    case 'folder': {
      const item = new TreeItem(node.name, TreeItemCollapsibleState.Expanded)
      item.contextValue = 'folder'
      item.iconPath = node.problem === undefined ? ThemeIcon.Folder : warning()
      if (node.problem !== undefined) {
        item.description = node.problem
        item.tooltip = node.problem
        item.collapsibleState = TreeItemCollapsibleState.None
        item.command = { command: 'modelRegistry.refresh', title: 'Try Again' }
      }
      return item
    }
    case 'stage': {
      const item = new TreeItem(stageTitle(node.stage), stageState(node.stage, node.count))
      item.description = String(node.count)
      item.iconPath = stageIcon(node.stage)
      item.contextValue = `stage;stage:${node.stage}`
      item.accessibilityInformation = {
        label: `${stageTitle(node.stage)}, ${plural(node.count, 'version')}`,
      }
      return item
    }
    case 'model':
      return describeModel(node)
    case 'version':
      return describeVersion(node, look)
    case 'broken': {
      const item = new TreeItem(node.broken.name)
      item.description = node.problem
      item.tooltip = node.problem
      item.iconPath = new ThemeIcon('error', new ThemeColor('list.errorForeground'))
      item.contextValue = isConflict(node.broken.error) ? 'broken;conflict' : 'broken'
      item.accessibilityInformation = {
        label: `${node.broken.name} can't be read: ${node.problem}`,
      }
      return item
    }
    case 'more': {
      const item = new TreeItem(`Show ${node.hidden.toLocaleString('en-US')} more…`)
      item.contextValue = 'more'
      return item
    }
  }
}

function stageState(stage: ModelStage, count: number): TreeItemCollapsibleState {
  if (count === 0) return TreeItemCollapsibleState.None
  return stage === ModelStage.archived
    ? TreeItemCollapsibleState.Collapsed
    : TreeItemCollapsibleState.Expanded
}

function describeModel({ model, stage, versions }: ModelNode): TreeItem {
  const state =
    stage === undefined || versions.length > OPEN_UP_TO
      ? TreeItemCollapsibleState.Collapsed
      : TreeItemCollapsibleState.Expanded
  const item = new TreeItem(
    model.name,
    versions.length === 0 ? TreeItemCollapsibleState.None : state,
  )
  const { latestVersion, productionVersion } = model
  item.description =
    stage === undefined
      ? [
          plural(versions.length, 'version'),
          productionVersion ? `${productionVersion.version} in production` : '',
        ]
          .filter((part) => part !== '')
          .join(' · ')
      : plural(versions.length, 'version')
  item.iconPath = new ThemeIcon('package')
  item.contextValue = stage === undefined ? 'model' : `model;stage:${stage}`
  item.accessibilityInformation = {
    label: `Model ${model.name}, ${plural(versions.length, 'version')}${latestVersion ? `, latest ${latestVersion.version}` : ''}`,
  }
  return item
}

function describeVersion(node: VersionNode, look: Look): TreeItem {
  const { version, under } = node
  const trouble = look.troubleOf(node)
  const item = new TreeItem(
    under === 'stage' ? `${version.model} ${version.version}` : version.version,
  )
  item.description = versionDescription(version, {
    primaryMetric: look.primaryMetric,
    withStage: under === 'model',
    trouble,
    overwritten: look.isOverwritten(node),
    today: look.todayOf(node),
    now: look.now,
  })
  const verdict = look.isPast ? undefined : currentVerdict(version)
  item.iconPath = trouble ? warning() : (shield(verdict) ?? stageIcon(version.stage))
  item.contextValue = [
    'version',
    `stage:${version.stage}`,
    nextStage(version.stage) ? 'promotable' : '',
    version.aliases.length > 0 ? 'aliased' : '',
    version.artifact ? (trouble ?? 'artifact') : '',
    version.source?.git ? 'git' : '',
    verdict !== undefined && verdict !== 'clean' ? `scan:${verdict}` : '',
  ]
    .filter((token) => token !== '')
    .join(';')
  const today = todayText(version, look.todayOf(node))
  const label = versionLabel(version, look.primaryMetric, trouble)
  item.accessibilityInformation = { label: today === '' ? label : `${label}, ${today}` }
  return item
}

/** What the scan says of a version, where that is more than "clean". */
function shield(verdict: string | undefined): ThemeIcon | undefined {
  if (verdict === undefined || verdict === 'clean') return undefined
  const color = verdict === 'dangerous' ? 'list.errorForeground' : 'list.warningForeground'
  return new ThemeIcon('shield', new ThemeColor(color))
}

function warning(): ThemeIcon {
  return new ThemeIcon('warning', new ThemeColor('list.warningForeground'))
}

/** Only our own commands can be run from a tooltip. */
export function trustedMarkdown(text: string, enabledCommands: readonly string[]): MarkdownString {
  const markdown = new MarkdownString(text, true)
  markdown.isTrusted = { enabledCommands }
  return markdown
}
