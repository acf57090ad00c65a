import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { orMissing } from '../base/errors'
import { PACKAGES } from './environment'
import { packageName } from './requirements'

/** A `pyvenv.cfg` has some hundred bytes. */
const MAX_CONFIG = 65_536

/**
 * Python's version and those of the packages that matter, as they are installed in an environment: read from the names
 * of their metadata folders. Nothing is run, and no file but `pyvenv.cfg` is opened.
 * @param path The environment's folder, or its interpreter: `.venv`, `.venv/bin/python`, `C:\conda\python.exe`.
 */
export async function readInterpreter(path: string): Promise<ReadonlyMap<string, string>> {
  const result = new Map<string, string>()
  const prefix = await prefixOf(path)
  if (prefix === undefined) return result
  const python = (await pythonVersion(prefix)) ?? (await versionInName(path))
  for (const folder of await packageFolders(prefix, python)) {
    for (const name of await names(folder)) {
      const match = /^([A-Za-z0-9][\w.]*?)-([\w.!+]+?)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(name)
      const id = packageName(match?.[1] ?? '')
      if (match?.[2] !== undefined && PACKAGES.has(id)) result.set(id, match[2])
    }
  }
  if (python !== undefined) result.set('python', python)
  return result
}

/** The folder that an environment is installed in; `undefined` where there is none. */
async function prefixOf(path: string): Promise<string | undefined> {
  const stats = await orMissing(stat(path))
  if (!stats) return undefined
  if (stats.isDirectory()) return path
  const folder = dirname(path)
  return /^(?:bin|Scripts)$/i.test(basename(folder)) ? dirname(folder) : folder
}

/** `version = 3.11.4` (venv), `version_info = 3.11.4.final.0` (virtualenv, uv), or conda's record of its Python. */
async function pythonVersion(prefix: string): Promise<string | undefined> {
  const config = join(prefix, 'pyvenv.cfg')
  const size = (await orMissing(stat(config)))?.size ?? 0
  if (size > 0 && size <= MAX_CONFIG) {
    const written = (await orMissing(readFile(config, 'utf8'))) ?? ''
    return /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(written)?.[1]
  }
  for (const name of await names(join(prefix, 'conda-meta'))) {
    const version = /^python-(\d+\.\d+\.\d+)-[^-]+\.json$/.exec(name)?.[1]
    if (version !== undefined) return version
  }
  return undefined
}

/** Of an interpreter of the system, the name behind its links tells the version: `python3.11`. */
async function versionInName(path: string): Promise<string | undefined> {
  const real = await orMissing(realpath(path))
  return /^python(\d+\.\d+)$/.exec(basename(real ?? ''))?.[1]
}

async function packageFolders(prefix: string, python: string | undefined): Promise<string[]> {
  const minor = /^\d+\.\d+/.exec(python ?? '')?.[0]
  const libraries = (await names(join(prefix, 'lib'))).filter((name) => name.startsWith('python3'))
  // A prefix of the system can hold the packages of several versions.
  const own = libraries.filter((name) => name === `python${minor}` || name === 'python3')
  const chosen = own.length > 0 || libraries.length > 1 ? own : libraries
  return [
    join(prefix, 'Lib', 'site-packages'),
    ...chosen.flatMap((name) =>
      ['site-packages', 'dist-packages'].map((kind) => join(prefix, 'lib', name, kind)),
    ),
  ]
}

async function names(folder: string): Promise<readonly string[]> {
  return (await orMissing(readdir(folder))) ?? []
}
