import { AppError } from './base/errors'
import { escapeText } from './base/text'
import { runGit, type GitOutput } from './harvest/gitCommand'
import { explain } from './harvest/gitConfig'
import type { UsedElsewhere } from './registry/ports'

/** Texts, and branches, in one call of git: far below what a command line may be long. */
const AT_ONCE = 50
/** As much as a document may have, in bytes. */
const MAX_DOCUMENT = 512 * 1024 * 1024

/**
 * What the documents of other local branches use, as they are committed: the artifacts of all branches lie in one
 * folder, which git does not look into.
 * @param root The `.models` folder.
 * @throws AppError `corrupt` where git can't read the repository: what it does not name may be in use all the same.
 */
export function usedOnOtherBranches(root: string): UsedElsewhere {
  return async (keys) => {
    const used = new Map<string, string>()
    const branches = await otherBranches(root)
    if (branches.length === 0) return used
    const read = new Set<string>()
    for (const texts of chunks(keys)) {
      for (const some of chunks(branches)) {
        for (const { branch, path } of await mentions(root, some, texts)) {
          const object = `refs/heads/${branch}:./${path}`
          if (read.has(object)) continue
          read.add(object)
          for (const key of await liveKeys(root, object, keys)) {
            if (!used.has(key)) used.set(key, branch)
          }
        }
      }
    }
    return used
  }
}

/** Local branches but the one that is checked out, whose documents lie in the folder. Without a repository there are none. */
async function otherBranches(root: string): Promise<string[]> {
  const output = await runGit(root, [
    'for-each-ref',
    '--format=%(HEAD)%(refname:lstrip=2)',
    'refs/heads',
  ])
  if (!output || (output.code !== 0 && explain(root, output).kind === 'noRepository')) return []
  const lines = answered(root, output).toString('utf8').split('\n')
  return lines.filter((line) => line.startsWith(' ')).map((line) => line.slice(1))
}

/** Documents in which one of the texts stands. */
async function mentions(
  root: string,
  branches: readonly string[],
  texts: readonly string[],
): Promise<{ readonly branch: string; readonly path: string }[]> {
  const refs = branches.map((branch) => `refs/heads/${branch}`)
  const patterns = texts.flatMap((text) => ['-e', text])
  const output = await runGit(root, [
    'grep',
    '--files-with-matches',
    '--null',
    '--text',
    '--fixed-strings',
    '--no-textconv',
    ...patterns,
    ...refs,
    '--',
    ':(glob)*.json',
  ])
  // 1: there is none. Of objects that are missing git tells on the way.
  const isNone = output?.code === 1 && output.stderr === ''
  return (isNone ? output.stdout : answered(root, output))
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':')
      return { branch: line.slice('refs/heads/'.length, colon), path: line.slice(colon + 1) }
    })
}

/** Which of the keys the live versions of a document use; where it can't be read, all that stand in it. */
async function liveKeys(
  root: string,
  object: string,
  keys: readonly string[],
): Promise<readonly string[]> {
  const output = await runGit(root, ['cat-file', 'blob', object], { maxOutput: MAX_DOCUMENT })
  const text = answered(root, output).toString('utf8')
  const live = liveTexts(text)
  return keys.filter((key) => (live ? live.has(key) : text.includes(key)))
}

function liveTexts(text: string): ReadonlySet<string> | undefined {
  try {
    const { versions } = JSON.parse(text) as {
      readonly versions: readonly {
        readonly id: string
        readonly artifact?: { readonly uri: string }
      }[]
    }
    return new Set(
      versions.flatMap(({ id, artifact }) => [
        id,
        ...(artifact ? [artifact.uri.split('/').slice(0, 2).join('/')] : []),
      ]),
    )
  } catch {
    // Somebody else's document, which nobody here has checked.
    return undefined
  }
}

/** What git printed. @throws AppError `corrupt` where that is not all, or no answer. */
function answered(root: string, output: GitOutput | undefined): Buffer {
  if (output?.code === 0 && !output.cut && !/^(?:error|fatal):/m.test(output.stderr)) {
    return output.stdout
  }
  const why = escapeText(output?.stderr.split('\n').at(-1) || 'it gave no whole answer.')
  throw new AppError(
    'corrupt',
    `git can't say what other branches use of ${root}, so nothing is removed. Mend what it says: ${why}`,
  )
}

function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += AT_ONCE) yield list.slice(at, at + AT_ONCE)
}
