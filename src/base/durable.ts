import { constants } from 'node:fs'
import { link, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, systemCode } from './errors'
import { endFlight, flightName } from './processOwner'

/** How long Windows may hold a file (virus scanner, indexer) before a rename is given up. */
const RETRY_MILLISECONDS = 2000
const RETRIED = new Set(['EPERM', 'EBUSY', 'EACCES'])
/** Systems and file systems that can't flush a folder say so with these; their renames are as durable as they get. */
const FLUSHLESS = new Set(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES'])

/** Flushes a folder's entries to the disk, where the system can (Windows can't open folders). */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync()
  } catch (error) {
    if (!FLUSHLESS.has(systemCode(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/** Writes and flushes a new file; one that exists already is an error (`EEXIST`). */
export async function writeFlushed(
  path: string,
  data: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** `rename`, repeated for up to two seconds where Windows holds one of the names. */
export async function renameRetried(from: string, to: string): Promise<void> {
  await retried(() => rename(from, to))
}

/** `unlink`, repeated likewise. */
export async function unlinkRetried(path: string): Promise<void> {
  await retried(() => unlink(path))
}

async function retried(action: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + RETRY_MILLISECONDS
  for (let pause = 10; ; pause = Math.min(200, pause * 2)) {
    try {
      return await action()
    } catch (error) {
      const retry = process.platform === 'win32' && RETRIED.has(systemCode(error) ?? '')
      if (!retry || Date.now() + pause > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

/** A folder that is really a folder: made where it is missing; a symbolic link or a file in its place is `invalid`. */
export async function ensureFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
    return
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
  await checkFolder(path)
}

export async function checkFolder(path: string): Promise<void> {
  const stats = await lstat(path)
  if (stats.isSymbolicLink()) {
    throw new AppError(
      'invalid',
      `${path} is a symbolic link, and nothing is read or written through one. Put a real folder in its place.`,
    )
  }
  if (!stats.isDirectory()) {
    throw new AppError('invalid', `${path} is not a folder. Move it away and try again.`)
  }
}

/** Removes a file, or a folder with everything in it, also where its folders are read-only; never follows a link. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

/** `link`; answers `false` where the file system has no hard links, or no more of them for this file. */
export async function tryLink(existing: string, added: string): Promise<boolean> {
  try {
    await link(existing, added)
    return true
  } catch (error) {
    if (
      ['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(
        systemCode(error) ?? '',
      )
    ) {
      return false
    }
    throw error
  }
}

/**
 * Runs with a path in a folder for what is in flight, and removes it where that fails; on success the callback has
 * moved it away. Whoever finds it after a crash can tell by its name that its owner is gone.
 */
export async function withTemporary<T>(
  folder: string,
  suffix: string,
  run: (path: string) => Promise<T>,
): Promise<T> {
  const name = flightName()
  const path = join(folder, `${name}.${suffix}`)
  try {
    return await run(path)
  } catch (error) {
    // Best effort: the name alone lets the next writer clear it, and the first error is the one to tell.
    await rm(path, { force: true }).catch(() => {})
    throw error
  } finally {
    endFlight(name)
  }
}
