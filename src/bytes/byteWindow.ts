import type { ByteReader } from './byteReader'

/** First read after a jump: a tag, a length and a name. */
const SMALL_WINDOW = 4096
/** Reads while going forward. */
const LARGE_WINDOW = 65_536

/**
 * Small values out of a `ByteReader`, fast when they are taken in order: a window of bytes is kept, so that a walk over
 * a million lengths neither allocates nor looks up a page for each. Bounds are those of the reader.
 */
export class ByteWindow {
  readonly reader: ByteReader
  readonly size: number
  readonly littleEndian: boolean
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #start = 0

  constructor(reader: ByteReader, littleEndian = true) {
    this.reader = reader
    this.size = reader.size
    this.littleEndian = littleEndian
  }

  /** Where `offset` lies in the window, after making sure that `length` (at most 16) bytes are there. */
  #seek(offset: number, length: number): number {
    const within = offset - this.#start
    if (within >= 0 && within + length <= this.#bytes.length) return within
    this.reader.check(offset, length)
    const forward = within >= 0 && within <= this.#bytes.length
    this.#bytes = this.reader.head(offset, forward ? LARGE_WINDOW : SMALL_WINDOW)
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length)
    this.#start = offset
    return 0
  }

  u8(offset: number): number {
    const within = this.#seek(offset, 1)
    return this.#bytes[within] ?? 0
  }

  i8(offset: number): number {
    const within = this.#seek(offset, 1)
    return this.#view.getInt8(within)
  }

  u16(offset: number): number {
    const within = this.#seek(offset, 2)
    return this.#view.getUint16(within, this.littleEndian)
  }

  i16(offset: number): number {
    const within = this.#seek(offset, 2)
    return this.#view.getInt16(within, this.littleEndian)
  }

  u32(offset: number): number {
    const within = this.#seek(offset, 4)
    return this.#view.getUint32(within, this.littleEndian)
  }

  i32(offset: number): number {
    const within = this.#seek(offset, 4)
    return this.#view.getInt32(within, this.littleEndian)
  }

  f32(offset: number): number {
    const within = this.#seek(offset, 4)
    return this.#view.getFloat32(within, this.littleEndian)
  }

  f64(offset: number): number {
    const within = this.#seek(offset, 8)
    return this.#view.getFloat64(within, this.littleEndian)
  }

  u64(offset: number): bigint {
    const within = this.#seek(offset, 8)
    return this.#view.getBigUint64(within, this.littleEndian)
  }

  i64(offset: number): bigint {
    const within = this.#seek(offset, 8)
    return this.#view.getBigInt64(within, this.littleEndian)
  }

  /** A 64-bit length as a number: above 2^53 it is `Infinity`, which no bounds check lets through. */
  size64(offset: number): number {
    const within = this.#seek(offset, 8)
    const high = this.#view.getUint32(within + (this.littleEndian ? 4 : 0), this.littleEndian)
    const low = this.#view.getUint32(within + (this.littleEndian ? 0 : 4), this.littleEndian)
    return high > 0x1f_ffff ? Infinity : high * 0x1_0000_0000 + low
  }

  /** A copy of `length` bytes; ask only for what a cap has bounded. */
  bytes(offset: number, length: number): Uint8Array {
    const within = offset - this.#start
    return within >= 0 && within + length <= this.#bytes.length
      ? this.#bytes.slice(within, within + length)
      : this.reader.bytes(offset, length)
  }

  /** UTF-8 text of at most `limit` bytes of the `length` that there are; bytes that are no UTF-8 become U+FFFD. */
  text(offset: number, length: number, limit = length): string {
    this.reader.check(offset, length)
    return decoder.decode(this.bytes(offset, Math.min(length, limit)))
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
