import { env, ThemeColor, ThemeIcon, window, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import { escapeText } from '../../base/text'
import type { ConditionResult, PolicyResult, TaskOutcome } from '../../registry/policyCheck'
import { toPolicyMarkdown } from '../../registry/policyReport'
import { nextStage, parseStage, type ModelStage } from '../../registry/stage'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { pickLive } from '../input/livePick'
import { askPick } from '../input/steps'
import { chooseVersions, type ChosenVersion } from '../input/targets'
import { withProgress } from '../progress'
import { STAGES_SHOWN } from '../tree/children'
import { stageIcon } from '../tree/item'
import type { Node } from '../tree/node'
import { stageTitle } from '../tree/texts'
import { openRules } from './openRules'
import { runRuleTasks } from './runTasks'
import { found, summary } from './texts'

type Slice = Pick<Host, 'registries' | 'view' | 'approvals' | 'log'>

const RUN = { iconPath: new ThemeIcon('play'), tooltip: 'Run the Tasks of the Rules' }
const COPY = { iconPath: new ThemeIcon('copy'), tooltip: 'Copy as Markdown' }
const OPEN = { iconPath: new ThemeIcon('json'), tooltip: 'Open Rules' }

/** **Check Promotion Rules…**: every condition of a stage with what was found, without moving anything. */
export async function checkPromotionRules(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
  stage?: string,
): Promise<PolicyResult | undefined> {
  const [chosen] = await chooseVersions(host, target, targets, {
    title: 'Check Promotion Rules',
  })
  const to = stage === undefined ? await askStage(chosen) : parseStage(stage)
  const { registry, version } = chosen
  const required = await registry.ruleTasks(version.model, version.version, to)
  let tasks: ReadonlyMap<string, TaskOutcome> = new Map()
  for (;;) {
    const result = await withProgress(`Checking ${version.fullName}`, (options) =>
      registry.checkRules(version.model, version.version, to, { ...options, tasks }),
    )
    if (result.conditions.length === 0) {
      sayUnruled(chosen, to)
      return result
    }
    if (!(await show(result, chosen, required.length > 0))) return result
    tasks = await withProgress('Running what the rules ask for', ({ signal }) =>
      runRuleTasks(host, required, chosen.folder, signal),
    )
  }
}

function sayUnruled({ folder, version }: ChosenVersion, stage: ModelStage): void {
  const open = 'Open Rules'
  void window
    .showInformationMessage(
      `No promotion rule speaks of ${version.fullName} on its way to ${stageTitle(stage)}.`,
      open,
    )
    .then((answer) => (answer === open ? openRules(folder) : undefined))
}

/** Shows the conditions; true where the tasks shall be run. */
async function show(
  result: PolicyResult,
  { folder }: ChosenVersion,
  hasTasks: boolean,
): Promise<boolean> {
  try {
    for (;;) {
      const answer = await pickLive({
        title: summary(result),
        placeholder: result.ok ? 'All conditions are met' : 'Conditions and what was found',
        buttons: [...(hasTasks ? [RUN] : []), COPY, OPEN],
        rows: () => result.conditions.map(conditionRow),
      })
      if (answer.kind !== 'button') return false
      if (answer.button === RUN) return true
      if (answer.button === OPEN) {
        await openRules(folder)
        return false
      }
      await env.clipboard.writeText(toPolicyMarkdown([result]))
      window.setStatusBarMessage('Copied the conditions as Markdown', 3000)
    }
  } catch (error) {
    // Esc closes what was only looked at.
    if (error instanceof AppError && error.code === 'cancelled') return false
    throw error
  }
}

function conditionRow(condition: ConditionResult): QuickPickItem {
  const { ok, text, output } = condition
  return {
    label: escapeText(text, 120),
    description: ok ? 'met' : 'not met',
    detail: [found(condition), escapeText(output?.trim().split('\n').at(-1) ?? '')]
      .filter((part) => part !== '')
      .join(' · '),
    iconPath: ok
      ? new ThemeIcon('pass', new ThemeColor('testing.iconPassed'))
      : new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
  }
}

async function askStage({ version }: ChosenVersion): Promise<ModelStage> {
  const likely = nextStage(version.stage)
  const answer = await askPick({
    title: `Check ${version.fullName}`,
    placeholder: 'The stage whose rules are checked',
    items: () =>
      STAGES_SHOWN.map((stage) => ({
        label: stageTitle(stage),
        iconPath: stageIcon(stage),
        stage,
      })),
    active: ({ stage }) => stage === likely,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.stage
}
