import { mkdir, readFile, readdir, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { AppError, systemCode, throwIfCancelled } from '../base/errors'
import {
  currentOwner,
  endFlight,
  flightName,
  flightState,
  ownerState,
  type ProcessOwner,
} from '../base/processOwner'

/** What a lock's file says of its owner. */
export interface LockRecord extends ProcessOwner {
  /** ISO 8601, UTC. */
  readonly since: string
  readonly via: string
}

export interface LockOptions {
  /** Folder of all locks; one folder below it for each lock that is held. */
  readonly folder: string
  /** Folder for what is in flight, on the same file system. */
  readonly temporary: string
  /** One name for each thing that is locked; safe as a file name. */
  readonly name: string
  readonly via: string
  /** How long a living owner is waited for. */
  readonly milliseconds?: number
  readonly signal?: AbortSignal
}

const DEFAULT_WAIT = 10_000
const FIRST_PAUSE = 2
const LONGEST_PAUSE = 40

/** Those of one process wait in line instead of polling one another. */
const lines = new Map<string, Promise<void>>()

/**
 * Takes a lock between processes and returns its release.
 *
 * A lock is a folder `<folder>/<name>` with one file, named by a nonce, that names the owner. It is prepared elsewhere
 * and renamed into place: `rename` replaces an empty folder and refuses one that holds a file, so exactly one of
 * several takers wins. A dead owner's lock is broken by unlinking exactly its nonce: of several breakers one succeeds,
 * and none can remove a newer owner's file. An owner on another machine or in another container is never broken.
 *
 * @throws AppError `busy`, naming the owner and since when, after the wait.
 */
export async function acquireLock(options: LockOptions): Promise<() => Promise<void>> {
  const path = join(options.folder, options.name)
  const deadline = Date.now() + (options.milliseconds ?? DEFAULT_WAIT)
  const leave = await standInLine(path, deadline, options)
  try {
    const unlock = await take(path, deadline, options)
    return async () => {
      try {
        await unlock()
      } finally {
        leave()
      }
    }
  } catch (error) {
    leave()
    throw error
  }
}

/** Waits for the earlier ones of this process; the returned function lets the next one go. */
async function standInLine(
  path: string,
  deadline: number,
  options: LockOptions,
): Promise<() => void> {
  const before = lines.get(path)
  let done = (): void => {}
  const mine = new Promise<void>((resolve) => {
    done = resolve
  })
  const line = (before ?? Promise.resolve()).then(() => mine)
  lines.set(path, line)
  const leave = (): void => {
    done()
    if (lines.get(path) === line) lines.delete(path)
  }
  if (!before) return leave
  const outcome = await Promise.race([
    before.then(() => 'free' as const),
    lateness(deadline, options),
  ])
  if (outcome === 'free') return leave
  leave()
  if (outcome === 'cancelled') throw new AppError('cancelled', 'Cancelled.')
  throw new AppError(
    'busy',
    `"${options.name}" is being changed by this program; try again when that is done.`,
  )
}

/** When the wait in line is over without its turn. */
async function lateness(deadline: number, { signal }: LockOptions): Promise<'late' | 'cancelled'> {
  try {
    const wait = Math.max(0, deadline - Date.now())
    return await setTimeout(wait, 'late' as const, { ref: false, ...(signal ? { signal } : {}) })
  } catch (error) {
    if (signal?.aborted) return 'cancelled'
    throw error
  }
}

async function take(
  path: string,
  deadline: number,
  options: LockOptions,
): Promise<() => Promise<void>> {
  const nonce = flightName()
  const prepared = join(options.temporary, `${nonce}.lock`)
  const record: LockRecord = {
    ...currentOwner(),
    since: new Date().toISOString(),
    via: options.via,
  }
  await mkdir(prepared)
  try {
    await writeFile(join(prepared, nonce), JSON.stringify(record), { flag: 'wx' })
    for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
      throwIfCancelled(options.signal)
      if (await moveIntoPlace(prepared, path)) return () => release(path, nonce)
      const holder = await readHolder(path)
      if (holder && isBreakable(holder)) {
        await removeIfThere(join(path, holder.nonce))
        continue
      }
      if (holder && holder.record && ownerState(holder.record) === 'foreign') {
        throw busy(options.name, holder.record, path)
      }
      if (Date.now() >= deadline) throw busy(options.name, holder?.record, path)
      await setTimeout(pause * (0.5 + Math.random()))
    }
  } catch (error) {
    endFlight(nonce)
    await rm(prepared, { recursive: true, force: true })
    throw error
  }
}

async function moveIntoPlace(prepared: string, path: string): Promise<boolean> {
  try {
    // POSIX replaces an empty folder; Windows replaces none, so the empty one of the last owner goes first.
    if (process.platform === 'win32') await removeEmpty(path)
    await rename(prepared, path)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    if (
      process.platform === 'win32' &&
      (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY')
    ) {
      return false
    }
    throw error
  }
}

interface Holder {
  readonly nonce: string
  readonly record: LockRecord | undefined
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const [nonce] = await readdir(path)
    if (nonce === undefined) return undefined
    const text = await readFile(join(path, nonce), 'utf8')
    return { nonce, record: parseRecord(text) }
  } catch (error) {
    // It was released between two calls.
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { host, boot, namespace, pid, started, since, via } = value as Record<string, unknown>
    if (
      typeof host !== 'string' ||
      typeof boot !== 'string' ||
      typeof namespace !== 'string' ||
      typeof pid !== 'number' ||
      typeof started !== 'string'
    ) {
      return undefined
    }
    return { host, boot, namespace, pid, started, since: String(since), via: String(via) }
  } catch {
    // A machine that lost power can leave an empty record behind a durable name.
    return undefined
  }
}

/** The record is complete before the folder gets its name, so one that can't be read is of a machine that died. */
function isBreakable({ nonce, record }: Holder): boolean {
  // The nonce tells more than the record: whether this very program still holds what it once took.
  return record === undefined || ownerState(record) === 'dead' || flightState(nonce) === 'dead'
}

function busy(name: string, record: LockRecord | undefined, path: string): AppError {
  if (!record) return new AppError('busy', `"${name}" is being changed by others; try again.`)
  const who = `process ${record.pid} (${record.via}) on ${record.host}`
  return ownerState(record) === 'foreign'
    ? new AppError(
        'busy',
        `"${name}" is locked by ${who} since ${record.since}, on another machine or in another container. If that process is gone, delete the folder ${path}.`,
      )
    : new AppError(
        'busy',
        `"${name}" is being changed by ${who} since ${record.since}; try again when it is done, or end that process.`,
      )
}

async function release(path: string, nonce: string): Promise<void> {
  // First, so that a failure below leaves a lock that this process knows to be nobody's.
  endFlight(nonce)
  await removeIfThere(join(path, nonce))
  await removeEmpty(path)
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

async function removeEmpty(path: string): Promise<void> {
  try {
    await rmdir(path)
  } catch (error) {
    // Gone, or already the next owner's.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
  }
}
