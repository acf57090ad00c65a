import { escapeText, plural } from '../../base/text'
import type { ConditionResult, PolicyResult } from '../../registry/policyCheck'
import { stageTitle } from '../tree/texts'

/** Longer output is looked at in the log. */
const SHOWN = 300

/** `churn:1.2.0 does not meet 2 of 5 conditions for Production.` */
export function refusal({ reference, stage, conditions }: PolicyResult): string {
  const unmet = conditions.filter(({ ok }) => !ok).length
  return `${reference} does not meet ${unmet} of ${plural(conditions.length, 'condition')} for ${stageTitle(stage)}.`
}

/** `churn:1.2.0 to Production: 3 of 5 conditions are met` */
export function summary({ reference, stage, conditions }: PolicyResult): string {
  const met = conditions.filter(({ ok }) => ok).length
  return `${reference} to ${stageTitle(stage)}: ${met} of ${plural(conditions.length, 'condition')} ${met === 1 ? 'is' : 'are'} met`
}

/** What was found for a condition: its value, and why it is met or not. */
export function found({ value, reason }: ConditionResult): string {
  return [value, reason].filter((part) => part !== undefined).join('; ')
}

/** Every condition on a line of its own, the unmet ones first, each with what was found. */
export function conditionLines({ conditions }: PolicyResult): string {
  return conditions
    .toSorted((a, b) => Number(a.ok) - Number(b.ok))
    .map((condition) => {
      const mark = condition.ok ? '✓' : '✗'
      const what = found(condition)
      return `${mark} ${escapeText(condition.text, SHOWN)}${what === '' ? '' : ` — ${escapeText(what, SHOWN)}`}`
    })
    .join('\n')
}
