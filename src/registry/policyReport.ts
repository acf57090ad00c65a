import { escapeMarkdown, markdownTable } from './compareMarkdown'
import type { ConditionResult, PolicyResult } from './policyCheck'

/** The results as JUnit XML, one suite for each version: CI systems show it beside the tests. */
export function toJUnit(results: readonly PolicyResult[]): string {
  const tests = results.reduce((sum, { conditions }) => sum + conditions.length, 0)
  const failures = results.reduce((sum, { conditions }) => sum + unmet(conditions), 0)
  const suites = results.map(
    (result) =>
      `  <testsuite name="${xml(title(result))}" tests="${result.conditions.length}" failures="${unmet(result.conditions)}">\n` +
      result.conditions.map((condition) => testCase(result, condition)).join('') +
      '  </testsuite>\n',
  )
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="promotion rules" tests="${tests}" failures="${failures}">\n` +
    `${suites.join('')}</testsuites>\n`
  )
}

function testCase(result: PolicyResult, condition: ConditionResult): string {
  const name = `name="${xml(condition.text)}" classname="${xml(`${result.reference}.${result.stage}`)}"`
  const found = [condition.value, condition.reason].filter((part) => part !== undefined).join('; ')
  const parts = [
    ...(condition.ok ? [] : [`<failure message="${xml(found || 'not met')}"/>`]),
    ...(condition.output ? [`<system-out>${xml(condition.output)}</system-out>`] : []),
  ]
  if (parts.length === 0) return `    <testcase ${name}/>\n`
  return `    <testcase ${name}>\n${parts.map((part) => `      ${part}\n`).join('')}    </testcase>\n`
}

/** The results as Markdown, for the summary of a CI run or a comment on a pull request. */
export function toPolicyMarkdown(results: readonly PolicyResult[]): string {
  return results
    .map((result) => {
      const count = result.conditions.length
      const heading = `### ${result.ok ? '✅' : '❌'} ${escapeMarkdown(title(result))}\n\n`
      if (count === 0) return `${heading}No rule speaks of this version.\n`
      const rows = result.conditions.map(({ ok, text, value, reason }) => [
        ok ? '✅ met' : '❌ not met',
        escapeMarkdown(text),
        escapeMarkdown([value, reason].filter((part) => part !== undefined).join('; ')),
      ])
      const summary = `${count - unmet(result.conditions)} of ${count} conditions are met.\n\n`
      return heading + summary + markdownTable(['', 'Condition', 'Found'], rows)
    })
    .join('\n')
}

function title({ reference, stage }: PolicyResult): string {
  return `${reference} to ${stage}`
}

function unmet(conditions: readonly ConditionResult[]): number {
  return conditions.filter(({ ok }) => !ok).length
}

// What XML 1.0 does not allow at all, escaped or not: controls, lone surrogates, two non-characters.
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // As they are, an attribute would turn them into blanks.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

function xml(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '\ufffd')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character)
}
