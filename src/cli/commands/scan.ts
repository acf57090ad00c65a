import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { scan } from '../../app'
import { AppError, isAppError } from '../../base/errors'
import { escapeText, plural } from '../../base/text'
import { worstVerdict, type ScanFinding, type ScanReport } from '../../registry/scan'
import { toSarif } from '../../security/sarif'
import type { Answer, Style } from '../answer'
import type { CommandContext } from '../context'
import { collect } from '../flags'
import type { Answering } from '../program'
import { placeOf } from './inspect'

interface ScanFlags {
  readonly allow?: readonly string[]
  readonly sarif?: boolean | string
}

interface Result extends ScanReport {
  readonly path: string
}

export function addScan(program: Command, answering: Answering): void {
  program
    .command('scan')
    .description(
      'Say how far model files and folders can be trusted; exits with 1 for dangerous ones.',
    )
    .argument('<paths...>', 'files and folders, or references of registered versions')
    .option('--allow <module.name>', 'a name that you vetted; can be repeated', collect)
    .option('--sarif [file]', 'SARIF 2.1.0 on stdout, or in a file')
    .action((paths: readonly string[], flags: ScanFlags) =>
      answering(async (context) => {
        const results = await context.interruptible(async ({ signal }) => {
          const found: Result[] = []
          for (const path of paths) {
            found.push({ path, ...(await scanOne(context, path, flags.allow ?? [], signal)) })
          }
          return found
        })
        return answer(context, results, flags)
      }),
    )
}

/** What can't be read is a result, too: nothing is known of it, so it is not clean. */
async function scanOne(
  context: CommandContext,
  path: string,
  allow: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ScanReport> {
  try {
    return await scan(await placeOf(context, path), { allow, ...(signal ? { signal } : {}) })
  } catch (error) {
    if (!isAppError(error) || error.code === 'cancelled') throw error
    const finding: ScanFinding = {
      rule: 'file/unreadable',
      severity: 'medium',
      message: error.message,
    }
    return { verdict: 'incomplete', findings: [finding], rules: '' }
  }
}

async function answer(
  context: CommandContext,
  results: readonly Result[],
  { sarif }: ScanFlags,
): Promise<Answer> {
  const verdict = worstVerdict(results.map((result) => result.verdict))
  const exitCode = verdict === 'dangerous' ? 1 : 0
  const json = { verdict, results }
  if (sarif === undefined) {
    return {
      json,
      exitCode,
      text: (style) => results.map((result) => resultText(result, style)).join('\n'),
    }
  }
  const document = toSarif(results)
  if (sarif === true)
    return { json: document, exitCode, text: () => JSON.stringify(document, null, 2) }
  if (typeof sarif !== 'string') throw new AppError('invalid', '--sarif takes a file, or nothing.')
  const file = context.path(sarif)
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`)
  context.note(`Wrote ${file}.`)
  return {
    json,
    exitCode,
    text: (style) => results.map((result) => resultText(result, style)).join('\n'),
  }
}

function resultText({ path, verdict, findings, note }: Result, style: Style): string {
  const head = `${style.bold(verdict)}  ${escapeText(path)}${note === undefined ? '' : ` (${note})`}`
  const lines = findings.map(({ severity, rule, message, member, offset, evidence }) => {
    const place = [member, offset === undefined ? undefined : `offset ${offset}`]
      .filter(Boolean)
      .join(', ')
    const shown = evidence === undefined ? '' : `\n      ${escapeText(evidence)}`
    return `  ${severity} ${rule}${place === '' ? '' : ` (${escapeText(place)})`}: ${escapeText(message, 500)}${shown}`
  })
  return [
    head,
    ...lines,
    ...(findings.length > 0 ? [`  ${plural(findings.length, 'finding')}`] : []),
  ].join('\n')
}
