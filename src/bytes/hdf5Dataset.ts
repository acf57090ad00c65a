import { readDataspace } from './hdf5Attribute'
import { readDatatype } from './hdf5Datatype'
import type { Hdf5Type } from './hdf5Datatype'
import { MessageType, openMessage } from './hdf5Header'
import type { HeaderMessage } from './hdf5Header'
import { LocalHeap } from './hdf5Heap'
import type { Cursor, Hdf5Source } from './hdf5Source'

export type Hdf5Storage = 'compact' | 'contiguous' | 'chunked' | 'virtual' | 'external'

/** A dataset without its data. */
export interface Hdf5Dataset {
  readonly type: Hdf5Type
  readonly shape: readonly number[]
  readonly storage: Hdf5Storage | undefined
  /** Where the data lies, if it is in one piece; relative to the HDF5 file's beginning. */
  readonly offset?: number
  readonly length?: number
  /** Numbers of the filters in the order of writing: 1 deflate, 2 shuffle, 4 szip, 32015 zstd. */
  readonly filters: readonly number[]
  /** Files outside that hold the data, as written. */
  readonly externalFiles: readonly string[]
}

/** Filters of one dataset that are listed; libraries write at most three. */
const MAX_FILTERS = 32

/** Reads a dataset from the messages of its header; `undefined` where they have no type or no dataspace. */
export function readDataset(
  source: Hdf5Source,
  messages: readonly HeaderMessage[],
): Hdf5Dataset | undefined {
  const open = (type: number): Cursor | undefined => {
    const message = messages.find((candidate) => candidate.type === type)
    return message && openMessage(source, message)
  }
  const typeCursor = open(MessageType.datatype)
  const spaceCursor = open(MessageType.dataspace)
  if (!typeCursor || !spaceCursor) return undefined
  const type = readDatatype(typeCursor)
  const shape = readDataspace(spaceCursor) ?? [0]
  const layout = open(MessageType.layout)
  const filters = open(MessageType.filters)
  const external = open(MessageType.externalFiles)
  const externalFiles = external ? readExternalFiles(external) : []
  const { storage, ...place } = layout ? readLayout(layout) : { storage: undefined }
  return {
    type,
    shape,
    ...(externalFiles.length > 0 ? { storage: 'external' } : { storage, ...place }),
    filters: filters ? readFilters(filters) : [],
    externalFiles,
  }
}

interface Layout {
  readonly storage: Hdf5Storage | undefined
  readonly offset?: number
  readonly length?: number
}

const STORAGES: readonly Hdf5Storage[] = ['compact', 'contiguous', 'chunked', 'virtual']

/** Reads a layout message (spec IV.A.2.i). */
function readLayout(cursor: Cursor): Layout {
  const version = cursor.u8()
  if (version < 3) return readOldLayout(cursor)
  const storage = STORAGES[cursor.u8()]
  if (storage === 'compact') {
    const length = cursor.u16()
    return { storage, offset: cursor.take(length), length }
  }
  if (storage === 'contiguous') {
    const offset = cursor.address()
    const length = cursor.length()
    return offset === undefined || length === Infinity ? { storage } : { storage, offset, length }
  }
  return { storage }
}

/** Versions 1 and 2 have no length: it follows from the dimensions, the last of which is the size of an element. */
function readOldLayout(cursor: Cursor): Layout {
  const rank = cursor.u8()
  const storage = STORAGES[cursor.u8()]
  cursor.take(5)
  const offset = storage === 'compact' ? undefined : cursor.address()
  let product = 1
  for (let index = 0; index < rank; index++) product *= cursor.u32()
  if (storage === 'compact') {
    const length = cursor.u32()
    return { storage, offset: cursor.take(length), length }
  }
  return storage === 'contiguous' && offset !== undefined && Number.isSafeInteger(product)
    ? { storage, offset, length: product }
    : { storage }
}

/** Reads a filter pipeline message (spec IV.A.2.l). */
function readFilters(cursor: Cursor): number[] {
  const version = cursor.u8()
  const count = Math.min(cursor.u8(), MAX_FILTERS)
  if (version === 1) cursor.take(6)
  const filters: number[] = []
  for (let index = 0; index < count; index++) {
    const id = cursor.u16()
    const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0
    cursor.take(2)
    const values = cursor.u16()
    cursor.take(version === 1 ? nameLength + (-nameLength & 7) : nameLength)
    cursor.take(values * 4)
    if (version === 1 && values % 2 === 1) cursor.take(4)
    filters.push(id)
  }
  return filters
}

/** Reads the names of an external data files message (spec IV.A.2.h). */
function readExternalFiles(cursor: Cursor): string[] {
  cursor.take(6)
  const used = cursor.u16()
  const heapAddress = cursor.address()
  if (heapAddress === undefined) return []
  const heap = new LocalHeap(cursor.source, heapAddress)
  const files: string[] = []
  for (let index = 0; index < used; index++) {
    cursor.source.budget.step()
    files.push(heap.text(cursor.length()))
    cursor.length()
    cursor.length()
  }
  return files
}
