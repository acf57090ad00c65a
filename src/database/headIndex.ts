import { readFile, rename, writeFile } from 'node:fs/promises'
import { withTemporary } from '../base/durable'
import { systemCode } from '../base/errors'
import { INDEX, type ModelsFolder } from '../base/modelsFolder'
import type { ModelHead } from '../registry/head'

/** Changes with what a head holds: an index of another one is thrown away. */
const SHAPE = 2

interface Entry {
  /** Identity of the document's file that the head was taken from. */
  readonly key: string
  readonly head: ModelHead
}

/**
 * Heads of models by the identity of their documents: a cache that anybody may delete. It is believed for exactly the
 * files that it was made from.
 */
export class HeadIndex {
  readonly #folder: ModelsFolder
  readonly #entries: Map<string, Entry>
  #changed = false

  private constructor(folder: ModelsFolder, entries: Map<string, Entry>) {
    this.#folder = folder
    this.#entries = entries
  }

  static async read(folder: ModelsFolder): Promise<HeadIndex> {
    return new HeadIndex(folder, parse(await readOrNothing(folder.join(INDEX))))
  }

  get(name: string, key: string): ModelHead | undefined {
    const entry = this.#entries.get(name)
    return entry?.key === key ? entry.head : undefined
  }

  set(name: string, key: string, head: ModelHead): void {
    this.#entries.set(name, { key, head })
    this.#changed = true
  }

  /** Forgets models that are gone. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#entries.keys()) {
      if (names.has(name)) continue
      this.#entries.delete(name)
      this.#changed = true
    }
  }

  /** Writes it where something is new; two writers at once leave one of the two, and both are right. */
  async write(): Promise<void> {
    if (!this.#changed) return
    const text = JSON.stringify({ shape: SHAPE, entries: Object.fromEntries(this.#entries) })
    try {
      await withTemporary(this.#folder.temporary, 'index', async (temporary) => {
        await writeFile(temporary, text)
        await rename(temporary, this.#folder.join(INDEX))
      })
      this.#changed = false
    } catch (error) {
      // Without the folder for temporaries nothing was ever written here; without the right to write, nothing can be.
      if (!['ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error
    }
  }
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EACCES') return ''
    throw error
  }
}

/** Anything but an index of this shape is an empty one: it is made again. */
function parse(text: string): Map<string, Entry> {
  try {
    const value: unknown = JSON.parse(text)
    if (
      typeof value !== 'object' ||
      value === null ||
      !('shape' in value) ||
      value.shape !== SHAPE
    ) {
      return new Map()
    }
    const entries = 'entries' in value ? value.entries : undefined
    if (typeof entries !== 'object' || entries === null) return new Map()
    return new Map(
      Object.entries(entries).filter((pair): pair is [string, Entry] => isEntry(pair[1])),
    )
  } catch {
    return new Map()
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || !('key' in value) || !('head' in value))
    return false
  const { key, head } = value
  return (
    typeof key === 'string' &&
    typeof head === 'object' &&
    head !== null &&
    'stages' in head &&
    typeof head.stages === 'object' &&
    'sizes' in head &&
    Array.isArray(head.sizes)
  )
}
