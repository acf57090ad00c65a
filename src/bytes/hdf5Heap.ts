import { LIMITS } from './limits'
import { encodedSize } from './hdf5Source'
import type { Cursor, Hdf5Source } from './hdf5Source'
import { readRecords } from './hdf5Tree'

/** A local heap holds the names of an old group's links (spec III.D). */
export class LocalHeap {
  readonly #source: Hdf5Source
  readonly #start: number
  readonly #end: number

  constructor(source: Hdf5Source, address: number) {
    const cursor = source.signed(address, 'HEAP')
    cursor.take(4)
    const size = cursor.length()
    cursor.length()
    const start = cursor.address() ?? 0
    source.window.reader.check(start, size)
    this.#source = source
    this.#start = start
    this.#end = start + size
  }

  text(offset: number): string {
    return this.#source.cursor(this.#start + offset, this.#end).zeroTerminated(65_536)
  }
}

/** Reads an object of a global heap, where text of any length is kept (spec III.E); at most `limit` bytes of it. */
export function readGlobalHeap(
  source: Hdf5Source,
  address: number,
  index: number,
  limit: number,
): Uint8Array | undefined {
  const head = source.signed(address, 'GCOL')
  head.take(4)
  const size = head.length()
  source.window.reader.check(address, size)
  const cursor = source.cursor(head.position, address + size)
  const headLength = 8 + source.lengthSize
  while (cursor.left >= headLength) {
    source.budget.step()
    const found = cursor.u16()
    cursor.take(6)
    const length = cursor.length()
    // Object 0 is the free space at the end.
    if (found === 0) return undefined
    const start = cursor.take(length)
    if (found === index) return source.window.bytes(start, Math.min(length, limit))
    cursor.take(Math.min(-length & 7, cursor.left))
  }
  return undefined
}

/** A fractal heap holds the links or attributes of an object that has many (spec III.G). */
export class FractalHeap {
  readonly #source: Hdf5Source
  readonly #tableWidth: number
  readonly #startSize: number
  readonly #maxDirectSize: number
  readonly #offsetBytes: number
  readonly #lengthBytes: number
  readonly #rootAddress: number | undefined
  readonly #rootRows: number
  readonly #hasFilters: boolean
  readonly #hugeTree: number | undefined

  constructor(source: Hdf5Source, address: number) {
    const cursor = source.signed(address, 'FRHP')
    cursor.take(1)
    cursor.take(2)
    this.#hasFilters = cursor.u16() > 0
    cursor.take(1)
    const maxManagedSize = cursor.u32()
    cursor.length()
    this.#hugeTree = cursor.address()
    cursor.length()
    cursor.address()
    for (let skipped = 0; skipped < 8; skipped++) cursor.length()
    this.#tableWidth = cursor.u16()
    this.#startSize = cursor.length()
    this.#maxDirectSize = cursor.length()
    const maxHeapBits = cursor.u16()
    cursor.take(2)
    this.#rootAddress = cursor.address()
    this.#rootRows = cursor.u16()
    if (
      this.#tableWidth === 0 ||
      !isPowerOfTwo(this.#startSize) ||
      !isPowerOfTwo(this.#maxDirectSize) ||
      this.#maxDirectSize < this.#startSize ||
      maxHeapBits > 64
    ) {
      throw source.corrupt('An HDF5 heap has an impossible layout.', address)
    }
    this.#source = source
    this.#offsetBytes = Math.ceil(maxHeapBits / 8)
    this.#lengthBytes = Math.min(
      Math.ceil(Math.log2(this.#maxDirectSize) / 8),
      encodedSize(maxManagedSize),
    )
  }

  /** A cursor on the object that a heap id names; `undefined` for what only filtered heaps have. */
  open(id: Cursor): Cursor | undefined {
    const source = this.#source
    const type = (id.u8() >> 4) & 3
    if (type === 1) return this.#openHuge(id.uint(Math.min(id.left, source.lengthSize)))
    if (type === 2) {
      const length = (source.window.u8(id.position - 1) & 15) + 1
      const start = id.take(length)
      return source.cursor(start, start + length)
    }
    if (type !== 0 || this.#hasFilters || this.#rootAddress === undefined) return undefined
    const offset = id.uint(this.#offsetBytes)
    const length = id.uint(this.#lengthBytes)
    const start =
      this.#rootRows === 0
        ? this.#rootAddress + offset
        : this.#locate(this.#rootAddress, this.#rootRows, offset, 0)
    if (start === undefined) return undefined
    source.window.reader.check(start, length)
    return source.cursor(start, start + length)
  }

  /** Objects above the size of a block lie in the file by themselves, found in a tree by their number. */
  #openHuge(number: number): Cursor | undefined {
    if (this.#hugeTree === undefined || this.#hasFilters) return undefined
    for (const record of readRecords(this.#source, this.#hugeTree)) {
      const address = record.address()
      const length = record.length()
      if (record.length() !== number || address === undefined) continue
      this.#source.window.reader.check(address, length)
      return this.#source.cursor(address, address + length)
    }
    return undefined
  }

  /** Where the byte at `offset` of the heap lies in the file, by an indirect block (spec III.G, "Doubling Table"). */
  #locate(block: number, rows: number, offset: number, depth: number): number | undefined {
    const source = this.#source
    source.budget.step()
    if (depth > LIMITS.depth) throw source.corrupt('HDF5 heap blocks nest too deep.', block)
    const children = source.signed(block, 'FHIB')
    children.take(1 + source.offsetSize + this.#offsetBytes)
    const directRows = Math.log2(this.#maxDirectSize) - Math.log2(this.#startSize) + 2
    let rowStart = 0
    for (let row = 0; row < rows; row++) {
      const size = this.#startSize * 2 ** Math.max(0, row - 1)
      const span = size * this.#tableWidth
      if (offset < rowStart + span) {
        const column = Math.floor((offset - rowStart) / size)
        children.take(column * source.offsetSize)
        const child = children.address()
        if (child === undefined) return undefined
        const within = offset - rowStart - column * size
        if (row < directRows) return child + within
        const childRows = Math.log2(size) - Math.log2(this.#startSize * this.#tableWidth) + 1
        return this.#locate(child, childRows, within, depth + 1)
      }
      rowStart += span
      children.take(this.#tableWidth * source.offsetSize)
    }
    return undefined
  }
}

function isPowerOfTwo(value: number): boolean {
  return value >= 1 && Number.isInteger(Math.log2(value))
}
