import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder for one test or run, by its real path. Short, since sockets below it may have 107 bytes in all. */
export async function createTempFolder(label = 'test'): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), `mr-${label}-`))
}

/** Removes a folder that processes may still be leaving. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
