import type { Command } from 'commander'
import type { ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import { listing } from '../../base/text'
import { parseReference } from '../../registry/reference'
import { given } from '../flags'
import type { Answering } from '../program'
import { requireModel, requireVersion } from '../reference'

export function addDelete(program: Command, answering: Answering): void {
  program
    .command('delete')
    .description('Move a version, or a model with all its versions, to the trash.')
    .argument(
      '<reference>',
      'model:version, model@stage or model@alias; a model alone is all of it',
    )
    .option('--note <text>', 'why, for the history')
    .action((reference: string, { note }: { readonly note?: string }) =>
      answering(async (context) => {
        const registry = await context.open()
        const deleted = await remove(registry, reference, given({ note }))
        return { json: { deleted }, text: () => deletedText(deleted) }
      }),
    )
}

async function remove(
  registry: ModelRegistry,
  reference: string,
  options: { readonly note?: string },
): Promise<readonly string[]> {
  const { model, version, label } = parseReference(reference)
  if (version === undefined && label === undefined) {
    const { name, versions } = requireModel(registry, model)
    if (!(await registry.deleteModel(name, options))) throw vanished(reference)
    return versions.length === 0 ? [name] : versions.map(({ fullName }) => fullName)
  }
  const found = requireVersion(registry, reference)
  if (!(await registry.deleteVersion(found.model, found.version, options)))
    throw vanished(reference)
  return [found.fullName]
}

function vanished(reference: string): AppError {
  return new AppError('notFound', `${reference} was deleted by somebody else meanwhile.`)
}

function deletedText(deleted: readonly string[]): string {
  const [first = ''] = deleted
  return `Moved ${listing(deleted)} to the trash; "model-registry restore ${first}" brings ${deleted.length === 1 ? 'it' : 'one'} back.`
}
