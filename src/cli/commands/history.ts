import type { Command } from 'commander'
import type { ModelRegistry } from '../../app'
import { parseReference } from '../../registry/reference'
import type { ModelHistoryEntry } from '../../registry/registry'
import type { Style } from '../answer'
import { table } from '../print'
import type { Answering } from '../program'
import { requireModel, requireVersion } from '../reference'

export function addHistory(program: Command, answering: Answering): void {
  program
    .command('history')
    .description('Show who did what, when and why, newest first.')
    .argument('[reference]', 'a model, or one of its versions; all models by default')
    .action((reference: string | undefined) =>
      answering(async (context) => {
        const registry = await context.open({ readOnly: true })
        const entries = entriesOf(registry, reference)
        return { json: entries, text: (style) => historyTable(entries, style) }
      }),
    )
}

function entriesOf(registry: ModelRegistry, reference?: string): readonly ModelHistoryEntry[] {
  if (reference === undefined) return registry.history()
  const { model, version, label } = parseReference(reference)
  if (version === undefined && label === undefined) {
    const entries = registry.history(model)
    // A model in the trash has a history, too; what is not there at all has none.
    if (entries.length === 0) requireModel(registry, model)
    return entries
  }
  const { id } = requireVersion(registry, reference)
  return registry.history(model).filter(({ versionId }) => versionId === id)
}

function historyTable(entries: readonly ModelHistoryEntry[], style: Style): string {
  if (entries.length === 0) return ''
  const rows = entries.map(({ at, actor, agent, model, version, action, from, to, note }) => [
    at,
    agent === undefined ? actor : `${actor} (${agent})`,
    version === undefined ? model : `${model}:${version}`,
    action,
    [from, to].filter((stage) => stage !== undefined).join(' → '),
    note ?? '',
  ])
  return table(['TIME', 'ACTOR', 'SUBJECT', 'ACTION', 'CHANGE', 'NOTE'], rows, style)
}
