import type { Command } from 'commander'
import { AppError } from '../../base/errors'
import type { RepairCase } from '../../registry/repair'
import type { Style } from '../answer'
import { table } from '../print'
import type { Answering } from '../program'
import { requireVersion } from '../reference'

interface RepairFlags {
  readonly recover?: boolean
  readonly relink?: string
  readonly forget?: boolean
}

export function addRepair(program: Command, answering: Answering): void {
  program
    .command('repair')
    .description('Say what is broken and what can be done, or do one of it.')
    .argument('[reference]', 'a model with a broken document, or a version with a broken artifact')
    .option('--recover', 'put the last good copy in the place of a document that is broken or gone')
    .option('--relink <path>', 'bring the artifact back from a file or folder with its content')
    .option('--forget', 'take a version whose artifact is lost out of the document')
    .action((reference: string | undefined, flags: RepairFlags) =>
      answering(async (context) => {
        const { recover, relink, forget } = flags
        const asked = [recover, relink, forget].filter((flag) => flag !== undefined).length
        const registry = await context.open({ isAnonymous: asked === 0 })
        if (asked === 0) {
          const cases = (await registry.listRepairs()).filter(
            ({ model, version }) =>
              reference === undefined || [model, `${model}:${version}`].includes(reference),
          )
          return { json: { cases }, text: (style) => casesText(cases, style) }
        }
        if (reference === undefined || asked > 1) {
          throw new AppError(
            'invalid',
            'Name what shall be repaired, and one of --recover, --relink PATH and --forget.',
          )
        }
        if (recover) {
          const kept = await registry.recoverDocument(reference)
          return {
            json: { recovered: reference, kept: kept ?? null },
            text: () =>
              `The last good copy of ${reference} is in place${kept === undefined ? '' : `; the broken one is ${kept}`}.`,
          }
        }
        const { model, version, fullName } = requireVersion(registry, reference)
        if (relink !== undefined) {
          const back = await context.interruptible((options) =>
            registry.relinkArtifact(model, version, context.path(relink), options),
          )
          return { json: back, text: () => `${fullName} has its artifact back.` }
        }
        await context.interruptible((options) => registry.forgetVersion(model, version, options))
        return { json: { forgotten: [fullName] }, text: () => `${fullName} is forgotten.` }
      }),
    )
}

function casesText(cases: readonly RepairCase[], style: Style): string {
  if (cases.length === 0)
    return 'Nothing is known to be broken; "model-registry verify" reads everything.'
  const rows = cases.map(({ model, version, problem, actions }) => [
    version === undefined ? model : `${model}:${version}`,
    actions.map((action) => `--${action}`).join(', '),
    problem,
  ])
  return table(['WHAT', 'CAN BE DONE', 'PROBLEM'], rows, style)
}
