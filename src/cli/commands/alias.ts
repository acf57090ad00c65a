import type { Command } from 'commander'
import { AppError } from '../../base/errors'
import type { Answering } from '../program'
import { requireVersion } from '../reference'

export function addAlias(program: Command, answering: Answering): void {
  program
    .command('alias')
    .description('Make an alias point at a version, wherever it pointed before.')
    .argument('<reference>', 'model:version, model@stage, model@alias, or a model for its latest')
    .argument('<alias>', 'the alias, such as champion')
    .option('--remove', 'take the alias away from this version instead')
    .action((reference: string, alias: string, flags: { readonly remove?: boolean }) =>
      answering(async (context) => {
        const registry = await context.open()
        const { model, version, fullName, aliases } = requireVersion(registry, reference)
        if (!flags.remove) {
          const changed = await registry.setAlias(model, alias, version)
          return { json: changed, text: () => `${model}@${alias} is ${fullName} now.` }
        }
        if (!aliases.includes(alias)) {
          throw new AppError('notFound', `${fullName} has no alias ${alias}.`)
        }
        await registry.removeAlias(model, alias)
        return {
          json: registry.getVersion(model, version),
          text: () => `${fullName} has no alias ${alias} any more.`,
        }
      }),
    )
}
