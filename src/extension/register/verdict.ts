import { Uri } from 'vscode'
import { scan } from '../../app'
import { worstVerdict, type ScanReport, type Verdict } from '../../registry/scan'
import { readSetting } from '../config'

const TEXTS: Readonly<Record<Verdict, string>> = {
  dangerous: 'dangerous',
  review: 'needs review',
  incomplete: 'not everything could be looked at',
  clean: 'nothing dangerous found',
}

/** What the scan says of the files that are about to be registered; `undefined` where nothing is scanned. */
export async function verdictOf(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const [first] = paths
  if (first === undefined) return undefined
  const folder = Uri.file(first)
  if (readSetting('scan.policy', folder) === 'off') return undefined
  const allow = readSetting('scan.allow', folder)
  const reports: ScanReport[] = []
  for (const path of paths) reports.push(await scan(path, { allow, signal }))
  const verdict = worstVerdict(reports.map((report) => report.verdict))
  const reason = reports.find((report) => report.verdict === verdict)?.findings[0]?.message
  return verdict === 'clean' || reason === undefined
    ? `Scan: ${TEXTS[verdict]}.`
    : `Scan: ${TEXTS[verdict]}. ${reason}`
}
