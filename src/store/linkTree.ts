import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder, tryLink } from '../base/durable'
import { flushFile } from './flight'
import { FOLDER_MODE } from './storePaths'

/** The same files under a second name; copies where the file system has no hard links. */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: FOLDER_MODE })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await linkTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else if (!(await tryLink(source, target))) {
      await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
      await flushFile(target)
    }
  }
  await flushFolder(to)
}
