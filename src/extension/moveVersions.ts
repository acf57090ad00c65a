import { window } from 'vscode'
import { AppError } from '../base/errors'
import { listing, plural } from '../base/text'
import { ModelStage } from '../registry/stage'
import { readSetting } from './config'
import type { Host } from './host'
import { askText } from './input/steps'
import type { ChosenVersion } from './input/targets'
import { sayUndoable, type OwnChange } from './recovery/undo'
import { guardedTransition } from './rules/guardedTransition'
import { stageTitle } from './tree/texts'

/** A version that was moved, and the one that made room for it. */
interface Moved {
  readonly fullName: string
  readonly archived: string | undefined
}

/**
 * Moves versions to a stage, asks for the reason where production is concerned, and says what became of them.
 * @param note The reason, where it is known already.
 * @throws AppError `cancelled`, `invalid`, as the registry does.
 */
export async function moveVersions(
  host: Pick<Host, 'view' | 'log' | 'approvals'>,
  chosen: readonly ChosenVersion[],
  stage: ModelStage,
  note?: string,
): Promise<void> {
  const moving = chosen.filter(({ version }) => version.stage !== stage)
  const [first] = moving
  if (!first) {
    const names = listing(chosen.map(({ version }) => version.fullName))
    void window.showInformationMessage(
      `${names} ${chosen.length === 1 ? 'is' : 'are'} in ${stageTitle(stage)} already.`,
    )
    return
  }
  refuseRivals(moving, stage)
  const reason = note ?? (await askReason(moving, stage))
  const moved: Moved[] = []
  const changes: OwnChange[] = []
  try {
    for (const one of moving) {
      const { registry, version } = one
      await guardedTransition(host, one, stage, reason)
      const entry = registry
        .getModel(version.model)
        ?.history.findLast(({ versionId, to }) => versionId === version.id && to === stage)
      moved.push({ fullName: version.fullName, archived: entry?.demoted })
      if (entry) changes.push({ registry, entry: entry.id })
    }
  } finally {
    // Where one of several is refused, those before it have been moved all the same.
    if (moved.length > 0) sayUndoable(host, describe(moved, stage), changes)
  }
  const last = moving.at(-1)
  const current = last?.registry.getVersion(last.version.model, last.version.version)
  if (last && current && host.view.visible) await host.view.reveal(last.folder.key, current)
}

/** Two versions of one model can't both go to production; which of them is for a person to say. */
function refuseRivals(moving: readonly ChosenVersion[], stage: ModelStage): void {
  if (stage !== ModelStage.production) return
  const seen = new Set<string>()
  for (const { folder, version } of moving) {
    const model = `${folder.key} ${version.model}`
    if (seen.has(model)) {
      throw new AppError(
        'invalid',
        `Only one version of ${version.model} can be in production; choose the one that shall go there.`,
      )
    }
    seen.add(model)
  }
}

async function askReason(
  moving: readonly ChosenVersion[],
  stage: ModelStage,
): Promise<string | undefined> {
  const concerns = moving.some(
    ({ version }) => stage === ModelStage.production || version.stage === ModelStage.production,
  )
  if (!concerns || !readSetting('stages.confirmProduction')) return undefined
  const what = moving.length === 1 ? moving[0]?.version.fullName : plural(moving.length, 'version')
  const replaced =
    stage === ModelStage.production
      ? moving.flatMap(({ registry, version }) => registry.getProduction(version.model) ?? [])
      : []
  const consequence =
    replaced.length === 0
      ? ''
      : `${listing(replaced.map(({ fullName }) => fullName))} will be archived. `
  const answer = await askText({
    title: `Move ${what} to ${stageTitle(stage)}`,
    prompt: `${consequence}The reason is kept in the history.`,
    placeholder: 'Reason (optional)',
  })
  return answer.typed.trim()
}

function describe(moved: readonly Moved[], stage: ModelStage): string {
  const title = stageTitle(stage)
  const [only] = moved
  if (only && moved.length === 1) {
    const end = only.archived === undefined ? '.' : `; ${only.archived} was archived.`
    return `Moved ${only.fullName.replace(':', ' ')} to ${title}${end}`
  }
  const archived = moved.flatMap(({ fullName, archived: version }) =>
    version === undefined ? [] : [`${fullName.split(':', 1)[0]} ${version}`],
  )
  const verb = archived.length === 1 ? 'was' : 'were'
  const end = archived.length === 0 ? '.' : `; ${listing(archived)} ${verb} archived.`
  return `Moved ${plural(moved.length, 'version')} to ${title}${end}`
}
