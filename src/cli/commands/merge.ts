import { basename, dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../base/errors'
import { listConflicts, mergeFiles, resolveConflict, settleDeleted } from '../../conflicts'
import { installMergeDriver, userDataFolder } from '../../mergeDriver'
import type { MergeResult } from '../../registry/merge'
import type { Answer } from '../answer'
import type { CommandContext } from '../context'
import type { Answering } from '../program'

interface MergeFlags {
  readonly install?: boolean
  readonly resolve?: boolean | string
}

export function addMerge(program: Command, answering: Answering): void {
  program
    .command('merge')
    .description('Merge two documents of a model by meaning; usable as a git merge driver.')
    .argument('[base]', 'the last common state')
    .argument('[ours]', 'our state, which gets the result')
    .argument('[theirs]', 'their state')
    .argument('[name]', "the document's path in the repository, for what is said")
    .option('--install', 'make git use this for the documents of this repository')
    .option(
      '--resolve [file]',
      'resolve a document that git left in conflict; all of them by default',
    )
    .action(
      (
        base: string | undefined,
        ours: string | undefined,
        theirs: string | undefined,
        name: string | undefined,
        flags: MergeFlags,
      ) =>
        answering(async (context) => {
          if (flags.install) return install(context)
          if (flags.resolve !== undefined) return resolveAll(context, flags.resolve)
          if (base === undefined || ours === undefined || theirs === undefined) {
            throw new AppError(
              'invalid',
              'Name three files: BASE OURS THEIRS; or use --install or --resolve.',
            )
          }
          const result = await mergeFiles(
            context.path(base),
            context.path(ours),
            context.path(theirs),
            name,
          )
          return answer([[name ?? ours, result]])
        }),
    )
}

async function install(context: CommandContext): Promise<Answer> {
  const program = resolve(process.argv[1] ?? '')
  const { launcher } = await installMergeDriver(context.folder, userDataFolder(), [
    process.execPath,
    program,
  ])
  return {
    json: { launcher },
    text: () =>
      `git merges the model documents of this repository by meaning now, through ${launcher}.`,
  }
}

async function resolveAll(context: CommandContext, file: boolean | string): Promise<Answer> {
  if (typeof file === 'string') return resolveEach(context, [context.path(file)])
  const root = await context.root()
  const registry = await context.open({ readOnly: true })
  // Without git, or with an index that was cleared, the markers are all there is.
  const marked = registry
    .listBroken()
    .filter(({ error }) => /conflict markers/.test(error.message))
    .map(({ name }) => join(root, `${name}.json`))
  const answered = await resolveEach(context, [
    ...new Set([...marked, ...(await listConflicts(root))]),
  ])
  await settleDeleted(root)
  return answered
}

async function resolveEach(context: CommandContext, paths: readonly string[]): Promise<Answer> {
  const results: [string, MergeResult][] = []
  for (const path of paths) results.push([path, await resolveConflict(path)])
  // A version or a model that got another name has its artifact where the old one was.
  const root = await context.root()
  const own = paths.filter((path) => dirname(path) === root)
  if (own.length > 0) {
    const registry = await context.open({ isAnonymous: true })
    await registry.bringHome(own.map((path) => basename(path, '.json')))
  }
  return answer(results)
}

function answer(results: readonly (readonly [path: string, result: MergeResult])[]): Answer {
  const merged = results.map(([path, { document, notes, conflicts, renamed }]) => ({
    path,
    model: document.name,
    notes,
    conflicts,
    renamed,
  }))
  return {
    json: { merged },
    text: () =>
      merged.length === 0
        ? 'No document is in conflict.'
        : merged.map(({ path, notes }) => [`Merged ${path}.`, ...notes].join('\n')).join('\n'),
  }
}
