import { ThemeIcon, window, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import type { ActivityEntry } from '../activity/entries'
import { parseMoment } from '../activity/moment'
import { localTime } from '../activity/texts'
import type { Host } from '../host'
import { pickLive } from '../input/livePick'
import { requireFolder } from '../input/targets'
import { VIEW } from '../modelsView'
import type { Node } from '../tree/node'

type Slice = Pick<Host, 'registries' | 'view'>

/** What **Show Registry As Of…** is called with: a change of the Activity view, a day or a time, or nothing. */
export type When = ActivityEntry | string | undefined

interface MomentRow extends QuickPickItem {
  readonly at: Date | undefined
}

/** **Show Registry As Of…**: the view shows the models as they stood at a time, until one returns to the present. */
export async function showAsOf(host: Slice, when?: When): Promise<void> {
  requireFolder(host)
  const at = typeof when === 'object' ? new Date(when.entry.at) : await momentOf(when)
  if (Number.isNaN(at.getTime())) {
    throw new AppError('invalid', 'The history does not say when this was.')
  }
  // The end of today is yet to come.
  const then = new Date(Math.min(at.getTime(), Date.now()))
  // The rows are asked for at once and for all models; here there is time to let others have theirs.
  await window.withProgress({ location: { viewId: VIEW } }, async () => {
    for (const { current } of host.registries.all) await current?.loadModelsAt(then)
  })
  host.view.travel(then)
  await host.view.focus()
}

/** **Show Where It Is Now**: back to the present, and to the version that a row of the past stands for. */
export async function showToday(host: Slice, row?: Node): Promise<void> {
  host.view.travel(undefined)
  if (row?.kind !== 'version') return
  const registry = await host.registries.byKey(row.folder)?.open()
  const version = registry
    ?.getModel(row.version.model)
    ?.versions.find(({ id }) => id === row.version.id)
  if (!version) {
    throw new AppError('notFound', `${row.version.fullName} is no longer there.`)
  }
  await host.view.show(row.folder, version)
}

async function momentOf(when: string | undefined): Promise<Date> {
  if (when === undefined) return askMoment()
  const at = parseMoment(when)
  if (at) return at
  throw new AppError('invalid', `"${when}" is no day such as 2026-01-31.`)
}

async function askMoment(): Promise<Date> {
  const answer = await pickLive<MomentRow>({
    title: 'Show Registry As Of',
    placeholder: 'A day such as 2026-01-31, or a time such as 2026-01-31 14:30',
    rows: (typed) => momentRows(typed, new Date()),
    canPick: ({ at }) => at !== undefined,
  })
  const at = answer.kind === 'accept' ? answer.item.at : undefined
  if (!at) throw new AppError('cancelled', 'Cancelled.')
  return at
}

function momentRows(typed: string, now: Date): readonly MomentRow[] {
  if (typed.trim() === '') return SUGGESTIONS.map(([label, days]) => dayRow(label, days, now))
  const at = parseMoment(typed)
  const problem = at === undefined ? 'Write a day as 2026-01-31.' : problemOf(at, now)
  return [
    problem === undefined
      ? {
          label: typed.trim(),
          description: 'as it was then',
          iconPath: CALENDAR,
          at,
          alwaysShow: true,
        }
      : { label: problem, iconPath: new ThemeIcon('info'), at: undefined, alwaysShow: true },
  ]
}

const CALENDAR = new ThemeIcon('calendar')
const SUGGESTIONS = [
  ['Yesterday', 1],
  ['A Week Ago', 7],
  ['A Month Ago', 30],
  ['A Year Ago', 365],
] as const

function dayRow(label: string, days: number, now: Date): MomentRow {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days, 23, 59, 59, 999)
  const description = localTime(day.toISOString()).slice(0, 10)
  return { label, description, iconPath: CALENDAR, at: day }
}

/** Today has no end yet, and is as good as now. */
function problemOf(at: Date, now: Date): string | undefined {
  return at > now && at.toDateString() !== now.toDateString()
    ? 'That day is yet to come.'
    : undefined
}
