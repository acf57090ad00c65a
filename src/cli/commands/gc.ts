import type { Command } from 'commander'
import { AppError } from '../../base/errors'
import { escapeText, formatBytes, plural } from '../../base/text'
import type { CollectReport } from '../../registry/collect'
import type { Answering } from '../program'

interface CollectFlags {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly unlisted?: boolean
  readonly retentionDays?: string
}

export function addGc(program: Command, answering: Answering): void {
  program
    .command('gc')
    .description('Remove for good what is past its retention in the trash, and stale temporaries.')
    .option('--dry-run', 'only say what would go (the default without --yes)')
    .option('--yes', 'do it')
    .option('--unlisted', 'move artifacts that no document here names into the trash, too')
    .option('--retention-days <days>', 'how long the trash keeps things; 30 by default')
    .action((flags: CollectFlags) =>
      answering(async (context) => {
        const dryRun = flags.dryRun === true || flags.yes !== true
        const registry = await context.open({ readOnly: dryRun })
        const report = await registry.gc({
          dryRun,
          unlisted: flags.unlisted ?? false,
          ...(flags.retentionDays === undefined
            ? {}
            : { retentionDays: days(flags.retentionDays) }),
        })
        return { json: { ...report, dryRun }, text: () => reportText(report, dryRun) }
      }),
    )
}

function days(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new AppError(
    'invalid',
    `--retention-days is ${JSON.stringify(text)}, not a number of days.`,
  )
}

function reportText(
  { freed, removed, kept, branches, skipped }: CollectReport,
  dryRun: boolean,
): string {
  const unlisted = kept.filter((path) => branches[path] === undefined)
  const used = Object.entries(branches)
  const lines = removed.map((path) => `  ${path}`)
  const head =
    removed.length === 0
      ? 'Nothing can go.'
      : dryRun
        ? `${plural(removed.length, 'item')} would be removed, ${formatBytes(freed)} freed; --yes does it:`
        : `${plural(removed.length, 'item')} removed, ${formatBytes(freed)} freed:`
  return [
    head,
    ...lines,
    ...(unlisted.length === 0
      ? []
      : [
          "No document here names these artifacts, perhaps another branch's does (--unlisted moves them to the trash):",
          ...unlisted.map((path) => `  ${path}`),
        ]),
    ...(used.length === 0
      ? []
      : [
          'These stay, because a version on another branch uses them:',
          ...used.map(([path, branch]) => `  ${path} (${escapeText(branch)})`),
        ]),
    ...skipped.map((name) => `The document of ${name} is broken, so nothing of it was looked at.`),
  ].join('\n')
}
