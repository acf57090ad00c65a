import { ThemeIcon, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import { formatNumber } from '../../base/text'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import { ModelStage } from '../../registry/stage'
import { localTime } from '../activity/texts'
import type { Target } from '../commands/contract'
import { readSetting } from '../config'
import type { Host } from '../host'
import { askPick, askText } from '../input/steps'
import { chooseModel } from '../input/targets'
import { guardedRollback } from '../rules/guardedTransition'
import { mainMetric } from '../tree/order'
import { newestChange, sayUndoable } from './undo'

interface FormerItem extends QuickPickItem {
  readonly version: ModelVersion
  /** Why it can't go back. */
  readonly problem: string | undefined
}

/** **Roll Back Production…**: one of the versions that were in production before goes there again. */
export async function rollBack(
  host: Pick<Host, 'registries' | 'view' | 'log' | 'approvals'>,
  target?: Target,
): Promise<void> {
  const { folder, registry, model } = await chooseModel(host, target, {
    title: 'Roll Back Production',
  })
  const former = registry.formerProduction(model.name)
  if (former.length === 0) {
    throw new AppError(
      'notFound',
      `No other version of ${model.name} was in production before, so there is nothing to go back to.`,
    )
  }
  const primary = readSetting('metrics.primary', folder.folder).trim()
  const items: FormerItem[] = []
  for (const version of former) {
    const problem = await registry.artifactProblem(version)
    items.push({
      label: version.version,
      description: problem ?? describe(model, version, primary),
      iconPath: new ThemeIcon(problem === undefined ? 'rocket' : 'warning'),
      problem,
      version,
    })
  }
  const current = model.productionVersion
  const answer = await askPick({
    title: `Roll Back Production of ${model.name}`,
    placeholder: current
      ? `${current.version} will be archived; its place is taken by the version that you choose`
      : 'Choose the version that goes back to production',
    items: () => items,
    active: ({ problem }) => problem === undefined,
    canPick: ({ problem }) => problem === undefined,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  const { version } = answer.value
  const reason = await askText({
    title: `Roll Back ${model.name} to ${version.version}`,
    prompt: 'The reason is kept in the history.',
    placeholder: 'Reason (optional)',
  })
  const note = reason.typed.trim()
  const back = await guardedRollback(host, { folder, registry, version }, note)
  const end = current ? `; ${current.version} was archived.` : '.'
  sayUndoable(
    host,
    `Rolled ${model.name} back to ${back.version}${end}`,
    newestChange(registry, { model: model.name, action: 'rollback', versionId: back.id }),
  )
  if (host.view.visible) await host.view.reveal(folder.key, back)
}

/** When it was last in production, and how good it is. */
function describe(model: RegisteredModel, version: ModelVersion, primary: string): string {
  const left = model.history.findLast(
    ({ demotedId, versionId, from }) =>
      demotedId === version.id || (versionId === version.id && from === ModelStage.production),
  )
  const metric = mainMetric(version, primary)
  const value = metric === undefined ? undefined : version.metrics[metric]
  return [
    left ? `in production until ${localTime(left.at)}` : '',
    metric !== undefined && value !== undefined ? `${metric} ${formatNumber(value)}` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ')
}
