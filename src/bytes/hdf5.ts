import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import { readAttribute } from './hdf5Attribute'
import type { Hdf5Attribute, Hdf5Value } from './hdf5Attribute'
import { readDataset } from './hdf5Dataset'
import type { Hdf5Dataset } from './hdf5Dataset'
import { isGroup, readLinks } from './hdf5Group'
import type { Hdf5Link } from './hdf5Group'
import { MessageType, openMessage, readHeader } from './hdf5Header'
import type { HeaderMessage } from './hdf5Header'
import { FractalHeap } from './hdf5Heap'
import { Hdf5Source } from './hdf5Source'
import { readRecords } from './hdf5Tree'
import { BudgetExceeded, LIMITS } from './limits'
import type { Budget } from './limits'

const SIGNATURE = '\x89HDF\r\n\x1a\n'
/** The last place of the superblock that is looked at; a user block of more is not used by any library. */
const MAX_USER_BLOCK = 1 << 20
/** Problems that are kept for one file. */
const MAX_PROBLEMS = 20

export type { Hdf5Value } from './hdf5Attribute'
export type { Hdf5Storage } from './hdf5Dataset'

export type Attributes = ReadonlyMap<string, Hdf5Value>

export interface NamedDataset extends Hdf5Dataset {
  /** Path from the root, without a slash before it: `model_weights/dense/kernel`. */
  readonly path: string
  readonly attributes: Attributes
}

/** A link that leads by a path, possibly into another file. */
export interface NamedLink {
  readonly path: string
  readonly kind: 'soft' | 'external'
  readonly target: string
  readonly file?: string
}

/** The structure of an HDF5 file, without data. */
export interface Hdf5File {
  /** Bytes before the superblock, which belong to somebody else. */
  readonly userBlock: number
  /** Attributes of each group by its path; the root is the empty path. */
  readonly groups: ReadonlyMap<string, Attributes>
  readonly datasets: readonly NamedDataset[]
  readonly links: readonly NamedLink[]
  /** What could not be read; the rest stands. */
  readonly problems: readonly AppError[]
}

/** Where the superblock is: at the beginning, or behind a user block of 512 bytes times a power of two (spec II.A). */
export function findSuperblock(reader: ByteReader): number | undefined {
  for (let at = 0; at <= MAX_USER_BLOCK && at + 8 <= reader.size; at = at === 0 ? 512 : at * 2) {
    const signature = String.fromCharCode(...reader.bytes(at, 8))
    if (signature === SIGNATURE) return at
  }
  return undefined
}

/**
 * Reads groups, datasets, attributes and links of an HDF5 file or of a view of one (a member that is stored in a ZIP
 * archive). Each object is listed once, by the first path that leads to it. Throws `AppError('corrupt')` where the
 * superblock or the root can't be read; what is wrong below them is in `problems`.
 */
export function readHdf5(reader: ByteReader, budget: Budget): Hdf5File {
  const userBlock = findSuperblock(reader)
  if (userBlock === undefined) {
    throw new AppError('corrupt', 'An HDF5 superblock is expected.', {
      location: { offset: reader.base },
    })
  }
  const { source, root } = readSuperblock(reader.view(userBlock), budget)
  return new Walk(source, userBlock).read(root)
}

function readSuperblock(reader: ByteReader, budget: Budget): { source: Hdf5Source; root: number } {
  const version = reader.u8(8)
  const isOld = version < 2
  const [offsetSize, lengthSize] = [reader.u8(isOld ? 13 : 9), reader.u8(isOld ? 14 : 10)]
  const isSize = (size: number): boolean => size === 2 || size === 4 || size === 8
  if (version > 3 || !isSize(offsetSize) || !isSize(lengthSize)) {
    throw new AppError('corrupt', `HDF5 superblock version ${version} is not known.`, {
      location: { offset: reader.base + 8 },
    })
  }
  const source = new Hdf5Source(reader, budget, offsetSize, lengthSize)
  const cursor = source.cursor(isOld ? (version === 0 ? 24 : 28) : 12)
  if (isOld) {
    // Four addresses, and the offset of the root's name, stand before its object header.
    cursor.take(5 * offsetSize)
  } else {
    cursor.take(3 * offsetSize)
  }
  const root = cursor.address()
  if (root === undefined) throw source.corrupt('The HDF5 file has no root group.', cursor.position)
  return { source, root }
}

class Walk {
  readonly #source: Hdf5Source
  readonly #userBlock: number
  readonly #groups = new Map<string, Attributes>()
  readonly #datasets: NamedDataset[] = []
  readonly #links: NamedLink[] = []
  readonly #problems: AppError[] = []
  readonly #seen = new Set<number>()

  constructor(source: Hdf5Source, userBlock: number) {
    this.#source = source
    this.#userBlock = userBlock
  }

  read(root: number): Hdf5File {
    const messages = readHeader(this.#source, root)
    this.#seen.add(root)
    this.#guard(() => this.#readGroup('', messages, 0))
    return {
      userBlock: this.#userBlock,
      groups: this.#groups,
      datasets: this.#datasets,
      links: this.#links,
      problems: this.#problems,
    }
  }

  /** What is damaged in one object is noted, and does not keep the others from being read. */
  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
      if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(error)
      if (error instanceof BudgetExceeded) throw error
    }
  }

  #readGroup(path: string, messages: readonly HeaderMessage[], depth: number): void {
    this.#groups.set(path, this.#readAttributes(messages))
    if (depth > LIMITS.depth) {
      throw this.#source.corrupt('HDF5 groups nest too deep.', messages[0]?.start ?? 0)
    }
    const links = [...readLinks(this.#source, messages)]
    // Large groups are kept in the order of hashes: by name, the first path to an object is the same everywhere.
    links.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    for (const link of links) {
      this.#guard(() => this.#follow(path === '' ? link.name : `${path}/${link.name}`, link, depth))
    }
  }

  #follow(path: string, link: Hdf5Link, depth: number): void {
    if (link.kind !== 'hard') {
      if (this.#links.length >= LIMITS.entries) return
      const { kind, target } = link
      this.#links.push(
        kind === 'external' ? { path, kind, target, file: link.file } : { path, kind, target },
      )
      return
    }
    if (this.#seen.has(link.address)) return
    this.#seen.add(link.address)
    const messages = readHeader(this.#source, link.address)
    if (isGroup(messages)) {
      this.#readGroup(path, messages, depth + 1)
      return
    }
    const dataset = readDataset(this.#source, messages)
    if (!dataset) return
    if (this.#datasets.length >= LIMITS.tensors) {
      throw new BudgetExceeded('The file has more datasets than are listed.')
    }
    this.#datasets.push({ ...dataset, path, attributes: this.#readAttributes(messages) })
  }

  #readAttributes(messages: readonly HeaderMessage[]): Attributes {
    const attributes = new Map<string, Hdf5Value>()
    const keep = ({ name, value }: Hdf5Attribute): void => {
      if (attributes.size < LIMITS.entries) attributes.set(name, value)
    }
    for (const message of messages) {
      if (message.type === MessageType.attribute) {
        this.#guard(() => {
          const cursor = openMessage(this.#source, message)
          if (cursor) keep(readAttribute(cursor))
        })
      } else if (message.type === MessageType.attributeInfo) {
        this.#guard(() => this.#readDenseAttributes(message, keep))
      }
    }
    return attributes
  }

  /** Reads an attribute info message (spec IV.A.2.v): a heap of attribute messages, and a tree of their names. */
  #readDenseAttributes(message: HeaderMessage, keep: (attribute: Hdf5Attribute) => void): void {
    const source = this.#source
    const cursor = source.cursor(message.start, message.end)
    cursor.take(1)
    const flags = cursor.u8()
    if (flags & 1) cursor.take(2)
    const heapAddress = cursor.address()
    const tree = cursor.address()
    if (heapAddress === undefined || tree === undefined) return
    const heap = new FractalHeap(source, heapAddress)
    for (const record of readRecords(source, tree)) {
      this.#guard(() => {
        // A record of the tree of names begins with the heap id, of 8 bytes.
        const start = record.take(8)
        const attribute = heap.open(source.cursor(start, start + 8))
        if (attribute) keep(readAttribute(attribute))
      })
    }
  }
}
