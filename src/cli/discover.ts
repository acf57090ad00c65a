import { lstat, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemCode } from '../base/errors'

export const MODELS_FOLDER = '.models'

/**
 * The nearest `.models` at a folder or above it. It is not looked for beyond the git work tree, the home folder, a
 * folder of another owner or another file system: what lies there is not the project's, and may be anybody's.
 */
export async function findModelsFolder(
  start: string,
  home: string = homedir(),
): Promise<string | undefined> {
  const top = await realpath(home).catch(() => home)
  let folder = await realpath(start)
  let stats = await stat(folder)
  for (;;) {
    const candidate = join(folder, MODELS_FOLDER)
    if (await isThere(candidate)) return candidate
    const parent = dirname(folder)
    // A work tree has a folder `.git`; a linked one, or a submodule, a file of that name.
    if (folder === top || parent === folder || (await isThere(join(folder, '.git')))) {
      return undefined
    }
    const above = await stat(parent)
    if (above.uid !== stats.uid || above.dev !== stats.dev) return undefined
    folder = parent
    stats = above
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    // A folder that this user may not look into holds nothing for this user.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return false
    throw error
  }
}
