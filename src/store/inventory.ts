import { lstat, mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder, flushFolder, removeTree } from '../base/durable'
import { AppError, systemCode } from '../base/errors'
import { SIDE, TEMPORARY, TRASH, type ModelsFolder } from '../base/modelsFolder'
import { ulid } from '../base/ulid'
import type { StoredPlace } from '../registry/ports'
import { isActive, isSafePath } from './flight'
import { foldersIn } from './storePaths'

/** What no document named is in the trash under a name of this kind; what a document names, under its version's id. */
const UNLISTED = 'unlisted-'

/** Everything in the store, whether a document names it or not. Links are neither followed nor listed. */
export async function listPlaces(folder: ModelsFolder): Promise<StoredPlace[]> {
  const places: StoredPlace[] = []
  for (const name of await foldersIn(folder.path)) {
    if (name === SIDE || (name.startsWith('.') && name !== TRASH && name !== TEMPORARY)) continue
    if (name === TEMPORARY) {
      for (const flight of await namesIn(folder.join(name))) {
        const path = `${name}/${flight}`
        places.push({
          ...(await measure(folder, path)),
          area: 'temporary',
          active: await isActive(flight, folder.join(path)),
        })
      }
      continue
    }
    for (const version of await foldersIn(folder.join(name))) {
      const measured = await measure(folder, `${name}/${version}`)
      places.push(
        name === TRASH
          ? { ...measured, area: 'trash', isUnlisted: version.startsWith(UNLISTED) }
          : { ...measured, area: 'version' },
      )
    }
  }
  return places
}

async function measure(
  folder: ModelsFolder,
  path: string,
): Promise<{ path: string; freeable: number; modifiedAt: Date }> {
  const stats = await lstat(folder.join(path))
  return { path, freeable: await freeableBelow(folder.join(path)), modifiedAt: stats.mtime }
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
