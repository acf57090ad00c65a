import { dirname } from 'node:path'
import type { Command } from 'commander'
import { ModelStage } from '../../registry/stage'
import { given } from '../flags'
import type { Answering } from '../program'
import { requireModel } from '../reference'
import { runTasks } from '../tasks'

interface RollbackFlags {
  readonly to?: string
  readonly note?: string
  readonly runTasks?: boolean
  readonly override?: string
  readonly allowUnsafe?: string
}

export function addRollback(program: Command, answering: Answering): void {
  program
    .command('rollback')
    .description('Put the previous production version of a model back, its content checked first.')
    .argument('<model>', 'name of the model')
    .option('--to <version>', 'an earlier production version in place of the last one')
    .option('--note <text>', 'why, for the history')
    .option(
      '--run-tasks',
      'run the commands that the promotion rules name, if they are approved here',
    )
    .option('--override <reason>', 'go back though a promotion rule is not met; the reason is kept')
    .option(
      '--allow-unsafe <reason>',
      'go back though the scan calls it dangerous; the reason is kept',
    )
    .action((name: string, flags: RollbackFlags) =>
      answering(async (context) => {
        const registry = await context.open()
        const before = requireModel(registry, name).productionVersion
        const folder = dirname(await context.root())
        const version = await context.interruptible(async (options) => {
          const target = flags.to ?? registry.formerProduction(name)[0]?.version
          const required =
            target !== undefined && registry.getVersion(name, target)
              ? await registry.ruleTasks(name, target, ModelStage.production)
              : []
          const cancel = options.signal ? { signal: options.signal } : {}
          return registry.rollback(name, {
            ...options,
            tasks: await runTasks(required, { run: flags.runTasks ?? false, folder, ...cancel }),
            ...given({
              note: flags.note,
              version: target,
              overridePolicy: flags.override,
              allowUnsafe: flags.allowUnsafe,
            }),
          })
        })
        const archived = before ? ` ${before.fullName} was archived.` : ''
        return {
          json: version,
          text: () => `${version.fullName} is in production again.${archived}`,
        }
      }),
    )
}
