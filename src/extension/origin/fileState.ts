import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors'
import type { ModelVersion } from '../../registry/model'
import type { RegisteredContent } from './registered'

/** What the registry knows of a file or folder of the workspace. */
export interface FileState {
  /** Versions that hold exactly this content. */
  readonly versions: readonly ModelVersion[]
  /** The newest version that came from here, where none holds what is here now. */
  readonly changedFrom?: ModelVersion
  /** Names the content; known where it was read. */
  readonly digest?: string
}

/** Digest of a file; `undefined` where it is gone or being written. */
export type DigestOf = (path: string) => Promise<string | undefined>

/**
 * Looks at a file or folder. Size and time come first: the content is read only where they leave a doubt, or where it
 * has to be named.
 * @param path Relative to the workspace folder, with `/`.
 * @param root The workspace folder.
 * @returns `undefined` where there is nothing, or it is being written.
 */
export async function lookAt(
  path: string,
  root: string,
  content: RegisteredContent,
  digestOf: DigestOf,
  options: { readonly named?: boolean } = {},
): Promise<FileState | undefined> {
  const absolute = join(root, ...path.split('/'))
  const stats = await statOrUndefined(absolute)
  const sources = content.bySource.get(path) ?? []
  if (!stats) return undefined
  if (stats.isDirectory()) return lookAtFolder(absolute, sources, digestOf)
  const changedFrom = sources.at(-1)
  const mayBeKnown = content.sizes.has(stats.size)
  if (!mayBeKnown && !(options.named && changedFrom))
    return { versions: [], ...(changedFrom ? { changedFrom } : {}) }
  const digest = await digestOf(absolute)
  if (digest === undefined) return undefined
  const versions = content.byDigest.get(digest) ?? []
  return { versions, digest, ...(versions.length === 0 && changedFrom ? { changedFrom } : {}) }
}

/** A folder is compared with what was registered from it, file by file; what lies there besides does not count. */
async function lookAtFolder(
  folder: string,
  sources: readonly ModelVersion[],
  digestOf: DigestOf,
): Promise<FileState | undefined> {
  const versions: ModelVersion[] = []
  for (const version of sources.toReversed())
    if (await holds(folder, version, digestOf)) versions.push(version)
  const changedFrom = sources.at(-1)
  if (versions.length > 0 || !changedFrom) return { versions }
  const digests = []
  for (const { path } of changedFrom.artifact?.files ?? [])
    digests.push((await digestOf(join(folder, ...path.split('/')))) ?? 'gone')
  return { versions, changedFrom, digest: digests.join(' ') }
}

async function holds(
  folder: string,
  { artifact }: ModelVersion,
  digestOf: DigestOf,
): Promise<boolean> {
  const files = artifact?.files ?? []
  const paths = files.map(({ path }) => join(folder, ...path.split('/')))
  const stats = await Promise.all(paths.map(statOrUndefined))
  if (files.some(({ size }, index) => stats[index]?.size !== size)) return false
  for (const [index, { sha256 }] of files.entries())
    if ((await digestOf(paths[index] ?? '')) !== sha256) return false
  return files.length > 0
}

/** `undefined` for what is gone, or can't be looked at. */
export async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}
