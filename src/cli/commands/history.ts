import type { Command } from 'commander'
import type { ModelRegistry } from '../../app'
import { parseReference } from '../../registry/reference'
import type { ModelHistoryEntry } from '../../registry/registry'
import { ModelStage } from '../../registry/stage'
import type { Answer, Style } from '../answer'
import { parseMoment } from '../moment'
import { table } from '../print'
import type { Answering } from '../program'
import { requireModel, requireVersion } from '../reference'

export function addHistory(program: Command, answering: Answering): void {
  program
    .command('history')
    .description('Show who did what, when and why, newest first.')
    .argument('[reference]', 'a model, or one of its versions; all models by default')
    .option(
      '--at <date>',
      'what stood where at that time, such as 2026-01-31 or 2026-01-31T12:00:00Z',
    )
    .action((reference: string | undefined, { at }: { readonly at?: string }) =>
      answering(async (context) => {
        const registry = await context.open({ readOnly: true })
        if (at !== undefined) return stagesAnswer(registry, parseMoment('--at', at), reference)
        const entries = entriesOf(registry, reference)
        return { json: entries, text: (style) => historyTable(entries, style) }
      }),
    )
}

function stagesAnswer(registry: ModelRegistry, at: Date, reference: string | undefined): Answer {
  const found = registry.asOf(at, reference)
  // A model that was deleted since was there; one that never was is no answer.
  if (reference !== undefined && found.length === 0) requireModel(registry, reference)
  const models = found.map(({ model, versions }) => ({
    model,
    at: at.toISOString(),
    production: versions.find(({ stage }) => stage === ModelStage.production)?.version ?? null,
    versions,
  }))
  return {
    json: models,
    text: (style) =>
      table(
        ['MODEL', 'VERSION', 'STAGE', 'SINCE'],
        models.flatMap(({ model, versions }) =>
          versions.map(({ version, stage, since }) => [model, version, stage, since]),
        ),
        style,
      ),
  }
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
