import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { withTemporary, renameRetried, writeFlushed, flushFolder } from './base/durable'
import { AppError, systemCode } from './base/errors'
import { hasMarkers } from './database/documentText'
import { mergeConflicted, mergeTexts, type MergedText } from './database/mergeTexts'
import { runGit } from './harvest/gitCommand'
import type { MergeResult } from './registry/merge'

/** As much as a document may have, in bytes. */
const MAX_DOCUMENT = 512 * 1024 * 1024

/**
 * Merges three files as git's merge driver does, `%O %A %B`, and leaves the result in ours.
 * @param name What to call the document: git gives its driver copies with names of their own.
 * @throws AppError `corrupt`, `notFound`; then ours is as it was.
 */
export async function mergeFiles(
  base: string,
  ours: string,
  theirs: string,
  name = ours,
): Promise<MergeResult> {
  const [baseText, ourText, theirText] = await Promise.all([
    readText(base),
    readText(ours),
    readText(theirs),
  ])
  const { text, result } = mergeTexts(baseText, ourText, theirText, name)
  await writeFile(ours, text)
  return result
}

/**
 * Resolves a document that git left in conflict: from the three stages of git's index where they are, else from the
 * markers in the text.
 * @throws AppError `invalid` where the file has no conflict that can be resolved by meaning.
 */
export async function resolveConflict(file: string): Promise<MergeResult> {
  const path = resolve(file)
  const merged =
    mergeStages(await indexStages(path), path) ?? mergeConflicted(await readText(path), path)
  if (!merged) {
    throw new AppError(
      'invalid',
      `${path} is in no conflict that can be told apart: git's index holds no two sides of it, and its text no whole markers. Take one side with "git checkout --ours" or "--theirs".`,
    )
  }
  await replace(path, merged.text)
  await runGit(dirname(path), ['add', '--', basename(path)])
  return merged.result
}

/**
 * Paths of the documents in a folder that git left in conflict and nobody has worked on since: with its markers in them,
 * deleted on one side only, or still as our side has them.
 */
export async function listConflicts(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const { path, text, stages } of await unmerged(folder)) {
    if (text === undefined) continue
    const { ours, theirs } = stages
    if (ours === undefined || theirs === undefined || text === ours || hasMarkers(text)) {
      found.push(path)
    }
  }
  return found
}

/** Takes documents out of git's index that both sides have removed, each by renaming the model to a name of its own. */
export async function settleDeleted(folder: string): Promise<void> {
  for (const { path, text, stages } of await unmerged(folder)) {
    if (text !== undefined || stages.ours !== undefined || stages.theirs !== undefined) continue
    await runGit(folder, ['rm', '--quiet', '--cached', '--', basename(path)])
  }
}

interface Unmerged {
  readonly path: string
  /** `undefined` where there is no file. */
  readonly text: string | undefined
  readonly stages: Stages
}

async function unmerged(folder: string): Promise<Unmerged[]> {
  const output = await runGit(folder, ['ls-files', '--unmerged', '-z', '--', ':(glob)*.json'])
  const lines = output?.code === 0 ? output.stdout.toString().split('\0') : []
  const names = new Set(lines.flatMap((line) => /\t([^./][^/]*)$/.exec(line)?.[1] ?? []))
  return Promise.all(
    [...names].map(async (name) => {
      const path = join(folder, name)
      return { path, text: await readOrNothing(path), stages: await indexStages(path) }
    }),
  )
}

interface Stages {
  readonly base: string | undefined
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

/** Stages 1, 2 and 3 of the index are base, ours and theirs (git-ls-files(1), `--unmerged`). */
async function indexStages(path: string): Promise<Stages> {
  const [base, ours, theirs] = await Promise.all(
    [1, 2, 3].map(async (stage) => {
      const output = await runGit(dirname(path), ['show', `:${stage}:./${basename(path)}`], {
        maxOutput: MAX_DOCUMENT,
      })
      return output?.code === 0 ? output.stdout.toString() : undefined
    }),
  )
  return { base, ours, theirs }
}

/** A model that one side deleted and the other changed stays: nothing is lost by a merge. */
function mergeStages({ base, ours, theirs }: Stages, path: string): MergedText | undefined {
  if (ours !== undefined && theirs !== undefined) return mergeTexts(base, ours, theirs, path)
  const kept = ours ?? theirs
  if (kept === undefined) return undefined
  // Where both sides renamed one model, git has its markers in the index, too.
  const { text, result } = mergeConflicted(kept, path) ?? mergeTexts(undefined, kept, kept, path)
  const [keeper, other] = ours === undefined ? ['Their', 'our'] : ['Our', 'their']
  const note = `${keeper} side has ${basename(path)}, and ${other} side does not: it is kept.`
  return { text, result: { ...result, notes: [...result.notes, note] } }
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), '.tmp')
  await mkdir(temporary, { recursive: true })
  await withTemporary(temporary, 'json', async (name) => {
    await writeFlushed(name, text)
    await renameRetried(name, path)
  })
  await flushFolder(dirname(path))
}

async function readText(path: string): Promise<string> {
  const text = await readOrNothing(path)
  if (text === undefined) throw new AppError('notFound', `${path} does not exist.`)
  return text
}

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
