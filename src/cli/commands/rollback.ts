import type { Command } from 'commander'
import { given } from '../flags'
import type { Answering } from '../program'
import { requireModel } from '../reference'

export function addRollback(program: Command, answering: Answering): void {
  program
    .command('rollback')
    .description('Put the previous production version of a model back, its content checked first.')
    .argument('<model>', 'name of the model')
    .option('--to <version>', 'an earlier production version in place of the last one')
    .option('--note <text>', 'why, for the history')
    .action((name: string, flags: { readonly to?: string; readonly note?: string }) =>
      answering(async (context) => {
        const registry = await context.open()
        const before = requireModel(registry, name).productionVersion
        const version = await context.interruptible((options) =>
          registry.rollback(name, {
            ...options,
            ...given({ note: flags.note, version: flags.to }),
          }),
        )
        const archived = before ? ` ${before.fullName} was archived.` : ''
        return {
          json: version,
          text: () => `${version.fullName} is in production again.${archived}`,
        }
      }),
    )
}
