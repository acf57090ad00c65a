import type { Command } from 'commander'
import { AppError } from '../../base/errors'
import { FRAMEWORKS } from '../../registry/framework'
import { collect, given, parseValues, type ValueFlags } from '../flags'
import type { Answering } from '../program'
import { requireVersion } from '../reference'

interface UpdateFlags extends ValueFlags {
  readonly description?: string
  readonly framework?: string
  readonly note?: string
  readonly removeMetric?: readonly string[]
  readonly removeParam?: readonly string[]
  readonly removeTag?: readonly string[]
}

export function addUpdate(program: Command, answering: Answering): void {
  program
    .command('update')
    .description('Change what is said of a version; what is not named stays as it is.')
    .argument('<reference>', 'model:version, model@stage, model@alias, or a model for its latest')
    .option('--metric <name=number>', 'set a metric; can be repeated', collect)
    .option('--param <name=value>', 'set a parameter; can be repeated', collect)
    .option('--tag <name=value>', 'set a tag; can be repeated', collect)
    .option('--remove-metric <name>', 'take a metric away; can be repeated', collect)
    .option('--remove-param <name>', 'take a parameter away; can be repeated', collect)
    .option('--remove-tag <name>', 'take a tag away; can be repeated', collect)
    .option('--description <text>', 'what this version is')
    .option('--framework <framework>', FRAMEWORKS.join(', '))
    .option('--note <text>', 'why, for the history')
    .action((reference: string, flags: UpdateFlags) =>
      answering(async (context) => {
        const { description, framework, note } = flags
        const remove = given({
          metrics: flags.removeMetric,
          parameters: flags.removeParam,
          tags: flags.removeTag,
        })
        const changes = { ...parseValues(flags), ...given({ description, framework }) }
        if (Object.keys(changes).length + Object.keys(remove).length === 0) {
          throw new AppError('invalid', 'Name what shall change, such as --metric accuracy=0.94.')
        }
        const registry = await context.open()
        const { model, version } = requireVersion(registry, reference)
        const updated = await registry.updateVersion(model, version, {
          ...changes,
          remove,
          ...given({ note }),
        })
        return { json: updated, text: () => `Updated ${updated.fullName}.` }
      }),
    )
}
