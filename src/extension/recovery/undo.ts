import { window } from 'vscode'
import type { ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import type { HistoryAction } from '../../registry/model'
import type { Undone } from '../../registry/undo'
import { newestFirst } from '../activity/entries'
import { describeEntry, subjectOf } from '../activity/texts'
import { report } from '../commands/run'
import type { Host } from '../host'

/** A change that can be taken back, by the history entry that it left. */
export interface OwnChange {
  readonly registry: ModelRegistry
  readonly entry: string
}

/** What a change was made to. */
export interface Changed {
  readonly model: string
  readonly action: HistoryAction
  readonly versionId?: string
}

/** The newest change of a kind; none where there was none. */
export function newestChange(registry: ModelRegistry, changed: Changed): readonly OwnChange[] {
  const { model, action, versionId } = changed
  const found = registry
    .history(model)
    .find(
      (entry) =>
        entry.action === action && (versionId === undefined || entry.versionId === versionId),
    )
  return found ? [{ registry, entry: found.id }] : []
}

/** Runs an edit and says so; one that left everything as it was says nothing. */
export async function edit(
  host: Pick<Host, 'log'>,
  registry: ModelRegistry,
  changed: Changed,
  message: string,
  run: () => Promise<unknown>,
): Promise<void> {
  const [before] = newestChange(registry, changed)
  await run()
  const [after] = newestChange(registry, changed)
  if (after && after.entry !== before?.entry) sayUndoable(host, message, [after])
}

/** Says what was done, with a button that takes exactly that back. Returns at once: the message may stay for long. */
export function sayUndoable(
  host: Pick<Host, 'log'>,
  message: string,
  changes: readonly OwnChange[],
): void {
  offerUndo(message, changes).catch((error: unknown) => report(error, host.log))
}

async function offerUndo(message: string, changes: readonly OwnChange[]): Promise<void> {
  const undo = 'Undo'
  const answer = await window.showInformationMessage(message, ...(changes.length > 0 ? [undo] : []))
  if (answer !== undo) return
  // The last one first: it may rest on those before.
  for (const { registry, entry } of changes.toReversed()) {
    if (!(await registry.undo(entry)))
      throw new AppError('conflict', 'This was undone already; nothing was done.')
  }
  window.setStatusBarMessage('$(discard) Undone', 5000)
}

/** **Undo Last Registry Change**: the last one made here, in whichever folder it was. */
export async function undoLastChange(host: Pick<Host, 'registries'>): Promise<void> {
  let last: (Undone & { readonly registry: ModelRegistry }) | undefined
  for (const folder of host.registries.all) {
    const registry = await folder.open()
    const change = await registry.peekUndo()
    if (change && (!last || newestFirst(change.entry, last.entry) < 0))
      last = { registry, ...change }
  }
  const undone = await last?.registry.undo(last.entry.id)
  if (!last || !undone) {
    void window.showInformationMessage('Nothing was changed here that could be undone.')
    return
  }
  const { model, entry } = undone
  const what = `${subjectOf(model, entry)} ${describeEntry(entry)}`
  void window.showInformationMessage(`Undone: ${what}.`)
}
