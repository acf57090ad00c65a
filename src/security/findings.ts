import type { ScanFinding, ScanReport, ScanSeverity, Verdict } from '../registry/scan'
import { worstVerdict } from '../registry/scan'
import { escapeText } from '../base/text'
import { RULES } from './rules'
import { RULES_VERSION } from './rulesVersion'
import type { RuleId } from './rules'
import { VERDICT_OF } from './rules/rule'

/** Findings of one rule in one member; further ones say nothing new. */
const PER_RULE = 20
/** Findings of one report that are not the worst; those are all kept. */
const MAX_FINDINGS = 500
const SEVERITIES: readonly ScanSeverity[] = ['critical', 'high', 'medium', 'low', 'info']

export interface FindingDetails {
  /** File in the folder, then member of a container, joined by `!`. */
  readonly member?: string
  /** In bytes from the start of the file or member. */
  readonly offset?: number
  /** What was found: text of the file, which is escaped and cut here. */
  readonly evidence?: string
  /** Instead of the rule's title; what it quotes from the file must be escaped. */
  readonly message?: string
  /** Where a rule's own severity is not right for what was found. */
  readonly severity?: ScanSeverity
}

/** Collects what is found, each thing once, and sums it up. */
export class Findings {
  readonly #findings: ScanFinding[] = []
  readonly #seen = new Set<string>()
  readonly #counts = new Map<string, number>()
  #verdict: Verdict = 'clean'

  get verdict(): Verdict {
    return this.#verdict
  }

  add(id: RuleId, details: FindingDetails = {}): void {
    const rule = RULES[id]
    const severity = details.severity ?? rule.severity
    const verdict = details.severity ? VERDICT_OF[details.severity] : rule.verdict
    this.#verdict = worstVerdict([this.#verdict, verdict])
    const { member, offset } = details
    const evidence = details.evidence === undefined ? undefined : escapeText(details.evidence, 199)
    const key = JSON.stringify([id, severity, member, evidence ?? offset])
    const group = `${id}\n${member ?? ''}`
    const count = this.#counts.get(group) ?? 0
    const isFull = verdict !== 'dangerous' && this.#findings.length >= MAX_FINDINGS
    if (this.#seen.has(key) || count >= PER_RULE || isFull) return
    this.#seen.add(key)
    this.#counts.set(group, count + 1)
    this.#findings.push({
      rule: id,
      severity,
      message: `${details.message ?? rule.title}.`,
      ...(member !== undefined && { member: escapeText(member, 1000) }),
      ...(offset !== undefined && { offset }),
      ...(evidence !== undefined && { evidence }),
      why: rule.why,
      remedy: rule.remedy,
      ...(rule.references && { references: rule.references }),
    })
  }

  /** The report, the worst findings first. */
  report(isModel: boolean): ScanReport {
    const findings = this.#findings.toSorted(
      (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
    )
    const note = !isModel && this.#verdict === 'clean' ? 'not a model' : undefined
    return { verdict: this.#verdict, findings, rules: RULES_VERSION, ...(note && { note }) }
  }
}
