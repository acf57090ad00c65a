import { appendFile, readFile, rename, stat } from 'node:fs/promises'
import { ensureFolder } from '../base/durable'
import { systemCode } from '../base/errors'
import { LOCKS, SIDE, type ModelsFolder } from '../base/modelsFolder'
import type { OwnChange, UndoLog } from '../registry/ports'
import { acquireLock } from './lock'

const NAME = 'own-changes.jsonl'
const EARLIER = 'own-changes-earlier.jsonl'
/** No model can have this name. */
const LOCK = '.own-changes'
/** Beyond this size a new file is begun and the one before the last goes: nobody undoes a thousand changes. */
const MAX_BYTES = 100_000

/** Lines of JSON in the side folder, which git ignores: it never leaves this machine. */
export class FileUndoLog implements UndoLog {
  readonly #folder: ModelsFolder

  constructor(folder: ModelsFolder) {
    this.#folder = folder
  }

  #path(name: string): string {
    return this.#folder.join(SIDE, name)
  }

  async append(change: OwnChange): Promise<void> {
    await ensureFolder(this.#folder.join(SIDE))
    // Whatever a crash left of the line before, this one stands alone.
    await appendFile(this.#path(NAME), `\n${JSON.stringify(change)}\n`)
    if (await this.#isFull()) await this.#beginAnew()
  }

  async #isFull(): Promise<boolean> {
    try {
      return (await stat(this.#path(NAME))).size > MAX_BYTES
    } catch (error) {
      // Somebody else has just begun anew.
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
  }

  /** By a rename, so that whoever is just appending has a line in one file or the other; one process at a time. */
  async #beginAnew(): Promise<void> {
    const unlock = await acquireLock({
      folder: this.#folder.join(LOCKS),
      temporary: this.#folder.temporary,
      name: LOCK,
      via: 'undo log',
    })
    try {
      if (await this.#isFull()) await rename(this.#path(NAME), this.#path(EARLIER))
    } finally {
      await unlock()
    }
  }

  async read(): Promise<readonly OwnChange[]> {
    const texts = [await this.#text(EARLIER), await this.#text(NAME)]
    return texts.flatMap((text) => text.split('\n').flatMap(parseLine))
  }

  async #text(name: string): Promise<string> {
    try {
      return await readFile(this.#path(name), 'utf8')
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return ''
      throw error
    }
  }
}

/** A line that a crash cut off says nothing. */
function parseLine(line: string): OwnChange[] {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null) return []
    const { model, entry, actor, renamedFrom } = value as Record<string, unknown>
    if (typeof model !== 'string' || typeof entry !== 'string' || typeof actor !== 'string') {
      return []
    }
    return [{ model, entry, actor, ...(typeof renamedFrom === 'string' ? { renamedFrom } : {}) }]
  } catch {
    return []
  }
}

export class MemoryUndoLog implements UndoLog {
  readonly #changes: OwnChange[] = []

  async append(change: OwnChange): Promise<void> {
    this.#changes.push(change)
  }

  async read(): Promise<readonly OwnChange[]> {
    return this.#changes
  }
}
