import { lstat, mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkFolder } from '../base/durable'
import { AppError, systemCode } from '../base/errors'
import { TRASH, type ModelsFolder } from '../base/modelsFolder'
import { nameProblem } from '../registry/names'
import { isSafePath } from './flight'

/** Stored files are for reading only; folders stay writable, so that a person can remove them. */
export const FILE_MODE = 0o444
export const FOLDER_MODE = 0o755

/** The version's folder of an artifact's URI: its first two parts, whether it is a file in it or the folder itself. */
export function placeOf(uri: string): string {
  checkUri(uri)
  return uri.split('/').slice(0, 2).join('/')
}

/** @throws AppError `invalid` for an address that does not stay inside the store. */
export function checkUri(uri: string): void {
  if (typeof uri !== 'string') throw new AppError('invalid', 'An artifact has an address.')
  const [first, second] = uri.split('/')
  const isOurs = first === TRASH || nameProblem('model', first) === undefined
  if (isSafePath(uri) && isOurs && nameProblem('version', second) === undefined) return
  throw new AppError(
    'invalid',
    `The artifact address ${JSON.stringify(uri)} does not stay inside the registry's folder, so it is not used. Correct the document that names it.`,
  )
}

/** The path of a place, with every folder on the way seen to be a real one; `undefined` where there is nothing. */
export async function realFolder(folder: ModelsFolder, path: string): Promise<string | undefined> {
  let current = folder.path
  for (const part of path.split('/')) {
    current = join(current, part)
    if (!(await exists(current))) return undefined
    await checkFolder(current)
  }
  return current
}

/** True where the folder was made now. */
export async function makeModelFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: FOLDER_MODE })
    return true
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    await checkFolder(path)
    return false
  }
}

/** Folders on the way to a file, each made once and remembered for the flush. */
export async function makeFolders(path: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return
  await makeFolders(dirname(path), made)
  await mkdir(path, { mode: FOLDER_MODE })
  made.add(path)
}

/** What lies below a folder, by relative path with `/`. */
export interface Content {
  readonly files: readonly { readonly path: string; readonly size: number }[]
  /** Links and special files, which are no content of an artifact. */
  readonly others: readonly string[]
}

export async function contentBelow(folder: string, prefix = ''): Promise<Content> {
  const files: { path: string; size: number }[] = []
  const others: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) {
      const inner = await contentBelow(join(folder, entry.name), path)
      files.push(...inner.files)
      others.push(...inner.others)
    } else if (entry.isFile()) {
      files.push({ path, size: (await lstat(join(folder, entry.name))).size })
    } else others.push(path)
  }
  return { files, others }
}

/** Names of the folders in a folder that may not be there; links are none. */
export async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return []
    throw error
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false
    throw error
  }
}

export function missing(uri: string): AppError {
  return new AppError(
    'notFound',
    `The artifact ${uri} is not here. If another machine has it, copy it into the registry's folder; "model-registry verify" shows what is missing.`,
  )
}
