import { userInfo } from 'node:os'
import { workspace, type WorkspaceFolder } from 'vscode'
import { actorName } from '../harvest/gitActor'
import { readSetting } from './config'

const GIT_MILLISECONDS = 2000

/** Who is named in the history: the setting, else git's `user.name`, else the user of the operating system. */
export async function findActor(folder: WorkspaceFolder): Promise<string> {
  const named = readSetting('actor').trim()
  if (named !== '') return named
  // A folder that is not trusted may hold a git configuration that runs programs.
  if (!workspace.isTrusted) return userInfo().username
  const signal = AbortSignal.timeout(GIT_MILLISECONDS)
  return (await actorName(folder.uri.fsPath, { signal })) ?? userInfo().username
}
