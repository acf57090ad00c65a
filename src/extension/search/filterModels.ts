import { ThemeIcon } from 'vscode'
import { plural } from '../../base/text'
import { QueryError } from '../../registry/search/queryError'
import type { Host } from '../host'
import { pickLive } from '../input/livePick'
import { requireFolder } from '../input/targets'
import {
  continuationRows,
  errorRows,
  search,
  searched,
  type Searched,
  type SearchRow,
} from './rows'

/**
 * **Filter…**: the view shows only what matches.
 * @param text The filter, where it is known already; it must be a text, since menus call with a row.
 */
export async function filterModels(
  host: Pick<Host, 'registries' | 'view'>,
  text?: unknown,
): Promise<void> {
  if (typeof text === 'string') {
    host.view.filter(text)
    return
  }
  requireFolder(host)
  const among = await searched(host, host.view.asOf)
  const answer = await pickLive<SearchRow>({
    title: 'Filter Registered Models',
    placeholder: "Words, or a filter: metrics.accuracy >= 0.9 AND stage = 'staging'",
    value: host.view.filterText ?? '',
    rows: (typed) => rowsFor(typed, among),
    canPick: ({ row }) => row !== 'told',
    completed: (item) => (item.row === 'continuation' ? item.text : undefined),
  })
  if (answer.kind !== 'accept' || answer.item.row !== 'apply') return
  host.view.filter(answer.item.text)
  await host.view.focus()
}

function rowsFor(typed: string, among: Searched): readonly SearchRow[] {
  const found = search(typed, among)
  if (found instanceof QueryError) return errorRows(found, among)
  const total = among.folderOf.size
  const apply: SearchRow =
    typed.trim() === ''
      ? {
          row: 'apply',
          label: 'Show All',
          description: plural(total, 'version'),
          iconPath: new ThemeIcon('clear-all'),
          alwaysShow: true,
          text: '',
        }
      : {
          row: 'apply',
          label: `Show ${found.length.toLocaleString('en-US')} of ${plural(total, 'version')}`,
          iconPath: new ThemeIcon('filter'),
          alwaysShow: true,
          text: typed,
        }
  return [apply, ...continuationRows(typed, among)]
}
