import { dirname, join } from 'node:path'
import { extensions, Uri } from 'vscode'
import { repositoryFrom, type GitRepository } from '../../harvest/git'
import { statOrUndefined } from './fileState'

/** What is used of the interface of VS Code's own git extension (version 1). */
interface GitExtension {
  readonly enabled: boolean
  getAPI(version: 1): {
    getRepository(uri: Uri): Repository | null
  }
}

interface Repository {
  readonly rootUri: Uri
  readonly state: {
    readonly HEAD?: {
      readonly name?: string
      readonly commit?: string
      readonly upstream?: { readonly remote: string }
    }
    readonly remotes: readonly { readonly name: string; readonly fetchUrl?: string }[]
    readonly indexChanges: readonly Change[]
    readonly workingTreeChanges: readonly Change[]
    readonly mergeChanges: readonly Change[]
  }
  status(): Promise<void>
  getCommit(reference: string): Promise<{ readonly authorName?: string }>
}

interface Change {
  readonly uri: Uri
  readonly status: number
}

/** `Status.UNTRACKED` and `Status.IGNORED`: no commit holds such files, so they differ from none. */
const NOT_TRACKED = new Set([7, 8])

/** False where a repository that was not opened lies between: a submodule, or a clone in an ignored folder. */
async function isNearest(root: string, folder: string): Promise<boolean> {
  for (let at = folder; at !== root && at !== dirname(at); at = dirname(at)) {
    if (await statOrUndefined(join(at, '.git'))) return false
  }
  return true
}

/**
 * The code that is checked out, as VS Code's git extension knows it: with the git that the user chose, which need not be
 * on the `PATH`. `undefined` where the extension is off, or has not opened the repository.
 * @param outputs What the training wrote; a change of it is no change of the code.
 */
export async function knownRepository(
  folder: string,
  outputs: readonly string[],
): Promise<GitRepository | undefined> {
  const extension = extensions.getExtension<GitExtension>('vscode.git')
  if (!extension?.isActive || !extension.exports.enabled) return undefined
  const repository = extension.exports.getAPI(1).getRepository(Uri.file(folder))
  if (!repository || !(await isNearest(repository.rootUri.fsPath, folder))) return undefined
  try {
    return await read(repository, outputs)
  } catch {
    // Whatever keeps it from answering, git itself says it better.
    return undefined
  }
}

async function read(
  repository: Repository,
  outputs: readonly string[],
): Promise<GitRepository | undefined> {
  // What it knows is some seconds old otherwise.
  await repository.status()
  const { HEAD, remotes, indexChanges, workingTreeChanges, mergeChanges } = repository.state
  if (HEAD?.commit === undefined) return undefined
  const remote =
    remotes.find(({ name }) => name === HEAD.upstream?.remote) ??
    remotes.find(({ name }) => name === 'origin') ??
    remotes[0]
  const { authorName } = await repository.getCommit(HEAD.commit)
  const changed = [...indexChanges, ...workingTreeChanges, ...mergeChanges]
    .filter(({ status }) => !NOT_TRACKED.has(status))
    .map(({ uri }) => uri.fsPath)
  return repositoryFrom(
    { root: repository.rootUri.fsPath, commit: HEAD.commit, branch: HEAD.name },
    { remote: remote?.fetchUrl, author: authorName, changed, outputs },
  )
}
