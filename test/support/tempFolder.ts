import { rmSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const created = new Set<string>()
let watching = false

/**
 * A new folder for one test or run, by its real path, gone with this process at the latest. Short, since
 * sockets below it may have 107 bytes in all.
 */
export async function createTempFolder(label = 'test'): Promise<string> {
  const folder = await createLastingFolder(label)
  created.add(folder)
  if (!watching) process.on('exit', () => [...created].forEach(removeAtExit))
  watching = true
  return folder
}

/** The same, for someone to look at afterwards. */
export async function createLastingFolder(label: string): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), `mr-${label}-`))
}

/** Removes a folder that processes may still be leaving. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  created.delete(path)
}

function removeAtExit(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
