import type { ByteReader } from './byteReader'

/**
 * Numbers of one byte order, and texts, out of a `ByteReader`: what the grammars of files in either order, and those that
 * walk over a million lengths, read with. Bounds are those of the reader.
 */
export class ByteWindow {
  readonly reader: ByteReader
  readonly size: number
  readonly littleEndian: boolean

  constructor(reader: ByteReader, littleEndian = true) {
    this.reader = reader
    this.size = reader.size
    this.littleEndian = littleEndian
  }

  u8(offset: number): number {
    return this.reader.u8(offset)
  }

  i8(offset: number): number {
    return (this.reader.u8(offset) << 24) >> 24
  }

  u16(offset: number): number {
    return this.reader.u16(offset, this.littleEndian)
  }

  i16(offset: number): number {
    return (this.reader.u16(offset, this.littleEndian) << 16) >> 16
  }

  u32(offset: number): number {
    return this.reader.u32(offset, this.littleEndian)
  }

  i32(offset: number): number {
    return this.reader.i32(offset, this.littleEndian)
  }

  f32(offset: number): number {
    return this.reader.f32(offset, this.littleEndian)
  }

  f64(offset: number): number {
    return this.reader.f64(offset, this.littleEndian)
  }

  u64(offset: number): bigint {
    return this.reader.u64(offset, this.littleEndian)
  }

  i64(offset: number): bigint {
    return this.reader.i64(offset, this.littleEndian)
  }

  /** A 64-bit length as a number: above 2^53 it is `Infinity`, which no bounds check lets through. */
  size64(offset: number): number {
    const [first, second] = [this.u32(offset), this.u32(offset + 4)]
    const [low, high] = this.littleEndian ? [first, second] : [second, first]
    return high > 0x1f_ffff ? Infinity : high * 0x1_0000_0000 + low
  }

  /** A copy of `length` bytes; ask only for what a cap has bounded. */
  bytes(offset: number, length: number): Uint8Array {
    return this.reader.bytes(offset, length)
  }

  /** UTF-8 text of at most `limit` bytes of the `length` that there are; bytes that are no UTF-8 become U+FFFD. */
  text(offset: number, length: number, limit = length): string {
    this.reader.check(offset, length)
    return this.reader.text(offset, Math.min(length, limit), 'utf8')
  }
}
