import type { Command } from 'commander'
import type { Answering } from '../program'
import { requireModel } from '../reference'
import { modelJson } from './list'

export function addRename(program: Command, answering: Answering): void {
  program
    .command('rename')
    .description('Give a model another name; its artifacts move along.')
    .argument('<model>', 'the model')
    .argument('<name>', 'its new name')
    .action((name: string, to: string) =>
      answering(async (context) => {
        const registry = await context.open()
        requireModel(registry, name)
        const renamed = await registry.renameModel(name, to)
        return { json: modelJson(renamed), text: () => `${name} is named ${renamed.name} now.` }
      }),
    )
}
