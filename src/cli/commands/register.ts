import { dirname } from 'node:path'
import type { Command } from 'commander'
import { formatBytes, listing } from '../../base/text'
import { FRAMEWORKS } from '../../registry/framework'
import type { ModelVersion } from '../../registry/model'
import { sourceOf } from '../../registry/source'
import { STAGES } from '../../registry/stage'
import type { CommandContext } from '../context'
import { collect, given, parseValues, type ValueFlags } from '../flags'
import type { Answering } from '../program'

interface RegisterFlags extends ValueFlags {
  readonly name: string
  readonly version?: string
  readonly stage?: string
  readonly framework?: string
  readonly description?: string
  readonly alias?: string
  readonly note?: string
  readonly follow?: boolean
}

export function addRegister(program: Command, answering: Answering): void {
  program
    .command('register')
    .description('Register a file, a folder, or the parts of one model as a new version.')
    .argument('<paths...>', 'the file or folder; several are the parts of one model')
    .requiredOption('--name <model>', 'the model; a new one is made where there is none')
    .option('--version <version>', 'the version; the next patch by default')
    .option('--stage <stage>', STAGES.join(', '))
    .option('--framework <framework>', FRAMEWORKS.join(', '))
    .option('--metric <name=number>', 'a metric; can be repeated', collect)
    .option('--param <name=value>', 'a parameter; can be repeated', collect)
    .option('--tag <name=value>', 'a tag; can be repeated', collect)
    .option('--description <text>', 'what this version is')
    .option('--alias <alias>', 'an alias that shall point at this version')
    .option('--note <text>', 'why, for the history')
    .option('--follow', 'register what links out of the workspace point at')
    .action((paths: readonly string[], flags: RegisterFlags) =>
      answering(async (context) => {
        const version = await register(context, paths, flags)
        return { json: version, text: () => registeredText(version) }
      }),
    )
}

async function register(
  context: CommandContext,
  names: readonly string[],
  flags: RegisterFlags,
): Promise<ModelVersion> {
  const { name, version, stage, framework, description, alias, note, follow = false } = flags
  const values = parseValues(flags)
  const paths = names.map((path) => context.path(path))
  const root = await context.root()
  const isNew = await context.isNew()
  const registry = await context.open()
  const registered = await context.interruptible((options) =>
    registry.register(
      {
        name,
        artifact: { paths, follow },
        source: sourceOf(paths, dirname(root)),
        ...values,
        ...given({ version, stage, framework, description, alias, note }),
      },
      options,
    ),
  )
  if (isNew) context.note(`Created ${root}.`)
  return registered
}

function registeredText({ fullName, stage, aliases, artifact }: ModelVersion): string {
  const alias = aliases.length > 0 ? `, alias ${listing(aliases)}` : ''
  const size = artifact ? `, ${formatBytes(artifact.size)}` : ''
  return `Registered ${fullName} (${stage}${alias}${size}).`
}
