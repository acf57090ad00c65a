import { readFile, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { ensureFolder, tryLink, withTemporary } from '../base/durable'
import { AppError, systemCode } from '../base/errors'
import { SIDE, type ModelsFolder } from '../base/modelsFolder'
import type { ModelDocument } from '../registry/model'
import { parseDocument } from './documentText'

/** Copies for recovery, in the model's side folder; no version can have their names, since none may end in `.json`. */
const LAST_GOOD = 'last-good.json'
const PREVIOUS = 'previous.json'

/** The document that is about to be replaced, as a second name of the same bytes: it costs no copy. */
export async function keepPrevious(folder: ModelsFolder, name: string): Promise<void> {
  await withTemporary(folder.temporary, 'bak', async (temporary) => {
    try {
      if (!(await tryLink(folder.join(`${name}.json`), temporary))) return
      await ensureFolder(folder.join(SIDE, name))
      await rename(temporary, folder.join(SIDE, name, PREVIOUS))
      // Where both names are one inode already, POSIX `rename` does nothing and leaves the first.
      await rm(temporary, { force: true })
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
    }
  })
}

/** A second file, since whoever spoils the first in place would spoil every other name of it. */
export async function keepCopy(
  folder: ModelsFolder,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  await ensureFolder(folder.join(SIDE, name))
  await withTemporary(folder.temporary, 'bak', async (temporary) => {
    await writeFile(temporary, bytes, { flag: 'wx' })
    await rename(temporary, folder.join(SIDE, name, LAST_GOOD))
  })
}

/** The copy of the last write, or of the one before it. */
export async function readLastGood(
  folder: ModelsFolder,
  name: string,
): Promise<ModelDocument | undefined> {
  for (const kept of [LAST_GOOD, PREVIOUS]) {
    const path = folder.join(SIDE, name, kept)
    try {
      return parseDocument(await readFile(path, 'utf8'), path, name)
    } catch (error) {
      // A copy that can't be read is none.
      if (!(error instanceof AppError) && systemCode(error) !== 'ENOENT') throw error
    }
  }
  return undefined
}

/** What lies beside a document goes with it, as far as the new name has nothing of its own. */
export async function moveSide(folder: ModelsFolder, from: string, to: string): Promise<void> {
  try {
    // The copies for recovery that the new name has from its first write are the only thing that may be there.
    for (const kept of [LAST_GOOD, PREVIOUS])
      await rm(folder.join(SIDE, from, kept), { force: true })
    for (const name of await readdir(folder.join(SIDE, from))) {
      await rename(folder.join(SIDE, from, name), folder.join(SIDE, to, name))
    }
    await rmdir(folder.join(SIDE, from))
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}
