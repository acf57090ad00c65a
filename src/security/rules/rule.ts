import type { ScanSeverity, Verdict } from '../../registry/scan'

/** What the scanner looks for. Its id is stored in reports and never changes its meaning. */
export interface Rule {
  readonly severity: ScanSeverity
  /** What one finding makes of the verdict. */
  readonly verdict: Verdict
  readonly title: string
  readonly why: string
  readonly remedy: string
  readonly references?: readonly string[]
}

/** The verdict that follows from a severity, where a rule does not say otherwise. */
export const VERDICT_OF: Readonly<Record<ScanSeverity, Verdict>> = {
  critical: 'dangerous',
  high: 'dangerous',
  medium: 'review',
  low: 'clean',
  info: 'clean',
}

type Texts = readonly [title: string, why: string, remedy: string, references?: readonly string[]]

export function critical(...texts: Texts): Rule {
  return rule('critical', texts)
}

export function high(...texts: Texts): Rule {
  return rule('high', texts)
}

export function medium(...texts: Texts): Rule {
  return rule('medium', texts)
}

export function low(...texts: Texts): Rule {
  return rule('low', texts)
}

export function info(...texts: Texts): Rule {
  return rule('info', texts)
}

/** What could not be looked at: nothing bad was found there, and nothing good. */
export function unfinished(...texts: Texts): Rule {
  return { ...rule('medium', texts), verdict: 'incomplete' }
}

function rule(severity: ScanSeverity, [title, why, remedy, references]: Texts): Rule {
  return {
    severity,
    verdict: VERDICT_OF[severity],
    title,
    why,
    remedy,
    ...(references && { references }),
  }
}
