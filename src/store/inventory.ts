import { lstat, mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder, flushFolder, removeTree } from '../base/durable'
import { AppError, systemCode } from '../base/errors'
import { TEMPORARY, TRASH, type ModelsFolder } from '../base/modelsFolder'
import { ulid } from '../base/ulid'
import type { StoredPlace } from '../registry/ports'
import { announcedPlaces, isActive, isSafePath } from './flight'
import { foldersIn } from './storePaths'

/** What no document named is in the trash under a name of this kind; what a document names, under its version's id. */
const UNLISTED = 'unlisted-'

/**
 * Everything in the store, whether a document names it or not. Links are neither followed nor listed, and what somebody
 * else removes meanwhile is left out.
 */
export async function listPlaces(folder: ModelsFolder): Promise<StoredPlace[]> {
  const places: StoredPlace[] = []
  for (const name of await foldersIn(folder.path)) {
    if (name.startsWith('.') && name !== TRASH && name !== TEMPORARY) continue
    const isTemporary = name === TEMPORARY
    for (const inner of await (isTemporary ? namesIn : foldersIn)(folder.join(name))) {
      const path = `${name}/${inner}`
      const measured = await measure(folder, path)
      if (!measured) continue
      if (isTemporary) {
        const active = await isActive(inner, folder.join(path))
        places.push({ ...measured, area: 'temporary', active })
      } else if (name === TRASH) {
        places.push({ ...measured, area: 'trash', isUnlisted: inner.startsWith(UNLISTED) })
      } else {
        places.push({ ...measured, area: 'version' })
      }
    }
  }
  // Asked after the places: what was seen there is in the air still, or its document names it by now.
  const announced = await announcedPlaces(folder, await namesIn(folder.temporary))
  return places.map((place) => (announced.has(place.path) ? { ...place, active: true } : place))
}

async function measure(
  folder: ModelsFolder,
  path: string,
): Promise<Pick<StoredPlace, 'path' | 'freeable' | 'modifiedAt'> | undefined> {
  try {
    const stats = await lstat(folder.join(path))
    return { path, freeable: await freeableBelow(folder.join(path)), modifiedAt: stats.mtime }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Bytes of files that have no other name. */
async function freeableBelow(path: string): Promise<number> {
  const stats = await lstat(path)
  if (!stats.isDirectory()) return stats.nlink > 1 ? 0 : stats.size
  let sum = 0
  for (const name of await readdir(path)) sum += await freeableBelow(join(path, name))
  return sum
}

/** Moves a place that no document names into the trash, as a whole. */
export async function movePlaceToTrash(folder: ModelsFolder, path: string): Promise<void> {
  checkPlace(path)
  await ensureFolder(folder.join(TRASH))
  const target = folder.join(TRASH, `${UNLISTED}${ulid()}`)
  await mkdir(target)
  await rename(folder.join(path), join(target, path.replaceAll('/', '@')))
  await flushFolder(target)
  await flushFolder(folder.join(TRASH))
}

/** Removes a place in the trash or of a flight; nothing else can be removed by this. */
export async function removePlace(folder: ModelsFolder, path: string): Promise<void> {
  checkPlace(path)
  const [area] = path.split('/')
  if (area !== TRASH && area !== TEMPORARY) {
    throw new AppError(
      'invalid',
      `${path} is neither in the trash nor temporary, so it is not removed.`,
    )
  }
  await removeTree(folder.join(path))
}

/** Other names of the same bytes, as paths inside the folder. */
export async function otherNames(folder: ModelsFolder, path: string): Promise<string[]> {
  const stats = await lstat(folder.join(path), { bigint: true })
  if (stats.nlink < 2n) return []
  const names: string[] = []
  const walk = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(folder.join(prefix), { withFileTypes: true })) {
      const inner = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (entry.isDirectory()) await walk(inner)
      else if (entry.isFile() && inner !== path) {
        const other = await lstat(folder.join(inner), { bigint: true })
        if (other.ino === stats.ino && other.dev === stats.dev) names.push(inner)
      }
    }
  }
  await walk('')
  return names
}

function checkPlace(path: string): void {
  if (!isSafePath(path) || path.split('/').length !== 2) {
    throw new AppError('invalid', `${JSON.stringify(path)} is not a place of the store.`)
  }
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}
