import { createHash } from 'node:crypto'
import type { Memento } from 'vscode'

const KEY = 'approvedCommands'

/**
 * The commands that somebody approved on this machine, by the digests of their exact texts: the rules arrive with a
 * clone, and no repository can write here.
 */
export class Approvals {
  readonly #memory: Pick<Memento, 'get' | 'update'>

  constructor(memory: Pick<Memento, 'get' | 'update'>) {
    this.#memory = memory
  }

  has(command: string): boolean {
    return this.#digests().includes(digestOf(command))
  }

  async add(command: string): Promise<void> {
    await this.#memory.update(KEY, [...new Set([...this.#digests(), digestOf(command)])])
  }

  #digests(): readonly string[] {
    return this.#memory.get<readonly string[]>(KEY) ?? []
  }
}

function digestOf(command: string): string {
  return createHash('sha256').update(command).digest('hex')
}
