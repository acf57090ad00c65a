import type { Host } from '../host'
import { later } from './load'
import { openDocument } from './openDocument'

/** A row of the tree was clicked: what it stands for is the one that is selected. */
export async function openRow(host: Host): Promise<void> {
  const [row] = await host.view.selected()
  if (row?.kind === 'version') await (await later()).openDetails(host, row, undefined, true)
  if (row?.kind === 'broken') await openDocument(host, row)
  if (row?.kind === 'more') host.view.showMore(row.of)
}
