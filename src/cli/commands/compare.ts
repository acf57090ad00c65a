import { Option, type Command } from 'commander'
import { compareModels, type ModelComparison, type ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import { escapeText, plural } from '../../base/text'
import { compareVersions, onlyDifferences } from '../../registry/compare'
import type { Comparison, ComparisonCell } from '../../registry/compare'
import {
  comparisonToCsv,
  comparisonToMarkdown,
  printDifference,
} from '../../registry/compareExport'
import type { ModelVersion } from '../../registry/model'
import type { Style } from '../answer'
import { table } from '../print'
import type { Answering } from '../program'
import { requireVersion } from '../reference'
import { placeOf } from './inspect'

interface CompareFlags {
  readonly structure?: boolean
  readonly content?: boolean
  readonly differences?: boolean
  readonly baseline?: string
  readonly format: 'text' | 'markdown' | 'csv'
}

export function addCompare(program: Command, answering: Answering): void {
  program
    .command('compare')
    .description('Put two to eight versions side by side, or the structure of two models.')
    .argument('<references...>', 'versions; with --structure also two files or folders')
    .option('--structure', 'tensors, inputs and outputs, hyperparameters of two models')
    .option('--content', 'with --structure: read the tensors, and say whose values differ')
    .option('--differences', 'only what differs')
    .option(
      '--baseline <reference>',
      'the version that differences are taken from; the first by default',
    )
    .addOption(
      new Option('--format <format>', 'how it is written')
        .choices(['text', 'markdown', 'csv'])
        .default('text'),
    )
    .action((references: readonly string[], flags: CompareFlags) =>
      answering(async (context) => {
        if (flags.structure) {
          const [before, after, ...others] = await Promise.all(
            references.map((reference) => placeOf(context, reference)),
          )
          if (before === undefined || after === undefined || others.length > 0) {
            throw new AppError('invalid', '--structure compares two models: name two.')
          }
          const comparison = await context.interruptible((options) =>
            compareModels(before, after, {
              content: flags.content ?? false,
              ...options,
            }),
          )
          return { json: comparison, text: () => structureText(comparison, references) }
        }
        const registry = await context.open({ readOnly: true })
        const versions = references.map((reference) => requireVersion(registry, reference))
        const whole = compareVersions(versions, {
          baseline: placeIn(versions, flags.baseline, registry),
        })
        const comparison = flags.differences ? onlyDifferences(whole) : whole
        return {
          json: comparison,
          text: (style) => {
            if (flags.format === 'markdown') return comparisonToMarkdown(comparison).trimEnd()
            if (flags.format === 'csv') return comparisonToCsv(comparison).trimEnd()
            return comparisonText(comparison, versions, style)
          },
        }
      }),
    )
}

/** @throws AppError `invalid` where the baseline is none of the compared versions. */
function placeIn(
  versions: readonly ModelVersion[],
  baseline: string | undefined,
  registry: ModelRegistry,
): number {
  if (baseline === undefined) return 0
  const { id, fullName } = requireVersion(registry, baseline)
  const place = versions.findIndex((version) => version.id === id)
  if (place >= 0) return place
  throw new AppError('invalid', `${fullName} is not one of the compared versions.`)
}

function comparisonText(
  { sections, baseline }: Comparison,
  versions: readonly ModelVersion[],
  style: Style,
): string {
  const rows = sections.flatMap(({ kind, rows: section }) =>
    section.map(({ name, cells }) => [kind, name, ...cells.map((cell) => cellText(name, cell))]),
  )
  const head = versions.map(
    ({ fullName }, place) => fullName + (place === baseline ? ' (baseline)' : ''),
  )
  return `${table(['', '', ...head], rows, style)}\n* best`
}

/** As many digits of a digest as git shows of a commit; `--format` has it whole. */
const DIGITS = 12

function cellText(name: string, { text, isBest, difference }: ComparisonCell): string {
  if (text === undefined) return '–'
  const shown = name === 'sha256' ? text.slice(0, DIGITS) : text
  const mark = isBest ? ' *' : ''
  return shown + mark + (difference ? ` (${printDifference(difference)})` : '')
}

function contentLines(
  { changed, changedGroups, compared }: NonNullable<ModelComparison['tensors']['content']>,
  same: number,
): string[] {
  const unread = same - compared
  const of = plural(compared, 'tensor')
  return [
    ...(compared === 0
      ? []
      : changed.length === 0
        ? [`${of} with the same values.`]
        : [`${changed.length} of ${of} with other values: ${changedGroups.join(', ')}.`]),
    ...(unread > 0 ? [`The values of ${plural(unread, 'tensor')} could not be read.`] : []),
  ]
}

function structureText(
  { facts, tensors, inputs, outputs, hyperparameters, problems }: ModelComparison,
  [before = '', after = '']: readonly string[],
): string {
  const lines: string[] = []
  const say = (line: string): void => void lines.push(escapeText(line, 500))
  for (const problem of problems.before) say(`${before} is damaged: ${problem}`)
  for (const problem of problems.after) say(`${after} is damaged: ${problem}`)
  for (const { name, before, after } of facts) say(`${name}: ${before ?? '–'} → ${after ?? '–'}`)
  for (const { name, shape } of tensors.added) say(`+ ${name} [${shape.join(', ')}]`)
  for (const { name, shape } of tensors.removed) say(`- ${name} [${shape.join(', ')}]`)
  for (const { name, before, after } of [...tensors.reshaped, ...tensors.retyped]) {
    say(
      `~ ${name}: ${before.dtype} [${before.shape.join(', ')}] → ${after.dtype} [${after.shape.join(', ')}]`,
    )
  }
  for (const { name, before, after } of hyperparameters) {
    say(`${name}: ${String(before ?? '–')} → ${String(after ?? '–')}`)
  }
  if (tensors.content) {
    for (const line of contentLines(tensors.content, tensors.same)) say(line)
  }
  say(`${plural(tensors.same, 'tensor')} with the same name, shape and type.`)
  for (const [what, { compatible }] of [
    ['Inputs', inputs],
    ['Outputs', outputs],
  ] as const) {
    if (compatible !== undefined)
      say(`${what} are ${compatible ? 'compatible' : 'not compatible'}.`)
  }
  return lines.join('\n')
}
