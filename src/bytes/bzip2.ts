import { AppError } from '../base/errors'
import { BitReader } from './bitReader'
import type { ByteReader } from './byteReader'
import type { Inflated } from './inflate'
import { Budget } from './limits'

/**
 * bzip2 as Julian Seward's bzip2 1.0 writes it, block by block. Hand-written because seek-bzip, the one package that reads
 * it synchronously, takes any output to its end, throws TypeErrors for damage and uses the deprecated `Buffer()`.
 * Checksums are not verified.
 */

const BLOCK = [0x314159, 0x265359] as const
/** Bytes of compressed data that are taken into memory. */
const MAX_INPUT = 64 * 1024 * 1024
/** What a block counts for in a budget, so that the clock is looked at before each. */
const BLOCK_STEPS = 4096
const MAX_CODE = 20
/** Symbols that one table is used for before the next selector. */
const GROUP = 50
const RUN_A = 0
const RUN_B = 1

/** Decompresses at most `limit` bytes. Throws `corrupt` where there is not even a beginning. */
export function decompressBzip2(
  reader: ByteReader,
  limit: number,
  budget: Budget = new Budget(),
): Inflated {
  const bits = new BitReader(reader.head(0, MAX_INPUT))
  const parts: Uint8Array[] = []
  let length = 0
  let complete = false
  while (length < limit) {
    // A stream begins with "BZh" and the size of its blocks; several may follow one another.
    if (bits.read(24) !== 0x425a68) break
    const level = bits.read(8) - 0x30
    if (level < 1 || level > 9) break
    complete = false
    for (;;) {
      const isBlock = bits.read(24) === BLOCK[0] && bits.read(24) === BLOCK[1]
      if (!isBlock || length >= limit) {
        complete = !isBlock && !bits.isExhausted
        break
      }
      if (!budget.trySteps(BLOCK_STEPS)) break
      const block = readBlock(bits, level * 100_000, limit - length)
      if (!block || bits.isExhausted) break
      parts.push(block)
      length += block.length
    }
    if (!complete) break
    // The second half of the end mark, the checksum, and padding to a byte.
    bits.read(24)
    bits.read(16)
    bits.read(16)
    bits.align()
    if (bits.isAtEnd) break
  }
  if (length === 0) {
    const message = `The bzip2 data at offset ${reader.base} can't be decompressed.`
    throw new AppError('corrupt', message, { location: { offset: reader.base } })
  }
  return { bytes: Buffer.concat(parts), complete: complete && length < limit }
}

/** One block: Huffman codes, move-to-front, Burrows-Wheeler, runs. `undefined` where it is damaged. */
function readBlock(bits: BitReader, capacity: number, limit: number): Uint8Array | undefined {
  // The checksum, and a bit for randomized blocks, which nobody has written since 1997.
  bits.read(16)
  bits.read(16)
  if (bits.read(1) === 1) return undefined
  const origin = bits.read(24)
  const symbols = readSymbols(bits)
  const tables = readTables(bits, symbols.length + 2)
  if (symbols.length === 0 || !tables) return undefined
  const block = readMoves(bits, symbols, tables, capacity)
  return block && origin < block.length ? undoSorting(block, origin, limit) : undefined
}

/** The bytes that occur, as two levels of 16 bits. */
function readSymbols(bits: BitReader): number[] {
  const groups = bits.read(16)
  const symbols: number[] = []
  for (let group = 0; group < 16; group++) {
    if (((groups >> (15 - group)) & 1) === 0) continue
    const used = bits.read(16)
    for (let bit = 0; bit < 16; bit++) {
      if (((used >> (15 - bit)) & 1) !== 0) symbols.push(group * 16 + bit)
    }
  }
  return symbols
}

/** A canonical Huffman code: for each length its last code, and where its symbols begin. */
interface Table {
  readonly limits: Int32Array
  readonly offsets: Int32Array
  readonly symbols: readonly number[]
}

interface Tables {
  readonly tables: readonly Table[]
  /** Which table each group of symbols uses. */
  readonly selectors: readonly number[]
}

function readTables(bits: BitReader, alphabet: number): Tables | undefined {
  const count = bits.read(3)
  const selectorCount = bits.read(15)
  if (count < 2 || count > 6 || selectorCount === 0) return undefined
  const order = Array.from({ length: count }, (_, index) => index)
  const selectors: number[] = []
  for (let index = 0; index < selectorCount; index++) {
    let position = 0
    while (bits.read(1) === 1) if (++position >= count) return undefined
    const [table = 0] = order.splice(position, 1)
    order.unshift(table)
    selectors.push(table)
    if (bits.isExhausted) return undefined
  }
  const tables: Table[] = []
  for (let index = 0; index < count; index++) {
    const lengths = readLengths(bits, alphabet)
    if (!lengths) return undefined
    tables.push(makeTable(lengths))
  }
  return { tables, selectors }
}

/** The lengths of the codes, each as a difference to the one before. */
function readLengths(bits: BitReader, alphabet: number): number[] | undefined {
  const lengths: number[] = []
  let length = bits.read(5)
  for (let symbol = 0; symbol < alphabet; symbol++) {
    while (bits.read(1) === 1) {
      length += bits.read(1) === 1 ? -1 : 1
      if (length < 1 || length > MAX_CODE) return undefined
    }
    if (length < 1 || length > MAX_CODE) return undefined
    lengths.push(length)
  }
  return lengths
}

function makeTable(lengths: readonly number[]): Table {
  const limits = new Int32Array(MAX_CODE + 2).fill(-1)
  const offsets = new Int32Array(MAX_CODE + 2)
  const symbols: number[] = []
  let code = 0
  for (let length = 1; length <= MAX_CODE; length++) {
    offsets[length] = symbols.length - code
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue
      symbols.push(symbol)
      code++
    }
    limits[length] = code - 1
    code <<= 1
  }
  return { limits, offsets, symbols }
}

function readSymbol(bits: BitReader, { limits, offsets, symbols }: Table): number | undefined {
  let code = 0
  for (let length = 1; length <= MAX_CODE; length++) {
    code = (code << 1) | bits.read(1)
    if (code <= (limits[length] ?? -1)) return symbols[code + (offsets[length] ?? 0)]
  }
  return undefined
}

/** Undoes Huffman and move-to-front; `undefined` where there is no end of block within its capacity. */
function readMoves(
  bits: BitReader,
  symbols: readonly number[],
  { tables, selectors }: Tables,
  capacity: number,
): Uint8Array | undefined {
  const order = [...symbols]
  const end = symbols.length + 1
  let block = new Uint8Array(Math.min(capacity, 65_536))
  let length = 0
  let run = 0
  let weight = 1
  const append = (byte: number, count: number): boolean => {
    if (count > capacity - length) return false
    if (length + count > block.length) {
      const larger = new Uint8Array(Math.min(capacity, Math.max(length + count, block.length * 2)))
      larger.set(block)
      block = larger
    }
    block.fill(byte, length, length + count)
    length += count
    return true
  }
  for (let index = 0; !bits.isExhausted; index++) {
    const table = tables[selectors[Math.floor(index / GROUP)] ?? -1]
    const symbol = table && readSymbol(bits, table)
    if (symbol === undefined) return undefined
    if (symbol === RUN_A || symbol === RUN_B) {
      // A run's length in digits of 1 and 2, the lowest first.
      run += weight * (symbol + 1)
      weight *= 2
      if (run > capacity) return undefined
      continue
    }
    if (run > 0 && !append(order[0] ?? 0, run)) return undefined
    run = 0
    weight = 1
    if (symbol === end) return block.subarray(0, length)
    const [byte = 0] = order.splice(symbol - 1, 1)
    order.unshift(byte)
    if (!append(byte, 1)) return undefined
  }
  return undefined
}

/** Undoes the Burrows-Wheeler transform, then the runs: four equal bytes are followed by how many more there are. */
function undoSorting(block: Uint8Array, origin: number, limit: number): Uint8Array {
  const starts = new Uint32Array(257)
  for (const byte of block) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1
  for (let byte = 1; byte < 257; byte++)
    starts[byte] = (starts[byte] ?? 0) + (starts[byte - 1] ?? 0)
  const next = new Uint32Array(block.length)
  for (const [index, byte] of block.entries()) {
    const place = starts[byte] ?? 0
    next[place] = index
    starts[byte] = place + 1
  }
  let output = new Uint8Array(Math.min(limit, block.length * 2))
  let length = 0
  let position = next[origin] ?? 0
  let previous = -1
  let repeated = 0
  for (let index = 0; index < block.length && length < limit; index++) {
    const byte = block[position] ?? 0
    position = next[position] ?? 0
    const isCount = repeated === 4
    const count = Math.min(isCount ? byte : 1, limit - length)
    if (length + count > output.length) {
      const larger = new Uint8Array(Math.min(limit, output.length * 2 + 256))
      larger.set(output)
      output = larger
    }
    if (isCount) {
      output.fill(previous, length, length + count)
      repeated = 0
      previous = -1
    } else {
      output[length] = byte
      repeated = byte === previous ? repeated + 1 : 1
      previous = byte
    }
    length += count
  }
  return output.subarray(0, length)
}
