import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { escapeText, formatBytes } from '../base/text'
import type { GitSource } from '../registry/model'
import { runGit, trimLine } from './gitCommand'
import type { GitOptions } from './gitCommand'
import { explain, readGitConfig } from './gitConfig'
import type { NoGit } from './gitConfig'
import { stripCredentials } from './remoteUrl'

/** Paths that are named for a dirty tree; a host shows a handful. */
const MAX_CHANGED = 100
/** A patch that is larger was made by a formatter, or holds data. */
const MAX_PATCH = 1_000_000

export interface GitRepository {
  readonly kind: 'repository'
  /** The work tree's top folder; of a submodule, the submodule's. */
  readonly root: string
  readonly source: GitSource
  /** Tracked files that differ from the commit, relative to `root` with `/`; at most 100. */
  readonly changed: readonly string[]
  /** Those of the asked files that git doesn't track: the commit doesn't hold them. */
  readonly untracked: readonly string[]
}

export interface LineageOptions {
  readonly signal?: AbortSignal
  /** Files that the training is made of, to be told whether git tracks them. */
  readonly files?: readonly string[]
  /** Files and folders that the training wrote, such as the model: a change of them is no change of the code. */
  readonly outputs?: readonly string[]
  readonly env?: GitOptions['env']
}

/**
 * The code that a folder holds: commit, branch, remote and author, and whether tracked files differ from the commit.
 * The registry's own `.models` folder doesn't count, as every registration changes it.
 * @throws AppError `cancelled`.
 */
export async function readLineage(
  folder: string,
  { signal, files = [], outputs = [], env }: LineageOptions = {},
): Promise<GitRepository | NoGit> {
  const common: GitOptions = { signal, ...(env ? { env } : {}) }
  const settings = await readGitConfig(folder, common)
  if ('kind' in settings) return settings
  const options = { ...common, config: settings.safe }
  const top = await runGit(folder, ['rev-parse', '--show-toplevel'], options)
  if (!top || top.code !== 0) return explain(folder, top)
  const root = resolve(trimLine(top.stdout))
  const status = await runGit(
    root,
    // A changed submodule counts by its commit; looking inside it would run git with its configuration.
    [
      'status',
      '--porcelain=v2',
      '--branch',
      '-z',
      '--untracked-files=no',
      '--ignore-submodules=dirty',
      '--no-ahead-behind',
    ],
    options,
  )
  if (!status || status.code !== 0) return explain(folder, status)
  const { commit, branch, changed } = parseStatus(status.stdout.toString('utf8'))
  if (commit === undefined) {
    return { kind: 'noCommits', reason: `${basename(root)} has no commits yet.` }
  }
  const counted = await codeOf(root, changed, outputs)
  const author = await runGit(root, ['log', '-1', '--format=%an', commit, '--'], options)
  const known = {
    remote: remoteOf(settings.values, branch),
    author: author?.code === 0 ? trimLine(author.stdout) : undefined,
  }
  return {
    kind: 'repository',
    root,
    source: {
      ...sourceFrom({ commit, branch }, known),
      dirty: counted.length > 0 || status.cut,
    },
    changed: counted.slice(0, MAX_CHANGED),
    untracked: await untracked(root, files, options),
  }
}

/** What another program knows of a repository: the editor has it open. */
export interface KnownRepository {
  readonly remote: string | undefined
  readonly author: string | undefined
  /** Absolute paths of tracked files that differ from the commit. */
  readonly changed: readonly string[]
  readonly outputs: readonly string[]
}

/** The code that a repository holds, from what another program knows of it; under the same rules as `readLineage`. */
export async function repositoryFrom(
  head: { readonly root: string; readonly commit: string; readonly branch: string | undefined },
  known: KnownRepository,
): Promise<GitRepository> {
  const root = await realpath(head.root)
  const changed = await codeOf(root, await pathsIn(root, known.changed), known.outputs)
  return {
    kind: 'repository',
    root,
    source: { ...sourceFrom(head, known), dirty: changed.length > 0 },
    changed: changed.slice(0, MAX_CHANGED),
    untracked: [],
  }
}

function sourceFrom(
  { commit, branch }: { readonly commit: string; readonly branch: string | undefined },
  { remote, author = '' }: Pick<KnownRepository, 'remote' | 'author'>,
): Omit<GitSource, 'dirty'> {
  const clean = remote === undefined ? undefined : stripCredentials(remote)
  return {
    commit,
    ...(branch === undefined ? {} : { branch }),
    ...(clean === undefined ? {} : { remote: clean }),
    ...(author === '' ? {} : { author: escapeText(author) }),
  }
}

/** Of changed paths those that are code: not the registry's own, and not what the training wrote. */
async function codeOf(
  root: string,
  changed: readonly string[],
  outputs: readonly string[],
): Promise<readonly string[]> {
  const written = await pathsIn(root, outputs)
  const isWritten = (path: string): boolean =>
    written.some((output) => path === output || path.startsWith(`${output}/`))
  return changed.filter((path) => !isRegistry(path) && !isWritten(path))
}

/**
 * The changes of tracked text files since the commit, as a patch that `git apply` takes. Binary files are only named.
 * `undefined` where there is none. The patch ends at a file's boundary where the cap cuts it.
 * @throws AppError `cancelled`.
 */
export async function readDirtyPatch(
  folder: string,
  {
    signal,
    maxBytes = MAX_PATCH,
    env,
  }: { signal?: AbortSignal; maxBytes?: number; env?: GitOptions['env'] } = {},
): Promise<{ patch: Uint8Array; cut: boolean } | undefined> {
  const common: GitOptions = { signal, ...(env ? { env } : {}) }
  const settings = await readGitConfig(folder, common)
  if ('kind' in settings) return undefined
  const output = await runGit(
    folder,
    [
      'diff',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--no-renames',
      '--ignore-submodules=dirty',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      '--full-index',
      'HEAD',
      '--',
      ':(top)',
      ':(top,exclude,glob)**/.models/**',
    ],
    { ...common, config: settings.safe, maxOutput: maxBytes },
  )
  if (!output || output.code !== 0 || output.stdout.length === 0) return undefined
  const { cut, stdout } = output
  const whole = cut ? stdout.subarray(0, stdout.lastIndexOf('\ndiff --git ') + 1) : stdout
  const patch = withoutEmpty(whole)
  if (!cut) return patch.length > 0 ? { patch, cut } : undefined
  // Text before the first heading is nothing to git, and tells a person what is missing.
  const note = `Not all changes: they are longer than ${formatBytes(maxBytes)}, and end here with the last whole file.\n\n`
  return { patch: Buffer.concat([Buffer.from(note), patch]), cut }
}

/** A file whose time alone has changed has a heading and no changes: without its index refreshed, git can't tell. */
function withoutEmpty(patch: Buffer): Buffer {
  // As Latin-1 every byte is a character: a patch has the encodings of its files.
  const text = patch.toString('latin1')
  return Buffer.from(text.replaceAll(/^diff --git .*\n(?=diff --git |(?![\s\S]))/gm, ''), 'latin1')
}

/** `git status --porcelain=v2 --branch -z`: headers, then one record for each changed path. */
function parseStatus(output: string): { commit?: string; branch?: string; changed: string[] } {
  const records = output.split('\0')
  const changed: string[] = []
  let commit: string | undefined
  let branch: string | undefined
  for (let index = 0; index < records.length; index++) {
    const record = records[index] ?? ''
    const oid = /^# branch\.oid ([0-9a-f]+)$/.exec(record)
    if (oid) commit = oid[1]
    const head = /^# branch\.head (.+)$/.exec(record)
    if (head && head[1] !== '(detached)') branch = head[1]
    // The fields before the path: 8 of an ordinary change, 9 of a rename, 10 of a conflict.
    const before = { '1': 8, '2': 9, u: 10 }[record[0] ?? '']
    if (before !== undefined && record[1] === ' ') {
      changed.push(record.split(' ').slice(before).join(' '))
      // A rename is followed by its old path.
      if (record[0] === '2') index++
    }
  }
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
    changed,
  }
}

/** The address of the remote that the branch follows, else of `origin`, else of the first. */
function remoteOf(
  settings: ReadonlyMap<string, string>,
  branch: string | undefined,
): string | undefined {
  const followed = branch === undefined ? undefined : settings.get(`branch.${branch}.remote`)
  const first = [...settings.keys()].find((key) => /^remote\.[\s\S]+\.url$/.test(key))
  return (
    settings.get(`remote.${followed}.url`) ??
    settings.get('remote.origin.url') ??
    (first === undefined ? undefined : settings.get(first))
  )
}

async function untracked(
  root: string,
  files: readonly string[],
  options: GitOptions,
): Promise<string[]> {
  const asked = await pathsIn(root, files)
  if (asked.length === 0) return []
  const output = await runGit(
    root,
    ['--literal-pathspecs', 'ls-files', '-z', '--', ...asked],
    options,
  )
  const tracked = new Set((output?.stdout.toString('utf8') ?? '').split('\0'))
  return asked.filter((path) => !tracked.has(path))
}

/** Paths relative to the work tree, with `/`, as git names them; those outside are left out. */
async function pathsIn(root: string, paths: readonly string[]): Promise<string[]> {
  const result: string[] = []
  for (const path of paths) {
    // git resolves the links of a folder, not the link that a file is.
    const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)))
    const inside = relative(root, join(folder, basename(path)))
    if (inside !== '' && !inside.startsWith('..') && resolve(inside) !== inside) {
      result.push(inside.split(sep).join('/'))
    }
  }
  return result
}

function isRegistry(path: string): boolean {
  return path.split('/').includes('.models')
}
