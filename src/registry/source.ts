import { basename, dirname, isAbsolute, relative, sep } from 'node:path'
import type { Source } from './model'

/**
 * Where an artifact comes from, as a version keeps it: relative to the workspace folder with `/`. What lies outside
 * keeps only its name, since a path of one machine says nothing on another and may say too much. Of several paths it is
 * the folder that holds them all.
 * @param paths Absolute.
 */
export function sourceOf(paths: readonly string[], workspace: string): Source {
  const path = commonPath(paths)
  const way = relative(workspace, path)
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
  if (isOutside) return { path: basename(path), outside: true }
  return { path: way === '' ? '.' : way.split(sep).join('/') }
}

function commonPath(paths: readonly string[]): string {
  const [first = '', ...others] = paths
  if (others.length === 0) return first
  let folder = dirname(first)
  const holds = (path: string): boolean =>
    folder === dirname(folder) || path.startsWith(folder + sep)
  while (!others.every(holds)) folder = dirname(folder)
  return folder
}
