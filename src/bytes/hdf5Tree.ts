import { LIMITS } from './limits'
import { encodedSize } from './hdf5Source'
import type { Cursor, Hdf5Source } from './hdf5Source'

/** A link of an old group: where its name stands in the local heap, and the object or the text that it leads to. */
export interface SymbolEntry {
  readonly nameOffset: number
  readonly address: number | undefined
  /** Offset of a soft link's text in the local heap. */
  readonly softOffset: number | undefined
}

/** Every entry of an old group's tree (spec III.A.1 and III.B). */
export function* readSymbols(source: Hdf5Source, root: number): Generator<SymbolEntry> {
  const seen = new Set<number>()
  yield* readSymbolNode(source, root, seen, 0)
}

function* readSymbolNode(
  source: Hdf5Source,
  address: number,
  seen: Set<number>,
  depth: number,
): Generator<SymbolEntry> {
  if (seen.has(address) || depth > LIMITS.depth) {
    throw source.corrupt('The tree of an HDF5 group contains itself.', address)
  }
  seen.add(address)
  const cursor = source.signed(address, 'TREE')
  cursor.take(1)
  const level = cursor.u8()
  const count = cursor.u16()
  cursor.take(2 * source.offsetSize)
  for (let index = 0; index < count; index++) {
    source.budget.step()
    cursor.length()
    const child = cursor.address()
    if (child === undefined) continue
    if (level > 0) yield* readSymbolNode(source, child, seen, depth + 1)
    else yield* readSymbolTable(source, child)
  }
}

function* readSymbolTable(source: Hdf5Source, address: number): Generator<SymbolEntry> {
  const cursor = source.signed(address, 'SNOD')
  cursor.take(2)
  const count = cursor.u16()
  for (let index = 0; index < count; index++) {
    source.budget.step()
    const nameOffset = cursor.uint(source.offsetSize)
    const target = cursor.address()
    const cacheType = cursor.u32()
    cursor.take(4)
    const scratch = cursor.take(16)
    const softOffset = cacheType === 2 ? source.window.u32(scratch) : undefined
    yield { nameOffset, address: target, softOffset }
  }
}

interface TreeShape {
  readonly recordSize: number
  /** Bytes of a child's number of records. */
  readonly countSize: number
  /** Bytes of the number of records below a child, by the depth of the node. */
  readonly totalSizes: readonly number[]
}

/** Every record of a version 2 B-tree as a cursor on its bytes (spec III.A.2). */
export function* readRecords(source: Hdf5Source, address: number): Generator<Cursor> {
  const cursor = source.signed(address, 'BTHD')
  cursor.take(2)
  const nodeSize = cursor.u32()
  const recordSize = cursor.u16()
  const depth = cursor.u16()
  cursor.take(2)
  const root = cursor.address()
  const count = cursor.u16()
  if (recordSize === 0 || recordSize > nodeSize || depth > LIMITS.depth) {
    throw source.corrupt('An HDF5 tree has an impossible layout.', address)
  }
  if (root === undefined) return
  const shape = shapeOf(source, nodeSize, recordSize, depth)
  yield* readNode(source, root, count, depth, shape, new Set())
}

/** How wide the numbers of a node's child pointers are follows from how many records fit below it. */
function shapeOf(
  source: Hdf5Source,
  nodeSize: number,
  recordSize: number,
  depth: number,
): TreeShape {
  const overhead = 10
  const leafRecords = Math.floor((nodeSize - overhead) / recordSize)
  const countSize = encodedSize(leafRecords)
  const totalSizes = [0]
  let total = leafRecords
  for (let level = 1; level <= depth; level++) {
    const pointerSize = source.offsetSize + countSize + (totalSizes[level - 1] ?? 0)
    const records = Math.floor((nodeSize - overhead - pointerSize) / (recordSize + pointerSize))
    total = (records + 1) * total + records
    totalSizes.push(encodedSize(total))
  }
  return { recordSize, countSize, totalSizes }
}

function* readNode(
  source: Hdf5Source,
  address: number,
  count: number,
  depth: number,
  shape: TreeShape,
  seen: Set<number>,
): Generator<Cursor> {
  if (seen.has(address)) throw source.corrupt('An HDF5 tree contains itself.', address)
  seen.add(address)
  const cursor = source.signed(address, depth > 0 ? 'BTIN' : 'BTLF')
  cursor.take(2)
  for (let index = 0; index < count; index++) {
    source.budget.step()
    const start = cursor.take(shape.recordSize)
    yield source.cursor(start, start + shape.recordSize)
  }
  if (depth === 0) return
  for (let index = 0; index <= count; index++) {
    const child = cursor.address()
    const childCount = cursor.uint(shape.countSize)
    if (depth > 1) cursor.take(shape.totalSizes[depth - 1] ?? 0)
    if (child !== undefined) yield* readNode(source, child, childCount, depth - 1, shape, seen)
  }
}
