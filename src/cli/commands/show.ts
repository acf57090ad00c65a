import type { Command } from 'commander'
import { versionText } from '../print'
import type { Answering } from '../program'
import { requireVersion } from '../reference'

export function addShow(program: Command, answering: Answering): void {
  program
    .command('show')
    .description('Show everything about a version.')
    .argument('<reference>', 'model:version, model@stage, model@alias, or a model for its latest')
    .action((reference: string) =>
      answering(async (context) => {
        const version = requireVersion(await context.open({ readOnly: true }), reference)
        return { json: version, text: (style) => versionText(version, style, new Date()) }
      }),
    )
}
