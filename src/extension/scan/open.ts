import type { Disposable, Memento } from 'vscode'
import type { Host } from '../host'
import { offerRescan } from './offer'
import { ScanProblems } from './problems'
import { offerScanDetails } from './quickFix'

/** What the scan has to say while the workspace is open. */
export function openScan(host: Host, memento: Memento): Disposable[] {
  return [new ScanProblems(host.files, host.log), offerScanDetails(), offerRescan(host, memento)]
}
