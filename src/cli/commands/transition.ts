import type { Command } from 'commander'
import type { ModelRegistry } from '../../app'
import type { ModelVersion } from '../../registry/model'
import { STAGES } from '../../registry/stage'
import { given } from '../flags'
import type { Answering } from '../program'
import { requireVersion } from '../reference'

export function addTransition(program: Command, answering: Answering): void {
  program
    .command('transition')
    .description('Move a version to a stage; production archives the version that was there.')
    .argument('<reference>', 'model:version, model@stage, model@alias, or a model for its latest')
    .argument('<stage>', STAGES.join(', '))
    .option('--note <text>', 'why, for the history')
    .action((reference: string, stage: string, { note }: { readonly note?: string }) =>
      answering(async (context) => {
        const registry = await context.open()
        const before = requireVersion(registry, reference)
        const version = await registry.transitionStage(
          before.model,
          before.version,
          stage,
          given({ note }),
        )
        return { json: version, text: () => movedText(registry, before, version) }
      }),
    )
}

function movedText(registry: ModelRegistry, before: ModelVersion, after: ModelVersion): string {
  if (before.stage === after.stage) return `${after.fullName} is in ${after.stage} already.`
  const entry = registry.history(after.model).find(({ versionId }) => versionId === after.id)
  const archived =
    entry?.demoted === undefined ? '' : ` ${after.model}:${entry.demoted} was archived.`
  return `${after.fullName} is in ${after.stage} now.${archived}`
}
