import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import { ByteWindow } from './byteWindow'
import { BudgetExceeded, LIMITS } from './limits'
import type { Budget } from './limits'

/** LevelDB sorted tables (leveldb, doc/table_format.md), as TensorFlow keeps the index of a checkpoint in one. */

const FOOTER_LENGTH = 48
const MAGIC = 0xdb47_7524_8b80_fb57n
/** Compression type and checksum behind each block. */
const TRAILER_LENGTH = 5
const UNCOMPRESSED = 0
/** A key is put together from those before it: names of variables have some hundred bytes. */
const MAX_KEY = 65_536

export interface TableEntry {
  readonly key: string
  readonly value: ByteReader
}

interface Handle {
  readonly offset: number
  readonly size: number
}

export function isTable(reader: ByteReader): boolean {
  return reader.size >= FOOTER_LENGTH && reader.u64(reader.size - 8) === MAGIC
}

/** Every entry of a table in the order of its keys. Compressed blocks, which TensorFlow never writes, are `corrupt`. */
export function* readTable(reader: ByteReader, budget: Budget): Generator<TableEntry> {
  if (!isTable(reader)) throw corrupt('The LevelDB table has no footer.', reader, reader.size)
  const cursor = new Cursor(new ByteWindow(reader), reader.size - FOOTER_LENGTH, reader.size)
  cursor.handle()
  const index = cursor.handle()
  let blocks = 0
  for (const { value } of readBlock(reader, index, budget)) {
    if (++blocks > LIMITS.entries) throw new BudgetExceeded('The table has too many blocks.')
    yield* readBlock(reader, new Cursor(new ByteWindow(value), 0, value.size).handle(), budget)
  }
}

function* readBlock(reader: ByteReader, handle: Handle, budget: Budget): Generator<TableEntry> {
  reader.check(handle.offset, handle.size + TRAILER_LENGTH)
  const window = new ByteWindow(reader)
  const end = handle.offset + handle.size
  if (window.u8(end) !== UNCOMPRESSED) {
    throw corrupt('The LevelDB block is compressed, which is not read.', reader, end)
  }
  if (handle.size < 4) throw corrupt('The LevelDB block is too small.', reader, handle.offset)
  const restarts = window.u32(end - 4)
  const entriesEnd = end - 4 - restarts * 4
  if (entriesEnd < handle.offset) {
    throw corrupt('The LevelDB block has more restart points than bytes.', reader, end - 4)
  }
  const cursor = new Cursor(window, handle.offset, entriesEnd)
  let key: Uint8Array = new Uint8Array(0)
  while (cursor.position < entriesEnd) {
    budget.step()
    const at = cursor.position
    const shared = cursor.varint()
    const unshared = cursor.varint()
    const length = cursor.varint()
    if (shared > key.length || shared + unshared > MAX_KEY) {
      throw corrupt('The LevelDB key is impossible.', reader, at)
    }
    key = Buffer.concat([key.subarray(0, shared), window.bytes(cursor.take(unshared), unshared)])
    yield { key: decoder.decode(key), value: reader.view(cursor.take(length), length) }
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

class Cursor {
  readonly #window: ByteWindow
  readonly #end: number
  position: number

  constructor(window: ByteWindow, start: number, end: number) {
    this.#window = window
    this.position = start
    this.#end = end
  }

  /** Moves on by `length` bytes; returns where they begin. */
  take(length: number): number {
    const start = this.position
    if (length > this.#end - start) {
      throw corrupt('The LevelDB entry goes beyond its block.', this.#window.reader, start)
    }
    this.position += length
    return start
  }

  varint(): number {
    const start = this.position
    let value = 0
    for (let factor = 1; factor < 2 ** 56; factor *= 128) {
      const byte = this.#window.u8(this.take(1))
      value += (byte & 0x7f) * factor
      if (byte < 0x80 && Number.isSafeInteger(value)) return value
    }
    throw corrupt('The LevelDB number is impossible.', this.#window.reader, start)
  }

  handle(): Handle {
    return { offset: this.varint(), size: this.varint() }
  }
}

function corrupt(message: string, reader: ByteReader, offset: number): AppError {
  return new AppError('corrupt', message, { location: { offset: reader.base + offset } })
}
