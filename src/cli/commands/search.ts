import type { Command } from 'commander'
import { parseMoment } from '../moment'
import type { Answering } from '../program'
import { versionTable } from './list'

export function addSearch(program: Command, answering: Answering): void {
  program
    .command('search')
    .description(
      "Find versions by a filter: metrics.accuracy >= 0.9 AND stage = 'staging' ORDER BY created_at DESC LIMIT 5",
    )
    .argument('<filter...>', 'conditions with AND, OR, NOT, LIKE, IN; ORDER BY and LIMIT')
    .option('--as-of <date>', 'among the versions as they stood at that time')
    .action((words: readonly string[], { asOf }: { readonly asOf?: string }) =>
      answering(async (context) => {
        const registry = await context.open({ readOnly: true })
        const at = asOf === undefined ? undefined : parseMoment('--as-of', asOf)
        const versions = registry.search(words.join(' '), at ? { at } : {})
        return {
          json: versions,
          text: (style) =>
            versions.length === 0
              ? 'No version matches.'
              : versionTable(versions, style, at ?? new Date()),
        }
      }),
    )
}
