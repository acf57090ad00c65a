import type { AppError } from '../base/errors'
import type { InspectionFinding, InspectionSeverity } from '../registry/inspection'

/** One finding; `message` is a sentence whose texts from the file are escaped (`escapeText`). */
export function finding(
  rule: string,
  severity: InspectionSeverity,
  message: string,
  at: { member?: string; offset?: number } = {},
): InspectionFinding {
  return { rule, severity, message, ...at }
}

/** What a reader's error means for the inspection: the file is damaged or cut off at the error's place. */
export function damaged(error: AppError, rule = 'damaged'): InspectionFinding {
  const { member, offset } = error.location ?? {}
  return {
    rule,
    severity: 'error',
    message: error.message,
    ...(member === undefined ? {} : { member }),
    ...(offset === undefined ? {} : { offset }),
  }
}
