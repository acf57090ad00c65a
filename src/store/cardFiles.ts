import { constants } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import {
  checkFolder,
  ensureFolder,
  flushFolder,
  withTemporary,
  writeFlushed,
} from '../base/durable'
import { AppError, systemCode } from '../base/errors'
import { CARDS, type ModelsFolder } from '../base/modelsFolder'
import { checkName } from '../registry/names'
import type { Cards } from '../registry/ports'

const MAX_BYTES = 4 * 1024 * 1024

/** Model cards that somebody edited: `.cards/<model>/<version>.md`, tracked by git. */
export class FileCards implements Cards {
  readonly #folder: ModelsFolder

  constructor(folder: ModelsFolder) {
    this.#folder = folder
  }

  async has(model: string, version: string): Promise<boolean> {
    return (await this.read(model, version)) !== undefined
  }

  async read(model: string, version: string): Promise<string | undefined> {
    const path = this.#path(model, version)
    try {
      await checkFolder(this.#folder.join(CARDS))
      await checkFolder(this.#folder.join(CARDS, model))
      const handle = await open(
        path,
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      )
      try {
        const stats = await handle.stat()
        if (!stats.isFile() || stats.size > MAX_BYTES) {
          throw new AppError('corrupt', `${path} is not a model card. Move it away.`)
        }
        return await handle.readFile('utf8')
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async write(model: string, version: string, text: string): Promise<void> {
    const path = this.#path(model, version)
    await ensureFolder(this.#folder.join(CARDS))
    await ensureFolder(this.#folder.join(CARDS, model))
    await mkdir(this.#folder.temporary, { recursive: true })
    await withTemporary(this.#folder.temporary, 'md', async (temporary) => {
      await writeFlushed(temporary, text)
      await rename(temporary, path)
    })
    await flushFolder(this.#folder.join(CARDS, model))
  }

  #path(model: string, version: string): string {
    checkName('model', model)
    checkName('version', version)
    return this.#folder.join(CARDS, model, `${version}.md`)
  }
}
