import { escapeText, listing } from '../../base/text'
import type { HistoryEntry, Via } from '../../registry/model'
import { isStage } from '../../registry/stage'
import { stageTitle } from '../tree/texts'

/** What a change was, as it follows the name of what it was made to: `moved to Production`. */
export function describeEntry(entry: HistoryEntry): string {
  const { action, from, to } = entry
  switch (action) {
    case 'register':
      return to === undefined || to === 'development' ? 'registered' : `registered in ${place(to)}`
    case 'transition':
      return `moved to ${place(to)}`
    case 'rollback':
      return `rolled back to ${place(to)}`
    case 'update':
      if (Object.keys(entry.before ?? {}).join(' ') === 'scan') return 'scanned again'
      return `${listing(Object.keys(entry.before ?? {}).map(fieldName))} edited`
    case 'updateModel':
      if (isScan(entry)) return 'scanned again'
      return `${listing(Object.keys(entry.before ?? {}).map(fieldName))} edited`
    case 'rename':
      return `renamed from ${name(from)} to ${name(to)}`
    case 'delete':
      return 'moved to the trash'
    case 'deleteModel':
      return 'moved to the trash with all versions'
    case 'restore':
      return to === undefined
        ? 'restored from the trash'
        : `restored from the trash to ${place(to)}`
    case 'setAlias':
      return `alias ${aliasOf(entry)} set`
    case 'removeAlias':
      return `alias ${aliasOf(entry)} removed`
    case 'undo':
      return 'last change undone'
    case 'gc':
      return 'removed from the trash for good'
    case 'merge':
      return 'merged with a change from elsewhere'
    case 'repair':
      return 'repaired'
    case 'import':
      return 'imported'
    default:
      // A document of a newer release can hold actions that this one has no words for.
      return escapeText(action, 40)
  }
}

/** A scan is written down like an edit, and is none. */
function isScan({ before }: HistoryEntry): boolean {
  return Object.keys(before ?? {}).join() === 'scan'
}

/** `churn 1.0.0`, or the model alone where the change was of the whole. */
export function subjectOf(model: string, { version }: HistoryEntry): string {
  return version === undefined ? model : `${model} ${version}`
}

const VIA: Readonly<Record<Via, string>> = {
  vscode: 'VS Code',
  cli: 'command line',
  mcp: 'MCP',
  api: 'API',
}

/** Who made a change, and through what if it was not this editor: `Ada (command line)`. */
export function whoOf({ actor, agent, via }: HistoryEntry): string {
  const person =
    agent === undefined
      ? escapeText(actor, 60)
      : `${escapeText(agent, 60)} for ${escapeText(actor, 60)}`
  return via === 'vscode' ? person : `${person} (${viaOf(via)})`
}

/** A document of a newer release can name other hosts. */
function viaOf(via: string): string {
  return Object.entries(VIA).find(([id]) => id === via)?.[1] ?? escapeText(via, 20)
}

/** Everything that the history knows of a change, as lines of plain text. */
export function entryTooltip(model: string, entry: HistoryEntry): string {
  const { action, from } = entry
  const whence = action === 'transition' && from !== undefined ? ` from ${place(from)}` : ''
  return [
    `${subjectOf(model, entry)} ${describeEntry(entry)}${whence}`,
    ...entryNotes(entry),
    `${whoOf(entry)}, ${localTime(entry.at)}`,
  ].join('\n')
}

/** What else a change did, and why it was made, in spite of what. */
export function entryNotes({ demoted, note, overrides }: HistoryEntry): string[] {
  const lines = [
    demoted === undefined ? '' : `${escapeText(demoted)} was archived`,
    note === undefined || note === '' ? '' : `Why: ${escapeText(note, 500)}`,
    overrides?.unsafe === undefined
      ? ''
      : `In spite of the scan: ${escapeText(overrides.unsafe, 500)}`,
    overrides?.policy === undefined
      ? ''
      : `In spite of the rules: ${escapeText(overrides.policy, 500)}`,
  ]
  return lines.filter((line) => line !== '')
}

/** In the time zone of whoever reads it: `2026-01-31 14:05`. */
export function localTime(at: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return escapeText(at, 40)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** A stage as people call it. */
export function place(stage: string | undefined): string {
  return isStage(stage) ? stageTitle(stage) : name(stage)
}

function name(text: string | undefined): string {
  return escapeText(text ?? '?', 80)
}

/** The alias that a change was about: `@champion`. */
export function aliasOf({ before }: HistoryEntry): string {
  const alias = before?.['alias']
  return typeof alias === 'string' ? `@${escapeText(alias, 80)}` : ''
}

/** As a person calls a field of a version or model. */
function fieldName(key: string): string {
  return escapeText(
    key.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    40,
  )
}
