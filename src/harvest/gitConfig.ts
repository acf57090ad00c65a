import { basename } from 'node:path'
import { escapeText } from '../base/text'
import { runGit } from './gitCommand'
import type { GitOptions, GitOutput } from './gitCommand'

/** Why there is no lineage. None of these is a failure of registering. */
export interface NoGit {
  readonly kind: 'noGit' | 'noRepository' | 'noCommits' | 'untrusted' | 'failed'
  /** A sentence for the user. */
  readonly reason: string
}

export interface GitConfig {
  /** The last value of each key, keys as git prints them. */
  readonly values: ReadonlyMap<string, string>
  /** `-c` settings that empty every filter that the repository itself defines. */
  readonly safe: readonly string[]
}

/** The programs of Git LFS, which `git lfs install --local` writes into a repository. */
const LFS_COMMAND = /^git-lfs (?:clean -- %f|smudge (?:--skip )?-- %f|filter-process(?: --skip)?)$/

/**
 * Reads the configuration, which runs nothing, before anything that could. A clean filter is a shell command that git
 * runs when it compares a file; one in the user's own configuration is the user's, one in the repository's is not.
 */
export async function readGitConfig(
  folder: string,
  options: GitOptions,
): Promise<GitConfig | NoGit> {
  const output = await runGit(folder, ['config', '--list', '--show-scope', '-z'], options)
  if (!output || output.code !== 0) return explain(folder, output)
  const values = new Map<string, string>()
  const emptied = new Set<string>()
  const fields = output.stdout.toString('utf8').split('\0')
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [scope = '', entry = ''] = fields.slice(index, index + 2)
    const end = entry.indexOf('\n')
    const key = end < 0 ? entry : entry.slice(0, end)
    const value = end < 0 ? '' : entry.slice(end + 1)
    values.set(key, value)
    const filter = /^filter\.([\s\S]*)\.(?:clean|smudge|process|required)$/.exec(key)?.[1]
    if (filter === undefined || (scope !== 'local' && scope !== 'worktree')) continue
    if (!key.endsWith('.required') && !LFS_COMMAND.test(value)) emptied.add(filter)
  }
  // `-c` would end such a name at its `=`, and leave the filter as it is.
  const unsafe = [...emptied].find((name) => name.includes('='))
  if (unsafe !== undefined) {
    const reason = `The repository of ${basename(folder)} defines the filter "${escapeText(unsafe)}", which can't be switched off: remove it from .git/config to have the commit recorded.`
    return { kind: 'untrusted', reason }
  }
  const safe = [...emptied].flatMap((name) => [
    `filter.${name}.clean=`,
    `filter.${name}.smudge=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ])
  return { values, safe }
}

/** Why git gave no answer. */
export function explain(folder: string, output: GitOutput | undefined): NoGit {
  const name = basename(folder)
  if (!output) {
    return { kind: 'noGit', reason: 'git is not installed, so the code of a version is not known.' }
  }
  if (/dubious ownership|unsafe repository/.test(output.stderr)) {
    return {
      kind: 'untrusted',
      reason: `The repository of ${name} belongs to another user: add it to git's safe.directory to have its commit recorded.`,
    }
  }
  if (
    /not a git repository|must be run in a work tree|cannot use bare repository/.test(output.stderr)
  ) {
    return { kind: 'noRepository', reason: `${name} is not in a git repository.` }
  }
  const why = escapeText(output.stderr.split('\n').at(-1) ?? '')
  return { kind: 'failed', reason: `git could not read the repository of ${name}: ${why}` }
}
