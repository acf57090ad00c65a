import { mkdir, open, rename, writeFile } from 'node:fs/promises'
import { constants } from 'node:fs'
import { join } from 'node:path'
import { checkFolder, ensureFolder, removeTree, withTemporary } from '../base/durable'
import { AppError, systemCode } from '../base/errors'
import { SIDE, type ModelsFolder } from '../base/modelsFolder'
import { checkName } from '../registry/names'
import type { SideFiles } from '../registry/ports'

/** Larger is no side file: reading it whole would take the memory it names. */
const MAX_BYTES = 64 * 1024 * 1024

/** What is too big for a document, in `.side/<model>/<version>/`; ignored by git, and nobody's only copy of anything. */
export class FileSideFiles implements SideFiles {
  readonly #folder: ModelsFolder

  constructor(folder: ModelsFolder) {
    this.#folder = folder
  }

  async write(model: string, version: string, name: string, bytes: Uint8Array): Promise<void> {
    const folder = this.#place(model, version)
    await ensureFolder(this.#folder.join(SIDE))
    await ensureFolder(this.#folder.join(SIDE, model))
    await ensureFolder(folder)
    await mkdir(this.#folder.temporary, { recursive: true })
    await withTemporary(this.#folder.temporary, 'side', async (temporary) => {
      await writeFile(temporary, bytes)
      await rename(temporary, join(folder, name))
    })
  }

  async read(model: string, version: string, name: string): Promise<Uint8Array | undefined> {
    const folder = this.#place(model, version)
    try {
      await checkFolder(this.#folder.join(SIDE))
      await checkFolder(this.#folder.join(SIDE, model))
      await checkFolder(folder)
      const handle = await open(
        join(folder, name),
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      )
      try {
        const stats = await handle.stat()
        if (!stats.isFile() || stats.size > MAX_BYTES) {
          throw new AppError('corrupt', `${join(folder, name)} is not a side file. Move it away.`)
        }
        return await handle.readFile()
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async remove(model: string, version: string): Promise<void> {
    await removeTree(this.#place(model, version))
  }

  #place(model: string, version: string): string {
    checkName('model', model)
    checkName('version', version)
    return this.#folder.join(SIDE, model, version)
  }
}

/** Side files of a registry in memory. */
export class MemorySideFiles implements SideFiles {
  readonly #files = new Map<string, Uint8Array>()

  async write(model: string, version: string, name: string, bytes: Uint8Array): Promise<void> {
    this.#files.set(`${model}/${version}/${name}`, Uint8Array.from(bytes))
  }

  async read(model: string, version: string, name: string): Promise<Uint8Array | undefined> {
    return this.#files.get(`${model}/${version}/${name}`)
  }

  async remove(model: string, version: string): Promise<void> {
    for (const key of this.#files.keys()) {
      if (key.startsWith(`${model}/${version}/`)) this.#files.delete(key)
    }
  }
}
