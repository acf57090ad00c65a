import { access } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { inspect } from './app'
import { describeParts } from './formats/describeParts'

export { describeParts }

/** A model that lies in several files, as one of them tells. */
export interface WholeModel {
  /** The paths of all parts that are there, the named one among them. */
  readonly paths: readonly string[]
  /** `model-00001-of-00003.safetensors has 2 more parts: register all 3.`, or which ones are not there. */
  readonly sentence: string
}

/**
 * The model that a file is a part of, such as a shard or a graph with its weights beside it; `undefined` where it is the
 * whole.
 * @throws AppError `cancelled`
 */
export async function wholeModelOf(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<WholeModel | undefined> {
  const { parts } = await inspect(path, options)
  const present = (parts?.present ?? []).map((part) => join(dirname(path), ...part.split('/')))
  // The index of shards belongs to them, and no shard names it.
  const index = path.replace(/-\d{5}-of-\d{5}(\.\w+)$/, '$1.index.json')
  const hasIndex = present.length > 1 && index !== path && (await isReadable(index))
  const paths = [...new Set([path, ...present, ...(hasIndex ? [index] : [])])].sort()
  const names = paths.map((part) => basename(part))
  const missing = parts?.missing ?? []
  const sentence = describeParts(basename(path), { present: names, missing })
  return sentence === undefined ? undefined : { paths, sentence }
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
