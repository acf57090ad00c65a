import { window } from 'vscode'
import { AppError, isAppError } from '../../base/errors'
import type { TaskOutcome } from '../../registry/policyCheck'
import type { ModelVersion } from '../../registry/model'
import type { PromotionOptions } from '../../registry/promotion'
import { currentVerdict } from '../../registry/scan'
import { ModelStage } from '../../registry/stage'
import type { Host } from '../host'
import { askText } from '../input/steps'
import type { ChosenVersion } from '../input/targets'
import { withProgress } from '../progress'
import { stageTitle } from '../tree/texts'
import { openRules } from './openRules'
import { runRuleTasks } from './runTasks'
import { conditionLines, refusal } from './texts'

type Slice = Pick<Host, 'approvals' | 'log'>
type Overrides = Pick<PromotionOptions, 'overridePolicy' | 'allowUnsafe'>

/**
 * Moves a version to a stage: runs what the rules of that stage want to have run, and where the rules or the scanner
 * refuse, shows why and lets a person answer for it with a reason.
 * @throws AppError `cancelled` where nobody did; else as the registry does.
 */
export async function guardedTransition(
  host: Slice,
  chosen: ChosenVersion,
  stage: ModelStage,
  note: string | undefined,
): Promise<void> {
  const { registry, version } = chosen
  await guarded(host, { ...chosen, stage, note, isRollback: false }, (promotion) =>
    withProgress(`Moving ${version.fullName} to ${stageTitle(stage)}`, (options) =>
      registry.transitionStage(version.model, version.version, stage, { ...options, ...promotion }),
    ),
  )
}

/** The same for a version that was in production before and goes back there. */
export async function guardedRollback(
  host: Slice,
  chosen: ChosenVersion,
  note: string | undefined,
): Promise<ModelVersion> {
  const { registry, version } = chosen
  const move: Move = { ...chosen, stage: ModelStage.production, note, isRollback: true }
  return guarded(host, move, (promotion) =>
    withProgress(`Checking ${version.fullName}`, (options) =>
      registry.rollback(version.model, { ...options, ...promotion, version: version.version }),
    ),
  )
}

/** Where a version is to go, and why. */
interface Move extends ChosenVersion {
  readonly stage: ModelStage
  readonly note: string | undefined
  readonly isRollback: boolean
}

async function guarded<T>(
  host: Slice,
  move: Move,
  run: (promotion: PromotionOptions & { readonly note?: string }) => Promise<T>,
): Promise<T> {
  const { note } = move
  const tasks = await outcomes(host, move)
  let overrides: Overrides = {}
  for (;;) {
    try {
      return await run({
        tasks,
        ...overrides,
        ...(note === undefined || note === '' ? {} : { note }),
      })
    } catch (error) {
      const more = await overrideFor(error, move, tasks)
      if (!more) throw error
      overrides = { ...overrides, ...more }
    }
  }
}

async function outcomes(
  host: Slice,
  { folder, registry, version, stage }: Move,
): Promise<ReadonlyMap<string, TaskOutcome>> {
  const required = await registry.ruleTasks(version.model, version.version, stage)
  if (required.length === 0) return new Map()
  return withProgress(`Running what the rules of ${stageTitle(stage)} ask for`, ({ signal }) =>
    runRuleTasks(host, required, folder, signal),
  )
}

/** The reason to go on in spite of a refusal; `undefined` for an error that no reason helps against. */
async function overrideFor(
  error: unknown,
  move: Move,
  tasks: ReadonlyMap<string, TaskOutcome>,
): Promise<Overrides | undefined> {
  if (!isAppError(error)) return undefined
  if (error.code === 'policy') return { overridePolicy: await askOverride(move, tasks) }
  const verdict = currentVerdict(move.version)
  if (error.code === 'unsafe' && verdict !== undefined && verdict !== 'clean') {
    return { allowUnsafe: await askAllowance(move) }
  }
  return undefined
}

async function askOverride(
  { folder, registry, version, stage, note, isRollback }: Move,
  tasks: ReadonlyMap<string, TaskOutcome>,
): Promise<string> {
  const result = await registry.checkRules(version.model, version.version, stage, {
    tasks,
    isRollback,
  })
  const override = 'Override with Reason…'
  const open = 'Open Rules'
  const answer = await window.showWarningMessage(
    refusal(result),
    { modal: true, detail: conditionLines(result) },
    // The first is what Enter takes.
    open,
    override,
  )
  if (answer === open) await openRules(folder)
  if (answer !== override) throw new AppError('cancelled', 'Cancelled.')
  return askReason(`Override the Rules of ${stageTitle(stage)} for ${version.fullName}`, note)
}

async function askAllowance({ version, stage, note }: Move): Promise<string> {
  const allow = 'Allow with Reason…'
  const findings = (version.scan?.findings ?? []).map(({ message }) => `• ${message}`)
  const answer = await window.showWarningMessage(
    `The security scan calls ${version.fullName} "${version.scan?.verdict}": it is not moved to ${stageTitle(stage)}.`,
    {
      modal: true,
      detail: [
        ...findings.slice(0, 10),
        ...(findings.length > 10 ? [`and ${findings.length - 10} more`] : []),
        '',
        'Loading such a file can run code of whoever made it.',
      ].join('\n'),
    },
    allow,
  )
  if (answer !== allow) throw new AppError('cancelled', 'Cancelled.')
  return askReason(`Allow ${version.fullName} in ${stageTitle(stage)}`, note)
}

/** A reason that must be given; it stays in the history. */
async function askReason(title: string, note: string | undefined): Promise<string> {
  const answer = await askText({
    title,
    value: note ?? '',
    prompt: 'Why is this all right? The reason is kept in the history.',
    placeholder: 'Reason (required)',
    problem: (text) =>
      text.trim() === '' ? 'Give a reason: it is kept in the history.' : undefined,
  })
  return answer.typed.trim()
}
