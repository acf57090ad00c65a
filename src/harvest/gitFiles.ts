import { resolve } from 'node:path'
import { AppError } from '../base/errors'
import { runGit, type GitOptions } from './gitCommand'

/** Larger ones are data, not code. */
const MAX_FILE = 5_000_000
/** As many as a person looks through. */
const MAX_FILES = 5000

type Cancel = Pick<GitOptions, 'signal' | 'env'>

/** A file that two commits hold differently. */
export interface ChangedFile {
  /** Relative to the work tree, with `/`. */
  readonly path: string
  readonly kind: 'added' | 'deleted' | 'modified'
}

/**
 * The work tree that a folder lies in, once it is sure that it holds these commits.
 * @throws AppError `invalid` for what is no commit's name, `notFound` where there is no repository or no such commit.
 */
export async function repositoryWith(
  folder: string,
  commits: readonly string[],
  options: Cancel = {},
): Promise<string> {
  const top = await runGit(folder, ['rev-parse', '--show-toplevel'], options)
  if (!top || top.code !== 0) {
    throw new AppError(
      'notFound',
      top
        ? `${folder} is in no git repository, so there is no code to look at.`
        : 'git is not installed on this machine, so there is no code to look at.',
    )
  }
  const root = resolve(top.stdout.toString('utf8').replace(/\r?\n$/, ''))
  for (const commit of commits) {
    // A document can come from anywhere: what it calls a commit must not be an option of git.
    if (!/^[0-9a-f]{7,64}$/i.test(commit))
      throw new AppError('invalid', `${JSON.stringify(commit)} is not the name of a commit.`)
    const found = await runGit(root, ['cat-file', '-e', `${commit}^{commit}`], options)
    if (found?.code !== 0) {
      throw new AppError(
        'notFound',
        `The commit ${commit.slice(0, 10)} is not in this repository. Fetch it with git, and try again.`,
      )
    }
  }
  return root
}

/** The files of a commit, relative to the work tree, the registry's own left out. */
export async function filesAt(
  root: string,
  commit: string,
  options: Cancel = {},
): Promise<readonly string[]> {
  const output = await runGit(
    root,
    ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit],
    options,
  )
  if (output?.code !== 0) return []
  return fieldsOf(output.stdout).filter(isCode).slice(0, MAX_FILES)
}

/** What differs between two commits, the registry's own left out. */
export async function filesChanged(
  root: string,
  before: string,
  after: string,
  options: Cancel = {},
): Promise<readonly ChangedFile[]> {
  const output = await runGit(
    root,
    ['diff-tree', '-r', '-z', '--name-status', '--no-renames', before, after],
    options,
  )
  if (output?.code !== 0) return []
  const fields = fieldsOf(output.stdout)
  const changed: ChangedFile[] = []
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [status = '', path = ''] = fields.slice(index, index + 2)
    if (!isCode(path)) continue
    const kind = status === 'A' ? 'added' : status === 'D' ? 'deleted' : 'modified'
    changed.push({ path, kind })
  }
  return changed.slice(0, MAX_FILES)
}

/** A file as a commit holds it; `undefined` where it does not. Runs no filter and no converter of the repository. */
export async function readFileAt(
  root: string,
  commit: string,
  path: string,
  options: Cancel = {},
): Promise<Buffer | undefined> {
  const output = await runGit(root, ['cat-file', 'blob', `${commit}:${path}`], {
    ...options,
    maxOutput: MAX_FILE,
  })
  return output?.code === 0 ? output.stdout : undefined
}

function fieldsOf(output: Buffer): string[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter((field) => field !== '')
}

function isCode(path: string): boolean {
  return !path.split('/').includes('.models')
}
