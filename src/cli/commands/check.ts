import { dirname } from 'node:path'
import { Option, type Command } from 'commander'
import { AppError } from '../../base/errors'
import type { PolicyResult } from '../../registry/policyCheck'
import { toJUnit, toPolicyMarkdown } from '../../registry/policyReport'
import { ModelStage, parseStage, STAGES } from '../../registry/stage'
import type { Style } from '../answer'
import { table } from '../print'
import type { Answering } from '../program'
import { requireVersion } from '../reference'
import { approveTasks, runTasks } from '../tasks'

interface CheckFlags {
  readonly stage: string
  readonly format: 'text' | 'junit' | 'markdown'
  readonly runTasks?: boolean
  readonly approveTasks?: boolean
}

export function addCheck(program: Command, answering: Answering): void {
  program
    .command('check')
    .description(
      'Check versions against the promotion rules of a stage; exits with 1 where one is unmet.',
    )
    .argument('[references...]', 'versions; the latest of every model by default')
    .option('--stage <stage>', STAGES.join(', '), ModelStage.production)
    .addOption(
      new Option('--format <format>', 'how the result is written')
        .choices(['text', 'junit', 'markdown'])
        .default('text'),
    )
    .option('--run-tasks', 'run the commands that the rules name, if they are approved here')
    .option(
      '--approve-tasks',
      'approve exactly the commands that the rules name now, on this machine',
    )
    .action((references: readonly string[], flags: CheckFlags) =>
      answering(async (context) => {
        const registry = await context.open({ readOnly: true })
        const stage = parseStage(flags.stage)
        const versions =
          references.length > 0
            ? references.map((reference) => requireVersion(registry, reference))
            : registry.listModels().flatMap(({ latestVersion }) => latestVersion ?? [])
        if (versions.length === 0) throw new AppError('notFound', 'There are no versions to check.')
        const folder = dirname(await context.root())
        const results = await context.interruptible(async (options) => {
          const found: PolicyResult[] = []
          for (const { model, version } of versions) {
            const tasks = await registry.ruleTasks(model, version, stage)
            if (flags.approveTasks) await approveTasks(tasks)
            const run = flags.runTasks ?? false
            const cancel = options.signal ? { signal: options.signal } : {}
            const outcomes = await runTasks(tasks, { run, folder, ...cancel })
            found.push(
              await registry.checkRules(model, version, stage, { ...options, tasks: outcomes }),
            )
          }
          return found
        })
        const ok = results.every((result) => result.ok)
        return {
          json: { ok, results },
          text: (style) => write(results, flags.format, style),
          exitCode: ok ? 0 : 1,
        }
      }),
    )
}

function write(
  results: readonly PolicyResult[],
  format: CheckFlags['format'],
  style: Style,
): string {
  if (format === 'junit') return toJUnit(results).trimEnd()
  if (format === 'markdown') return toPolicyMarkdown(results).trimEnd()
  const rows = results.flatMap(({ reference, stage, conditions }) =>
    conditions.length === 0
      ? [[reference, 'ok', `no rule of ${stage} speaks of it`, '']]
      : conditions.map(({ ok, text, value, reason }) => [
          reference,
          ok ? 'ok' : 'unmet',
          text,
          [value, reason].filter((part) => part !== undefined).join('; '),
        ]),
  )
  return table(['VERSION', 'RESULT', 'CONDITION', 'FOUND'], rows, style)
}
