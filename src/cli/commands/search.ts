import type { Command } from 'commander'
import type { Answering } from '../program'
import { versionTable } from './list'

export function addSearch(program: Command, answering: Answering): void {
  program
    .command('search')
    .description(
      "Find versions by a filter: metrics.accuracy >= 0.9 AND stage = 'staging' ORDER BY created_at DESC LIMIT 5",
    )
    .argument('<filter...>', 'conditions with AND, OR, NOT, LIKE, IN; ORDER BY and LIMIT')
    .action((words: readonly string[]) =>
      answering(async (context) => {
        const registry = await context.open({ readOnly: true })
        const versions = registry.search(words.join(' '))
        return { json: versions, text: (style) => versionTable(versions, style, new Date()) }
      }),
    )
}
