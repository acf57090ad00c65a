import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import { escapeText } from '../../base/text'
import type { InspectionFinding, InspectionSeverity } from '../../registry/inspection'
import type { ScanFinding, ScanReport, ScanSeverity, Verdict } from '../../registry/scan'

type Level = 'error' | 'warning' | 'note' | 'good'

const WORDS: Readonly<Record<InspectionSeverity, string>> = {
  error: 'Error',
  warning: 'Warning',
  note: 'Note',
}
const WORST_FIRST: readonly InspectionSeverity[] = ['error', 'warning', 'note']

/** What a person should know about the file, worst first. */
export function renderFindings(
  findings: readonly InspectionFinding[],
): TemplateResult | typeof nothing {
  if (findings.length === 0) return nothing
  const sorted = findings.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity),
  )
  return html`<ul class="findings" aria-label="Findings">
    ${sorted.map(({ severity, message, member, offset }) =>
      renderLine(severity, WORDS[severity], escapeText(message, 1000), place(member, offset)),
    )}
  </ul>`
}

const VERDICTS: Readonly<Record<Verdict, { readonly level: Level; readonly text: string }>> = {
  dangerous: { level: 'error', text: 'Dangerous: loading this file can run code that does harm.' },
  review: {
    level: 'warning',
    text: 'To be reviewed: loading this file can run code that nobody vetted.',
  },
  incomplete: { level: 'warning', text: 'Not scanned whole.' },
  clean: { level: 'good', text: 'No danger found.' },
}

const LEVELS: Readonly<Record<ScanSeverity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/** What the scanner says, where the content was scanned; its place is kept while it works. */
export function renderScan(
  report: ScanReport | 'pending' | undefined,
): TemplateResult | typeof nothing {
  if (!report) return nothing
  return html`<section class="scan" aria-labelledby="scan-title">
    <h2 id="scan-title">Security scan</h2>
    ${report === 'pending' ? html`<p class="finding muted">Scanning…</p>` : renderReport(report)}
  </section>`
}

function renderReport({ verdict, note, findings }: ScanReport): TemplateResult {
  const { level, text } = VERDICTS[verdict]
  return html`<ul class="findings">
    ${renderLine(level, '', text, note ?? '')} ${findings.map(renderScanFinding)}
  </ul>`
}

function renderScanFinding(finding: ScanFinding): TemplateResult {
  const { severity, message, member, offset, evidence, why, remedy } = finding
  const word = `${severity.slice(0, 1).toUpperCase()}${severity.slice(1)}`
  const details = [why, remedy].filter((text) => text !== undefined)
  return renderLine(
    LEVELS[severity],
    word,
    escapeText(message, 1000),
    place(member, offset),
    html`${evidence === undefined ? nothing : html`<code>${escapeText(evidence)}</code>`}
    ${details.map((text) => html`<p class="muted">${text}</p>`)}`,
  )
}

function place(member: string | undefined, offset: number | undefined): string {
  const parts = [
    member === undefined ? '' : escapeText(member),
    offset === undefined ? '' : `byte ${offset.toLocaleString('en-US')}`,
  ]
  return parts.filter(Boolean).join(', ')
}

function renderLine(
  level: Level,
  word: string,
  message: string,
  where: string,
  more: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<li class="finding ${level}">
    ${icon(level)}
    <div>
      ${word === '' ? nothing : html`<span class="word">${word}:</span>`} ${message}
      ${where === '' ? nothing : html`<span class="muted">(${where})</span>`} ${more}
    </div>
  </li>`
}

const PATHS: Readonly<Record<Level, SVGTemplateResult>> = {
  error: svg`<circle cx="8" cy="8" r="6.5" /><path d="M5.5 5.5l5 5M10.5 5.5l-5 5" />`,
  warning: svg`<path d="M8 2l6.5 12h-13zM8 6.5v4M8 11.6v1.2" />`,
  note: svg`<circle cx="8" cy="8" r="6.5" /><path d="M8 7v4.5M8 4.4v1.3" />`,
  good: svg`<circle cx="8" cy="8" r="6.5" /><path d="M5 8.2l2.2 2.2L11 6" />`,
}

/** The level is in the word too: the icon is for the eye. */
function icon(level: Level): TemplateResult {
  return html`<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
    ${PATHS[level]}
  </svg>`
}
