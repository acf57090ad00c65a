import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import { ByteWindow } from './byteWindow'
import type { Budget } from './limits'

/** What all structures of one HDF5 file share ("HDF5 File Format Specification", version 3.0, is cited below as spec). */
export class Hdf5Source {
  readonly window: ByteWindow
  readonly budget: Budget
  /** Bytes of an address, and of a length (spec II.A). */
  readonly offsetSize: number
  readonly lengthSize: number

  constructor(reader: ByteReader, budget: Budget, offsetSize: number, lengthSize: number) {
    this.window = new ByteWindow(reader)
    this.budget = budget
    this.offsetSize = offsetSize
    this.lengthSize = lengthSize
  }

  cursor(at: number, end = this.window.size): Cursor {
    return new Cursor(this, at, end)
  }

  /** A cursor behind a structure's four-letter signature; `corrupt` where it is missing. */
  signed(at: number, signature: string): Cursor {
    const cursor = this.cursor(at)
    if (cursor.text(4) !== signature)
      throw this.corrupt(`An HDF5 ${signature} block is expected.`, at)
    return cursor
  }

  corrupt(message: string, at: number): AppError {
    // An address out of the file can be any number.
    const offset = this.window.reader.base + Math.min(at, this.window.size)
    return new AppError('corrupt', message, { location: { offset } })
  }
}

/** Reads a structure from front to back, and not beyond `end`. */
export class Cursor {
  readonly source: Hdf5Source
  readonly end: number
  position: number

  constructor(source: Hdf5Source, position: number, end: number) {
    this.source = source
    this.position = position
    this.end = end
  }

  get left(): number {
    return this.end - this.position
  }

  /** Moves on by `length` bytes; returns where they begin. */
  take(length: number): number {
    const start = this.position
    if (!(length <= this.left)) {
      throw this.source.corrupt('An HDF5 structure goes beyond its end.', start)
    }
    this.position += length
    return start
  }

  u8(): number {
    return this.source.window.u8(this.take(1))
  }

  u16(): number {
    return this.source.window.u16(this.take(2))
  }

  u32(): number {
    return this.source.window.u32(this.take(4))
  }

  /** A little-endian number of 1 to 8 bytes; `Infinity` above 2^53. */
  uint(size: number): number {
    const at = this.take(size)
    if (size === 8) return this.source.window.size64(at)
    let value = 0
    for (let index = size - 1; index >= 0; index--) {
      value = value * 256 + this.source.window.u8(at + index)
    }
    return value
  }

  length(): number {
    return this.uint(this.source.lengthSize)
  }

  /** An address; `undefined` where all bits are set, which says that there is nothing. */
  address(): number | undefined {
    const size = this.source.offsetSize
    const value = this.uint(size)
    return value === Infinity || value === 256 ** size - 1 ? undefined : value
  }

  text(length: number): string {
    return this.source.window.text(this.take(length), length)
  }

  /** Text up to a zero byte, which is taken too. */
  zeroTerminated(limit: number): string {
    const start = this.position
    while (this.u8() !== 0) {
      if (this.position - start > limit)
        throw this.source.corrupt('An HDF5 name has no end.', start)
    }
    return this.source.window.text(start, this.position - start - 1)
  }
}

/** Bytes that hold a number up to `limit`. */
export function encodedSize(limit: number): number {
  return Math.floor(Math.log2(Math.max(1, limit)) / 8) + 1
}
