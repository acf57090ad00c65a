import { LIMITS } from './limits'
import type { Cursor, Hdf5Source } from './hdf5Source'

/** Types of messages in an object header that are read here (spec IV.A.2). */
export const MessageType = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const

/** One message of an object header; `start` and `end` bound its data. */
export interface HeaderMessage {
  readonly type: number
  readonly flags: number
  readonly start: number
  readonly end: number
}

/** A message's data is a reference to where it is kept (spec IV.A.2, "Shared Message"). */
const SHARED = 0x02

/** Every message of an object header of either version, with those of its continuations. */
export function readHeader(source: Hdf5Source, address: number): HeaderMessage[] {
  const isNew = source.window.text(address, 4) === 'OHDR'
  const walk = new HeaderWalk(source)
  if (isNew) walk.readNew(address)
  else walk.readOld(address)
  return walk.messages
}

class HeaderWalk {
  readonly messages: HeaderMessage[] = []
  readonly #source: Hdf5Source
  readonly #blocks = new Set<number>()

  constructor(source: Hdf5Source) {
    this.#source = source
  }

  readOld(address: number): void {
    const cursor = this.#source.cursor(address)
    if (cursor.u8() !== 1) throw this.#source.corrupt('An HDF5 object header is expected.', address)
    cursor.take(7)
    const size = cursor.u32()
    this.#readOldBlock(address + 16, size)
  }

  #readOldBlock(start: number, size: number): void {
    const cursor = this.#open(start, size)
    while (cursor.left >= 8) {
      const type = cursor.u16()
      const length = cursor.u16()
      const flags = cursor.u8()
      cursor.take(3)
      this.#add({ type, flags, ...span(cursor, length) }, (at, bytes) =>
        this.#readOldBlock(at, bytes),
      )
    }
  }

  readNew(address: number): void {
    const cursor = this.#source.signed(address, 'OHDR')
    cursor.take(1)
    const flags = cursor.u8()
    if (flags & 0x20) cursor.take(16)
    if (flags & 0x10) cursor.take(4)
    const size = cursor.uint(1 << (flags & 3))
    this.#readNewBlock(cursor.position, size, (flags & 4) !== 0)
  }

  #readNewBlock(start: number, size: number, isOrdered: boolean): void {
    const cursor = this.#open(start, size)
    const head = isOrdered ? 6 : 4
    // What is left over is a gap that is too small for a message.
    while (cursor.left >= head) {
      const type = cursor.u8()
      const length = cursor.u16()
      const flags = cursor.u8()
      if (isOrdered) cursor.take(2)
      this.#add({ type, flags, ...span(cursor, length) }, (at, bytes) => {
        this.#source.signed(at, 'OCHK')
        // Signature before the messages, checksum behind them.
        this.#readNewBlock(at + 4, bytes - 8, isOrdered)
      })
    }
  }

  /** Bounds a block of messages; the same block twice would be a loop. */
  #open(start: number, size: number): Cursor {
    this.#source.window.reader.check(start, size)
    if (this.#blocks.has(start)) {
      throw this.#source.corrupt('An HDF5 object header continues in itself.', start)
    }
    this.#blocks.add(start)
    return this.#source.cursor(start, start + size)
  }

  #add(message: HeaderMessage, readBlock: (start: number, size: number) => void): void {
    this.#source.budget.step()
    if (message.type !== MessageType.continuation) {
      this.messages.push(message)
      return
    }
    if (this.#blocks.size > LIMITS.entries) {
      throw this.#source.corrupt('An HDF5 object header has too many blocks.', message.start)
    }
    const cursor = this.#source.cursor(message.start, message.end)
    const at = cursor.address()
    const size = cursor.length()
    if (at !== undefined) readBlock(at, size)
  }
}

function span(cursor: Cursor, length: number): { start: number; end: number } {
  const start = cursor.take(length)
  return { start, end: start + length }
}

/**
 * A cursor on a message's data. A committed datatype lies in an object header of its own; what lies in the file's heap of
 * shared messages, which no model format uses, is `undefined`.
 */
export function openMessage(source: Hdf5Source, message: HeaderMessage): Cursor | undefined {
  const cursor = source.cursor(message.start, message.end)
  if ((message.flags & SHARED) === 0) return cursor
  const address = readSharedAddress(cursor)
  if (address === undefined) return undefined
  const target = readHeader(source, address).find(
    ({ type, flags }) => type === message.type && (flags & SHARED) === 0,
  )
  return target && source.cursor(target.start, target.end)
}

/** Address of the object header that holds a shared message (spec IV.A.2). */
export function readSharedAddress(cursor: Cursor): number | undefined {
  const version = cursor.u8()
  const type = cursor.u8()
  if (version === 1) cursor.take(6)
  return version === 3 && type === 1 ? undefined : cursor.address()
}
