import type { HistoryEntry, ModelDocument } from './model'
import { timeOf } from './timeTravelEvents'

type Aliases = Map<string, string>

/**
 * Which version each alias named at a time: what happened later is taken back from what they name today.
 * @param changes What happened later and was not undone, newest first.
 */
export function aliasesAt(
  document: ModelDocument,
  at: Date,
  changes: readonly HistoryEntry[],
): Readonly<Record<string, string>> {
  const aliases: Aliases = new Map(Object.entries(document.aliases))
  const earlier = new Map(
    document.history
      .filter((entry) => timeOf(entry) <= at.getTime())
      .map((entry) => [entry.id, entry]),
  )
  for (const change of changes) {
    if (change.action !== 'undo') takeBack(aliases, change)
    else if (change.undoes !== undefined) redo(aliases, earlier.get(change.undoes))
  }
  return Object.fromEntries(aliases)
}

function takeBack(aliases: Aliases, { action, from, before }: HistoryEntry): void {
  const alias = before?.['alias']
  if (typeof alias === 'string') {
    const target = action === 'register' ? before?.['from'] : from
    if (typeof target === 'string') aliases.set(alias, target)
    else aliases.delete(alias)
  }
  for (const [lost, target] of droppedBy(before)) aliases.set(lost, target)
}

/** What was undone later had happened by then. */
function redo(aliases: Aliases, undone: HistoryEntry | undefined): void {
  if (!undone) return
  const { action, version, before } = undone
  const alias = before?.['alias']
  if (typeof alias === 'string') {
    if (action === 'removeAlias' || version === undefined) aliases.delete(alias)
    else aliases.set(alias, version)
  }
  for (const [lost] of droppedBy(before)) aliases.delete(lost)
}

/** Aliases that went with the versions that they named. */
function droppedBy(before: HistoryEntry['before']): [alias: string, target: string][] {
  const dropped = before?.['aliases']
  if (typeof dropped !== 'object' || dropped === null) return []
  return Object.entries(dropped).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
}
