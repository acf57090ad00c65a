import { escapeText } from '../base/text'
import type { InspectionFinding, InspectionSummary } from '../registry/inspection'

/** A summary is stored with each version, so nothing in it follows the size of the file. */
const MAX_TEXT = 1000
const MAX_ITEMS = 200
const MAX_FINDINGS = 100
const MAX_DEPTH = 4

/** Cuts lists, records and texts to what is worth storing, and drops numbers that JSON can't hold. */
export function boundSummary(summary: InspectionSummary): InspectionSummary {
  return boundValue(summary, 0) as InspectionSummary
}

function boundValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string')
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return undefined
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ITEMS).map((item) => boundValue(item, depth + 1))
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .slice(0, MAX_ITEMS)
    .map(([key, item]) => [key.slice(0, MAX_TEXT), boundValue(item, depth + 1)] as const)
  return Object.fromEntries(entries)
}

/** Escapes what comes from the file and keeps the first hundred. */
export function boundFindings(findings: readonly InspectionFinding[]): InspectionFinding[] {
  const kept = findings
    .slice(0, MAX_FINDINGS)
    .map((item) =>
      item.member === undefined ? item : { ...item, member: escapeText(item.member) },
    )
  const left = findings.length - kept.length
  if (left > 0) {
    kept.push({
      rule: 'more',
      severity: 'note',
      message: `${left} further findings are not listed.`,
    })
  }
  return kept
}
