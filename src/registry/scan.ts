/** What the scanner says of a file or folder. Plain JSON, stored with the version and bound to the artifact's digest. */

import type { ModelVersion } from './model'

export type Verdict = 'dangerous' | 'review' | 'incomplete' | 'clean'
/** Worst first. */
export const VERDICTS: readonly Verdict[] = ['dangerous', 'review', 'incomplete', 'clean']

export type ScanSeverity = 'critical' | 'high' | 'medium' | 'low' | 'info'

export interface ScanFinding {
  readonly rule: string
  readonly severity: ScanSeverity
  readonly message: string
  /** File in a folder, then member of a container, joined by `!`. */
  readonly member?: string
  /** In bytes from the start of the file or member. */
  readonly offset?: number
  /** At most 200 escaped characters of what was found. */
  readonly evidence?: string
  readonly why?: string
  readonly remedy?: string
  readonly references?: readonly string[]
}

export interface ScanReport {
  readonly verdict: Verdict
  readonly findings: readonly ScanFinding[]
  /** Version of the rules that gave the verdict. */
  readonly rules: string
  /** Why a `clean` verdict means little: `not a model`. */
  readonly note?: string
}

/** A stored report: the digest of the artifact that it speaks of, and when. */
export interface StoredScan extends ScanReport {
  readonly sha256: string
  readonly at: string
}

/** A verdict speaks of the content that was scanned, and of no other. */
export function currentVerdict(
  version: Pick<ModelVersion, 'artifact' | 'scan'>,
): string | undefined {
  return version.scan && version.scan.sha256 === version.artifact?.sha256
    ? version.scan.verdict
    : undefined
}

/** True where rules of the scanner that are older than these gave the report. */
export function isOutdated({ rules }: Pick<ScanReport, 'rules'>, newest: string): boolean {
  return !(Number(rules) >= Number(newest))
}

export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst: Verdict = 'clean'
  for (const verdict of verdicts) {
    if (VERDICTS.indexOf(verdict) < VERDICTS.indexOf(worst)) worst = verdict
  }
  return worst
}
