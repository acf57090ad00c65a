import { dirname } from 'node:path'
import type { Command } from 'commander'
import { isAppError } from '../../base/errors'
import { formatBytes, listing, plural } from '../../base/text'
import { readDatasets } from '../../datasets'
import { isCertain, type HarvestedValue } from '../../harvest/harvester'
import { readOrigin, warningsOf, withOrigin, type Origin, type OriginOptions } from '../../origin'
import { wholeModelOf, type WholeModel } from '../../parts'
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
  readonly harvest: boolean
  readonly git: boolean
  readonly patch?: boolean
  readonly dataset?: readonly string[]
  readonly strict?: boolean
  readonly allowUnsafe?: string
  readonly override?: string
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
    .option('--no-harvest', 'do not read metrics and parameters that the training run left behind')
    .option('--no-git', 'do not read which code is checked out')
    .option('--dataset <path>', 'data that it was made from, by content; can be repeated', collect)
    .option('--patch', 'keep the changes that are not committed beside the version')
    .option('--allow-unsafe <reason>', 'register what the scan calls dangerous; the reason is kept')
    .option(
      '--override <reason>',
      'with --stage: register it there though a promotion rule is not met; the reason is kept',
    )
    .option('--strict', 'refuse content that is damaged, mislabelled or of no known format')
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
  let whole: WholeModel | undefined
  const registered = await context.interruptible(async (options) => {
    const [only, ...others] = paths
    if (only !== undefined && others.length === 0) whole = await wholeModelOf(only, options)
    if (whole) context.note(`${whole.sentence} ${HOW_WHOLE}`)
    const workspace = dirname(root)
    const { harvest, git, patch = false } = flags
    const cancel = options.signal ? { signal: options.signal } : {}
    const interpreter = process.env['VIRTUAL_ENV'] ?? process.env['CONDA_PREFIX']
    const origin = await originOf(paths, {
      workspace,
      harvest,
      git,
      patch,
      ...cancel,
      ...given({ interpreter }),
    })
    for (const { file, key, reason } of origin.harvest?.refused ?? []) {
      context.note(`Not taken: ${key === undefined ? file : `${file}, ${key}`}: ${reason}`)
    }
    for (const line of leftOut(origin.harvest?.values ?? [])) context.note(line)
    const datasets = await readDatasets(
      (flags.dataset ?? []).map((path) => context.path(path)),
      workspace,
      options,
    )
    const request = {
      name,
      artifact: { paths, follow },
      ...values,
      ...(datasets.length > 0 ? { source: { datasets } } : {}),
      ...given({ version, stage, framework, description, alias, note }),
    }
    return registry.register(withOrigin(request, origin), {
      ...options,
      strict: flags.strict ?? false,
      ...given({ allowUnsafe: flags.allowUnsafe, overridePolicy: flags.override }),
    })
  })
  if (registered.inspection) {
    const { findings } = registered.inspection
    // Parts that lie beside the file are missing from the copy only, and were spoken of.
    const others = whole ? findings.filter(({ rule }) => rule !== 'missing-part') : findings
    for (const warning of warningsOf({ ...registered.inspection, findings: others })) {
      context.note(warning)
    }
  }
  for (const line of scanWarnings(registered)) context.note(line)
  if (isNew) context.note(`Created ${root}.`)
  return registered
}

/** How the whole of a model is named: the command never asks. */
const HOW_WHOLE = 'Alone it can not be loaded: give every part, or the folder that they are in.'

/** What is not clean passes, and is said. */
function scanWarnings({ scan, fullName }: ModelVersion): readonly string[] {
  if (!scan || scan.verdict === 'clean') return []
  const [first] = scan.findings
  return [`The scan of ${fullName} says "${scan.verdict}"${first ? `: ${first.message}` : '.'}`]
}

/** One line for each file with values that are probably another training's, or another model's. */
function leftOut(values: readonly HarvestedValue[]): readonly string[] {
  const files = new Map<string, { count: number; why: string }>()
  for (const value of values) {
    if (isCertain(value)) continue
    const why = value.stale
      ? 'is older than the model or of another commit'
      : 'stands beside several models'
    files.set(value.file, { count: (files.get(value.file)?.count ?? 0) + 1, why })
  }
  return [...files].map(
    ([file, { count, why }]) =>
      `Not taken: ${plural(count, 'value')} of ${file}, which ${why}; give them with --metric and --param.`,
  )
}

/** What can't be looked at is refused by the registry, with a better sentence than the harvest has. */
async function originOf(paths: readonly string[], options: OriginOptions): Promise<Origin> {
  try {
    return await readOrigin(paths, options)
  } catch (error) {
    if (!isAppError(error) || error.code === 'cancelled') throw error
    return { paths, source: sourceOf(paths, options.workspace) }
  }
}

function registeredText({ fullName, stage, aliases, artifact }: ModelVersion): string {
  const alias = aliases.length > 0 ? `, alias ${listing(aliases)}` : ''
  const size = artifact ? `, ${formatBytes(artifact.size)}` : ''
  return `Registered ${fullName} (${stage}${alias}${size}).`
}
