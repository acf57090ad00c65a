import { createHash } from 'node:crypto'

const KEY = 'approvedCommands'

/** What keeps values of this machine: a `Memento`. */
interface Memory {
  get(key: string): unknown
  update(key: string, value: readonly string[]): PromiseLike<void>
}

/**
 * The commands that somebody approved on this machine, by the digests of their exact texts: the rules arrive with a
 * clone, and no repository can write here.
 */
export class Approvals {
  readonly #memory: Memory

  constructor(memory: Memory) {
    this.#memory = memory
  }

  has(command: string): boolean {
    return this.#digests().includes(digestOf(command))
  }

  async add(command: string): Promise<void> {
    await this.#memory.update(KEY, [...new Set([...this.#digests(), digestOf(command)])])
  }

  #digests(): readonly string[] {
    const kept = this.#memory.get(KEY)
    return Array.isArray(kept) ? kept.filter((item) => typeof item === 'string') : []
  }
}

function digestOf(command: string): string {
  return createHash('sha256').update(command).digest('hex')
}
