import { workspace } from 'vscode'
import { plural } from '../../base/text'
import { QueryError } from '../../registry/search/queryError'
import { copyReference } from '../commands/artifact'
import { transitionStage } from '../commands/transitionStage'
import { readSetting } from '../config'
import type { Host } from '../host'
import { pickLive } from '../input/livePick'
import { requireFolder } from '../input/targets'
import { stageIcon } from '../tree/item'
import { versionDescription } from '../tree/texts'
import { requireWritable } from '../timeTravel/present'
import {
  continuationRows,
  COPY,
  errorRows,
  MOVE,
  search,
  searched,
  type Searched,
  type SearchRow,
} from './rows'

/** A list of more rows is not read. */
const SHOWN = 200

/**
 * **Search Versions…**: over every registry of the window, by words or by a filter.
 * @param text What the box holds at first; it must be a text, since menus call with what they stand on.
 */
export async function searchVersions(
  host: Pick<Host, 'registries' | 'view' | 'log' | 'approvals'>,
  text?: unknown,
): Promise<void> {
  requireFolder(host)
  const among = await searched(host)
  const answer = await pickLive<SearchRow>({
    title: 'Search Versions',
    placeholder: "Words, or a filter: metrics.accuracy >= 0.9 AND stage = 'staging'",
    value: typeof text === 'string' ? text : '',
    rows: (typed) => rowsFor(typed, among),
    canPick: ({ row }) => row !== 'told',
    completed: (item) => (item.row === 'continuation' ? item.text : undefined),
  })
  if (answer.kind === 'button' || answer.item.row !== 'version') return
  const { folder, version } = answer.item
  const target = { folder: folder.key, reference: version.fullName }
  if (answer.kind === 'accept') await host.view.show(folder.key, version)
  else if (answer.button === COPY) await copyReference(host, target)
  else {
    requireWritable(host)
    await transitionStage(host, target)
  }
}

function rowsFor(typed: string, among: Searched): readonly SearchRow[] {
  const found = search(typed, among)
  if (found instanceof QueryError) return errorRows(found, among)
  const now = new Date()
  const isSeveral = (workspace.workspaceFolders ?? []).length > 1
  const rows = found.slice(0, SHOWN).flatMap((version): SearchRow[] => {
    const folder = among.folderOf.get(version)
    if (!folder) return []
    return [
      {
        row: 'version',
        label: version.fullName,
        description: versionDescription(version, {
          primaryMetric: readSetting('metrics.primary', folder.folder).trim(),
          withStage: true,
          trouble: undefined,
          now,
        }),
        iconPath: stageIcon(version.stage),
        buttons: [COPY, MOVE],
        alwaysShow: true,
        version,
        folder,
        ...(isSeveral ? { detail: folder.folder.name } : {}),
      },
    ]
  })
  const told: SearchRow[] = []
  if (found.length > SHOWN) {
    const more = plural(found.length - SHOWN, 'more version')
    told.push({ row: 'told', label: `and ${more}; type on`, alwaysShow: true })
  }
  if (found.length === 0) {
    told.push({ row: 'told', label: 'No version matches', alwaysShow: true })
  }
  return [...rows, ...told, ...continuationRows(typed, among)]
}
