import { extname } from 'node:path'
import { isAppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import type { Budget } from '../bytes/limits'
import { LIMITS } from '../bytes/limits'
import type { ZipArchive } from '../bytes/zip'
import { openZip } from '../bytes/zip'
import type { FileSubject, Inspected } from './format'

/** Bytes that every format may look at without a read of its own. */
const HEAD = 65_536

/** The files beside a file; a member of a container has none. */
export interface Surroundings {
  siblings(): readonly string[]
  sibling(name: string): ByteReader | undefined
}

const ALONE: Surroundings = { siblings: () => [], sibling: () => undefined }

/** A file, or a member of one, with what the formats share of it read once. */
export class OpenedFile implements FileSubject {
  readonly name: string
  readonly extension: string
  readonly reader: ByteReader
  readonly head: Uint8Array
  readonly budget: Budget
  readonly #inspect: (subject: FileSubject) => Inspected
  readonly #surroundings: Surroundings
  readonly #depth: number
  #zip: ZipArchive | undefined | null = null

  constructor(options: {
    name: string
    reader: ByteReader
    budget: Budget
    inspect: (subject: FileSubject) => Inspected
    surroundings?: Surroundings
    depth?: number
  }) {
    this.name = options.name
    this.extension = extname(options.name).toLowerCase()
    this.reader = options.reader
    this.head = options.reader.head(0, HEAD)
    this.budget = options.budget
    this.#inspect = options.inspect
    this.#surroundings = options.surroundings ?? ALONE
    this.#depth = options.depth ?? 0
  }

  zip(): ZipArchive | undefined {
    if (this.#zip === null) this.#zip = this.#openZip()
    return this.#zip
  }

  #openZip(): ZipArchive | undefined {
    try {
      return openZip(this.reader, this.budget)
    } catch (error) {
      // What can't be read as an archive is none; a damaged one is still found by its signature.
      if (isAppError(error)) return undefined
      throw error
    }
  }

  siblings(): readonly string[] {
    return this.#surroundings.siblings()
  }

  sibling(name: string): ByteReader | undefined {
    return this.#surroundings.sibling(name)
  }

  inspectMember(name: string, reader: ByteReader): Inspected | undefined {
    if (this.#depth >= LIMITS.nesting) return undefined
    return this.#inspect(
      new OpenedFile({
        name: name.split('/').at(-1) ?? name,
        reader,
        budget: this.budget,
        inspect: this.#inspect,
        depth: this.#depth + 1,
      }),
    )
  }
}
