import { lstat, mkdir, open, readFile, readdir, rename, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flushFolder, removeTree, writeFlushed } from '../base/durable'
import { systemCode } from '../base/errors'
import { TRASH, type ModelsFolder } from '../base/modelsFolder'
import { endFlight, flightName, flightState } from '../base/processOwner'
import { nameProblem } from '../registry/names'
import type { RecoveryScope } from '../registry/ports'

const RECORD = 'intent.json'

/** A place in `.models` that a change makes or gives up: it stays only if the model's document names it afterwards. */
interface Place {
  /** Relative to `.models`, with `/`. */
  readonly path: string
  /** Device and inode: what else stands there by now is not the change's. */
  readonly identity: string
}

interface Intent {
  /** Whose documents may name the places. */
  readonly models: readonly string[]
  readonly places: readonly Place[]
}

/**
 * A change of artifacts in flight: a folder in `.tmp` with everything that is not yet in its place, and a record of
 * the places outside that the change is about. Whoever finds the record of a dead owner can finish: a place that the
 * document names stays, one that it does not name goes.
 */
export class Flight {
  readonly name: string
  readonly folder: string
  readonly #models: ModelsFolder
  #owners: readonly string[]
  #places: Place[] = []
  #parts = 0

  private constructor(models: ModelsFolder, name: string, owners: readonly string[]) {
    this.#models = models
    this.name = name
    this.#owners = owners
    this.folder = join(models.temporary, name)
  }

  static async start(models: ModelsFolder, owners: readonly string[] = []): Promise<Flight> {
    await models.prepare()
    const flight = new Flight(models, flightName(), owners)
    try {
      await mkdir(flight.folder)
    } catch (error) {
      endFlight(flight.name)
      throw error
    }
    return flight
  }

  /** A path in the flight's folder that nothing has yet. */
  part(): string {
    return join(this.folder, `part${this.#parts++}`)
  }

  /** Notes durably that these places of `.models` are this change's, before it touches them. */
  async announce(
    places: readonly { readonly path: string; readonly at: string }[],
    owners: readonly string[] = this.#owners,
  ): Promise<void> {
    this.#owners = owners
    const added: Place[] = []
    for (const { path, at } of places) added.push({ path, identity: await identityAt(at) })
    this.#places = [...this.#places, ...added]
    const intent: Intent = { models: this.#owners, places: this.#places }
    const temporary = join(this.folder, `${RECORD}.new`)
    await writeFlushed(temporary, JSON.stringify(intent))
    await rename(temporary, join(this.folder, RECORD))
    await flushFolder(this.folder)
  }

  /** Moves a part of the flight to its announced place; whoever calls has the lock and has seen the place empty. */
  async land(part: string, path: string): Promise<void> {
    const target = this.#models.join(path)
    await rename(part, target)
    await flushFolder(dirname(target))
    await flushFolder(this.folder)
  }

  /** Ends the flight: removes the announced places for which `isKept` says no, then the flight's own folder. */
  async end(isKept: (path: string) => boolean): Promise<void> {
    try {
      await clearPlaces(this.#models, this.#places, isKept)
      await removeFlight(this.folder)
    } finally {
      endFlight(this.name)
    }
  }
}

/**
 * Finishes what dead owners left in `.tmp`. A record without places needs no document; one with places is looked at
 * under its model's lock, and left alone where the lock is taken or the document can't be read.
 */
export async function recoverFlights(models: ModelsFolder, scope: RecoveryScope): Promise<void> {
  let names: string[]
  try {
    names = await readdir(models.temporary)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw error
  }
  for (const name of names) {
    const folder = join(models.temporary, name)
    if (await isActive(name, folder)) continue
    const intent = await readIntent(join(folder, RECORD))
    if (!intent || intent.places.length === 0) {
      await removeFlight(folder)
      continue
    }
    await withLocks(intent.models, scope, async () => {
      const uris: string[] = []
      for (const model of intent.models) {
        const named = await scope.named(model)
        if (!named) return
        uris.push(...named)
      }
      await clearPlaces(models, intent.places, (path) => isNamed(path, uris))
      await removeFlight(folder)
    })
  }
}

/** Runs where all locks can be had at once, and not at all otherwise: nobody is waited for. */
async function withLocks(
  models: readonly string[],
  scope: RecoveryScope,
  run: () => Promise<void>,
): Promise<void> {
  const [first, ...others] = models
  if (first === undefined) await run()
  else await scope.withLock(first, () => withLocks(others, scope, run))
}

/** In the air: its owner lives, or nobody here can tell. What is gone meanwhile is nobody's concern. */
export async function isActive(name: string, path: string): Promise<boolean> {
  const state = flightState(name)
  if (state !== 'foreign') return state === 'alive'
  try {
    return flightState(name, (await lstat(path)).mtimeMs) !== 'dead'
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true
    throw error
  }
}

/**
 * Removes what stands in a place because its owner died before a document named it, and says whether it did. That can
 * happen at any time after the others' places were cleared, while the lock was waited for; whoever calls has the lock of
 * the place's model and has seen that its document does not name the place.
 */
export async function clearDeadPlace(models: ModelsFolder, path: string): Promise<boolean> {
  const target = models.join(path)
  const identity = await identityAt(target)
  for (const name of await readdir(models.temporary)) {
    const folder = join(models.temporary, name)
    if (await isActive(name, folder)) continue
    const places = (await readIntent(join(folder, RECORD)))?.places ?? []
    if (!places.some((place) => place.path === path && place.identity === identity)) continue
    await removeTree(target)
    return true
  }
  return false
}

/** The places that changes in the air are about: their documents may not name them yet, or name them still. */
export async function announcedPlaces(
  models: ModelsFolder,
  flights: readonly string[],
): Promise<ReadonlySet<string>> {
  const places = new Set<string>()
  for (const name of flights) {
    const folder = join(models.temporary, name)
    if (!(await isActive(name, folder))) continue
    for (const { path } of (await readIntent(join(folder, RECORD)))?.places ?? []) places.add(path)
  }
  return places
}

/** True where one of the URIs is the place or lies in it. */
export function isNamed(path: string, uris: readonly string[]): boolean {
  return uris.some((uri) => uri === path || uri.startsWith(`${path}/`))
}

async function clearPlaces(
  models: ModelsFolder,
  places: readonly Place[],
  isKept: (path: string) => boolean,
): Promise<void> {
  for (const place of places) {
    if (isKept(place.path)) continue
    const path = models.join(place.path)
    if ((await identityAt(path)) === place.identity) await removeTree(path)
    await removeEmptyParent(models, dirname(path))
  }
}

/**
 * The folder of a model goes with its last version; one that holds anything stays. So does the trash, which is no single
 * model's: somebody else, under another lock, may be about to put something there.
 */
async function removeEmptyParent(models: ModelsFolder, folder: string): Promise<void> {
  if (folder === models.path || folder === models.join(TRASH)) return
  try {
    await rmdir(folder)
  } catch (error) {
    // ENOTDIR: somebody put a link or a file there, which is not ours to remove.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error
  }
}

/** The record goes last, so that a removal that is interrupted is taken up again. */
async function removeFlight(folder: string): Promise<void> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    // A single file: a document or a backup that was never renamed. Another writer may clear it at the same time.
    if (systemCode(error) !== 'ENOTDIR') throw error
    await removeTree(folder)
    return
  }
  for (const name of names) if (name !== RECORD) await removeTree(join(folder, name))
  await removeTree(folder)
}

async function readIntent(path: string): Promise<Intent | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
    throw error
  }
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { models, places } = value as Partial<Record<keyof Intent, unknown>>
  if (!Array.isArray(models) || !Array.isArray(places)) return undefined
  return { models: models.filter(isModelName), places: places.filter(isPlace) }
}

function isModelName(value: unknown): value is string {
  return nameProblem('model', value) === undefined
}

function isPlace(value: unknown): value is Place {
  return (
    typeof value === 'object' &&
    value !== null &&
    'path' in value &&
    typeof value.path === 'string' &&
    isSafePath(value.path) &&
    'identity' in value &&
    typeof value.identity === 'string'
  )
}

/** What separates more than `/` does: on Windows, drives and streams too; elsewhere these are letters like any other. */
const UNSAFE = process.platform === 'win32' ? /[\\:\0]/ : /\0/

/** Relative, with `/`, and never upwards: the record may have come with a clone. */
export function isSafePath(path: string): boolean {
  if (UNSAFE.test(path)) return false
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

async function identityAt(path: string): Promise<string> {
  try {
    const stats = await lstat(path, { bigint: true })
    return `${stats.dev} ${stats.ino}`
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ''
    throw error
  }
}

/** Flushes a file that is already written. */
export async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
