import type { Command } from 'commander'
import { AppError } from '../../base/errors'
import { parseReference } from '../../registry/reference'
import type { Answering } from '../program'

export function addRestore(program: Command, answering: Answering): void {
  program
    .command('restore')
    .description(
      'Bring a version back from the trash; a former production version returns archived.',
    )
    .argument('<reference>', 'model:version')
    .action((reference: string) =>
      answering(async (context) => {
        const { model, version } = parseReference(reference)
        if (version === undefined) {
          throw new AppError('invalid', `Name the version as well: ${model}:version.`)
        }
        const registry = await context.open()
        const back = await registry.restoreVersion(model, version)
        return { json: back, text: () => `${back.fullName} is back, in ${back.stage}.` }
      }),
    )
}
