import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { withTemporary } from '../base/durable'
import { systemCode } from '../base/errors'
import { SIDE, type ModelsFolder } from '../base/modelsFolder'

/** No file of a side folder's other users has this name. */
const NAME = 'verified.json'

/**
 * What the last verification of an artifact found, kept on this machine. It holds as long as every file is the one that
 * was read, so damage is remembered without reading gigabytes again.
 */
export async function noteVerified(
  folder: ModelsFolder,
  place: string,
  identity: string,
  status: string,
): Promise<void> {
  const path = folder.join(SIDE, place, NAME)
  // A sound artifact needs no note; the note of a damaged one is taken back.
  if (status === 'ok' || status === 'extra') {
    await rm(path, { force: true })
    return
  }
  await mkdir(dirname(path), { recursive: true })
  await mkdir(folder.temporary, { recursive: true })
  await withTemporary(folder.temporary, 'json', async (temporary) => {
    await writeFile(temporary, JSON.stringify({ identity, status }))
    await rename(temporary, path)
  })
}

/** The status that was noted for exactly these files; `undefined` where none was, or they were replaced since. */
export async function readVerified(
  folder: ModelsFolder,
  place: string,
  identity: string,
): Promise<string | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(folder.join(SIDE, place, NAME), 'utf8'))
    if (typeof note !== 'object' || note === null || !('identity' in note) || !('status' in note)) {
      return undefined
    }
    return note.identity === identity && typeof note.status === 'string' ? note.status : undefined
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
