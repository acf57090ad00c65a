import { dirname } from 'node:path'
import type { Command } from 'commander'
import type { ModelRegistry } from '../../app'
import type { ModelVersion } from '../../registry/model'
import { STAGES } from '../../registry/stage'
import { given } from '../flags'
import type { Answering } from '../program'
import { requireVersion } from '../reference'
import { runTasks } from '../tasks'

interface TransitionFlags {
  readonly note?: string
  readonly runTasks?: boolean
  readonly override?: string
  readonly allowUnsafe?: string
}

export function addTransition(program: Command, answering: Answering): void {
  program
    .command('transition')
    .description('Move a version to a stage; production archives the version that was there.')
    .argument('<reference>', 'model:version, model@stage, model@alias, or a model for its latest')
    .argument('<stage>', STAGES.join(', '))
    .option('--note <text>', 'why, for the history')
    .option(
      '--run-tasks',
      'run the commands that the promotion rules name, if they are approved here',
    )
    .option('--override <reason>', 'move it though a promotion rule is not met; the reason is kept')
    .option(
      '--allow-unsafe <reason>',
      'move it though the scan calls it dangerous; the reason is kept',
    )
    .action((reference: string, stage: string, flags: TransitionFlags) =>
      answering(async (context) => {
        const registry = await context.open()
        const before = requireVersion(registry, reference)
        const folder = dirname(await context.root())
        const version = await context.interruptible(async (options) => {
          const tasks = await registry.ruleTasks(before.model, before.version, stage)
          const cancel = options.signal ? { signal: options.signal } : {}
          return registry.transitionStage(before.model, before.version, stage, {
            ...options,
            tasks: await runTasks(tasks, { run: flags.runTasks ?? false, folder, ...cancel }),
            ...given({
              note: flags.note,
              overridePolicy: flags.override,
              allowUnsafe: flags.allowUnsafe,
            }),
          })
        })
        return { json: version, text: () => movedText(registry, before, version) }
      }),
    )
}

function movedText(registry: ModelRegistry, before: ModelVersion, after: ModelVersion): string {
  if (before.stage === after.stage) return `${after.fullName} is in ${after.stage} already.`
  const entry = registry.history(after.model).find(({ versionId }) => versionId === after.id)
  const archived =
    entry?.demoted === undefined ? '' : ` ${after.model}:${entry.demoted} was archived.`
  return `${after.fullName} is in ${after.stage} now.${archived}`
}
