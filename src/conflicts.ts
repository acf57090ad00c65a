import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { withTemporary, renameRetried, writeFlushed, flushFolder } from './base/durable'
import { AppError, systemCode } from './base/errors'
import { mergeConflicted, mergeTexts, type MergedText } from './database/mergeTexts'
import { runGit } from './harvest/gitCommand'
import type { MergeResult } from './registry/merge'

/** As much as a document may have, in bytes. */
const MAX_DOCUMENT = 512 * 1024 * 1024

/**
 * Merges three files as git's merge driver does, `%O %A %B`, and leaves the result in ours.
 * @throws AppError `corrupt`, `notFound`; then ours is as it was.
 */
export async function mergeFiles(base: string, ours: string, theirs: string): Promise<MergeResult> {
  const [baseText, ourText, theirText] = await Promise.all([
    readText(base),
    readText(ours),
    readText(theirs),
  ])
  const { text, result } = mergeTexts(baseText, ourText, theirText, ours)
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
  const merged = (await fromIndex(path)) ?? mergeConflicted(await readText(path), path)
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

/** Stages 1, 2 and 3 of the index are base, ours and theirs (git-ls-files(1), `--unmerged`). */
async function fromIndex(path: string): Promise<MergedText | undefined> {
  const [base, ours, theirs] = await Promise.all(
    [1, 2, 3].map(async (stage) => {
      const output = await runGit(dirname(path), ['show', `:${stage}:./${basename(path)}`], {
        maxOutput: MAX_DOCUMENT,
      })
      return output?.code === 0 ? output.stdout.toString() : undefined
    }),
  )
  return ours === undefined || theirs === undefined
    ? undefined
    : mergeTexts(base, ours, theirs, path)
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
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      throw new AppError('notFound', `${path} does not exist.`, { cause: error })
    }
    throw error
  }
}
