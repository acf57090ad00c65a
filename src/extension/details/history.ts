import { escapeText, formatAgo } from '../../base/text'
import type { HistoryEntry, ModelVersion, RegisteredModel } from '../../registry/model'
import type { HistoryRow } from '../../webview/details/protocol'
import { aliasOf, describeEntry, entryNotes, localTime, place, whoOf } from '../activity/texts'

/** Values that an edit changed which are told one by one. */
const CHANGES = 8

/** What was done to a version, newest first. */
export function historyOf(
  { history }: Pick<RegisteredModel, 'history'>,
  version: ModelVersion,
  now: Date,
): readonly HistoryRow[] {
  const undone = new Set(history.flatMap(({ undoes }) => undoes ?? []))
  const after = new Map<string, unknown>(Object.entries(version))
  return history.toReversed().flatMap((entry): HistoryRow[] => {
    const isOwn = isOf(entry, version)
    const what = isOwn ? describe(entry, history) : sideEffect(entry, version)
    if (what === undefined) return []
    const isUndone = undone.has(entry.id)
    const lines = isOwn
      ? [...moved(entry), ...(isUndone ? [] : edited(entry, after)), ...entryNotes(entry)]
      : entryNotes({ ...entry, demoted: undefined })
    return [
      {
        what: capitalized(what),
        who: whoOf(entry),
        at: localTime(entry.at),
        ago: formatAgo(entry.at, now),
        lines: isUndone ? [...lines, 'Undone later'] : lines,
      },
    ]
  })
}

function isOf(entry: HistoryEntry, { id, version }: ModelVersion): boolean {
  return entry.versionId === undefined ? entry.version === version : entry.versionId === id
}

function describe(entry: HistoryEntry, history: readonly HistoryEntry[]): string {
  const undone = history.find(({ id }) => id === entry.undoes)
  return undone ? `undone: ${describeEntry(undone)}` : describeEntry(entry)
}

/** What a change of another version, or of the model, did to this one. */
function sideEffect(
  entry: HistoryEntry,
  { id, version, createdAt }: ModelVersion,
): string | undefined {
  const other = escapeText(entry.version ?? '?', 80)
  if (entry.demotedId === id) return `archived, as ${other} went to ${place('production')}`
  // An alias names a version by what it is called, and an older one may have been called the same.
  if (entry.from !== version || entry.at < createdAt) return undefined
  if (entry.action === 'removeAlias') return describeEntry(entry)
  return entry.action === 'setAlias' ? `${aliasOf(entry)} moved to ${other}` : undefined
}

function moved({ action, from, to }: HistoryEntry): string[] {
  const isMove = action === 'transition' || action === 'rollback'
  return isMove && from !== undefined ? [`From ${place(from)} to ${place(to)}`] : []
}

/**
 * What an edit changed. An entry keeps only what was there before it; what came after is what the next newer edit found,
 * or what is there now: `after`, which this turns back to before the entry.
 */
function edited({ action, before = {} }: HistoryEntry, after: Map<string, unknown>): string[] {
  if (action !== 'update') return []
  const lines = Object.entries(before).flatMap(([field, old]) => {
    const current = after.get(field)
    after.set(field, old)
    if (isRecord(old) && isRecord(current) && field !== 'scan') return differences(old, current)
    return typeof old === 'string' && old !== '' ? [`Before: ${escapeText(old, 200)}`] : []
  })
  if (lines.length <= CHANGES + 1) return lines
  return [...lines.slice(0, CHANGES), `and ${lines.length - CHANGES} more`]
}

function differences(
  old: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(current)])].sort()
  return names.flatMap((name) => {
    const [from, to] = [shown(old, name), shown(current, name)]
    if (from === to) return []
    const label = escapeText(name, 80)
    if (from === undefined) return [`${label}: ${to} added`]
    return [to === undefined ? `${label}: ${from} removed` : `${label}: ${from} → ${to}`]
  })
}

function shown(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (!Object.hasOwn(values, name)) return undefined
  const value = values[name]
  return escapeText(typeof value === 'string' ? value : JSON.stringify(value), 80)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
