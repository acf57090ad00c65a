import { AppError } from '../../base/errors'
import { nextStage, parseStage, type ModelStage } from '../../registry/stage'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import { chooseVersions, type ChosenVersion } from '../input/targets'
import { moveVersions } from '../moveVersions'
import { STAGES_SHOWN } from '../tree/children'
import { stageIcon } from '../tree/item'
import type { Node } from '../tree/node'
import { stageTitle } from '../tree/texts'
import type { Target } from './contract'

type Slice = Pick<Host, 'registries' | 'view' | 'log' | 'approvals'>

/** **Move to Stage…** */
export async function transitionStage(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
  stage?: string,
  note?: string,
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, { title: 'Move to Stage' })
  await moveVersions(
    host,
    chosen,
    stage === undefined ? await askStage(chosen) : parseStage(stage),
    note,
  )
}

async function askStage(chosen: readonly ChosenVersion[]): Promise<ModelStage> {
  const [first] = chosen
  const what = first && chosen.length === 1 ? first.version.fullName : `${chosen.length} versions`
  const items = STAGES_SHOWN.map((stage) => ({
    label: stageTitle(stage),
    description: chosen.every(({ version }) => version.stage === stage) ? 'where it is now' : '',
    iconPath: stageIcon(stage),
    stage,
  }))
  const likely = first && nextStage(first.version.stage)
  const answer = await askPick({
    title: `Move ${what} to Stage`,
    placeholder: 'Choose a stage',
    items: () => items,
    active: ({ stage }) => stage === likely,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.stage
}

/** **Promote**: to the next stage of the lifecycle. */
export async function promote(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Promote to the Next Stage',
    where: ({ stage }) => nextStage(stage) !== undefined,
    none: 'There is no version that could be promoted.',
  })
  const byStage = new Map<ModelStage, ChosenVersion[]>()
  for (const one of chosen) {
    const next = nextStage(one.version.stage)
    if (next === undefined) {
      throw new AppError(
        'invalid',
        `${one.version.fullName} is in production, and no stage comes after it.`,
      )
    }
    byStage.set(next, [...(byStage.get(next) ?? []), one])
  }
  for (const [stage, versions] of byStage) await moveVersions(host, versions, stage)
}

/** **Archive** */
export async function archive(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Archive a Version',
    where: ({ stage }) => stage !== 'archived',
    none: 'There is no version that could be archived.',
  })
  await moveVersions(host, chosen, 'archived')
}
