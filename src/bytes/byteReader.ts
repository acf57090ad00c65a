import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { AppError } from '../base/errors'

/** Size of a page of the cache: large enough that a header is one or two reads, small enough to waste little on a seek. */
const PAGE_SIZE = 65_536
/** Pages kept for one open file (4 MiB): a parser goes back and forth between a directory and its entries. */
const CACHED_PAGES = 64

/** What a reader reads from: a file, or bytes in memory. */
interface Backing {
  readonly size: number
  /** Fills `target` from `offset` on; the caller has checked the bounds. Returns how many bytes there were. */
  read(target: Uint8Array, offset: number): number
  close(): void
}

class FileBacking implements Backing {
  readonly #descriptor: number
  readonly size: number

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r')
    const stats = fstatSync(this.#descriptor)
    if (!stats.isFile()) {
      closeSync(this.#descriptor)
      throw new AppError('invalid', `${path} is not a regular file, so it can't be read.`)
    }
    this.size = stats.size
  }

  read(target: Uint8Array, offset: number): number {
    let done = 0
    while (done < target.length) {
      const count = readSync(this.#descriptor, target, done, target.length - done, offset + done)
      if (count === 0) break
      done += count
    }
    return done
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

class MemoryBacking implements Backing {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#bytes.length
  }

  read(target: Uint8Array, offset: number): number {
    target.set(this.#bytes.subarray(offset, offset + target.length))
    return Math.min(target.length, this.#bytes.length - offset)
  }

  close(): void {}
}

/** The pages of one backing, shared by all its views; the least recently used goes first. */
class PageCache {
  readonly #pages = new Map<number, Uint8Array>()
  readonly backing: Backing

  constructor(backing: Backing) {
    this.backing = backing
  }

  page(index: number): Uint8Array {
    const cached = this.#pages.get(index)
    if (cached) {
      this.#pages.delete(index)
      this.#pages.set(index, cached)
      return cached
    }
    const start = index * PAGE_SIZE
    const page = new Uint8Array(Math.min(PAGE_SIZE, this.backing.size - start))
    const count = this.backing.read(page, start)
    if (count < page.length) {
      throw new AppError('corrupt', `The file became shorter while it was read.`, {
        location: { offset: start + count },
      })
    }
    if (this.#pages.size >= CACHED_PAGES) {
      const oldest = this.#pages.keys().next()
      if (!oldest.done) this.#pages.delete(oldest.value)
    }
    this.#pages.set(index, page)
    return page
  }
}

/**
 * Bounded random access to an open file, bytes in memory, or a part of either: the only file input of the parsers.
 * Offsets and lengths are in bytes and relative to the view; every access is checked against the view's size and ends
 * in `AppError('corrupt')` with the absolute offset when it would leave it. Synchronous: it belongs into a worker.
 */
export class ByteReader {
  readonly #cache: PageCache
  /** Offset of this view in the underlying file. */
  readonly base: number
  readonly size: number

  private constructor(cache: PageCache, base: number, size: number) {
    this.#cache = cache
    this.base = base
    this.size = size
  }

  /** Opens a regular file; close it with `close()`. */
  static open(path: string): ByteReader {
    const backing = new FileBacking(path)
    return new ByteReader(new PageCache(backing), 0, backing.size)
  }

  static of(bytes: Uint8Array): ByteReader {
    return new ByteReader(new PageCache(new MemoryBacking(bytes)), 0, bytes.length)
  }

  /** Closes the underlying file, for every view of it. */
  close(): void {
    this.#cache.backing.close()
  }

  /** A part of this view as a view of its own: a stored zip member, a tar member, a nested file. */
  view(offset: number, length = this.size - offset): ByteReader {
    this.check(offset, length)
    return new ByteReader(this.#cache, this.base + offset, length)
  }

  /** Throws unless `length` bytes at `offset` lie inside the view. */
  check(offset: number, length: number): void {
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      offset < 0 ||
      length < 0 ||
      length > this.size - offset
    ) {
      throw new AppError(
        'corrupt',
        `${length} bytes are expected at offset ${this.base + offset}, but the data ends at ${this.base + this.size}.`,
        { location: { offset: this.base + Math.min(Math.max(0, offset), this.size) } },
      )
    }
  }

  /** A copy of `length` bytes; ask only for what a cap has bounded. */
  bytes(offset: number, length: number): Uint8Array {
    this.check(offset, length)
    const result = new Uint8Array(length)
    let position = this.base + offset
    let done = 0
    if (length > 4 * PAGE_SIZE) {
      // Past the cache: a large read would only push the useful pages out.
      const count = this.#cache.backing.read(result, position)
      if (count < length) {
        throw new AppError('corrupt', 'The file became shorter while it was read.', {
          location: { offset: position + count },
        })
      }
      return result
    }
    while (done < length) {
      const page = this.#cache.page(Math.floor(position / PAGE_SIZE))
      const within = position % PAGE_SIZE
      const part = page.subarray(within, Math.min(page.length, within + length - done))
      result.set(part, done)
      done += part.length
      position += part.length
    }
    return result
  }

  /** Up to `length` bytes: fewer where the view ends before. */
  head(offset: number, length: number): Uint8Array {
    return this.bytes(offset, Math.max(0, Math.min(length, this.size - offset)))
  }

  u8(offset: number): number {
    this.check(offset, 1)
    const position = this.base + offset
    return this.#cache.page(Math.floor(position / PAGE_SIZE))[position % PAGE_SIZE] ?? 0
  }

  #view(offset: number, length: number): DataView {
    const bytes = this.bytes(offset, length)
    return new DataView(bytes.buffer, bytes.byteOffset, length)
  }

  u16(offset: number, littleEndian = true): number {
    return this.#view(offset, 2).getUint16(0, littleEndian)
  }

  u32(offset: number, littleEndian = true): number {
    return this.#view(offset, 4).getUint32(0, littleEndian)
  }

  i32(offset: number, littleEndian = true): number {
    return this.#view(offset, 4).getInt32(0, littleEndian)
  }

  u64(offset: number, littleEndian = true): bigint {
    return this.#view(offset, 8).getBigUint64(0, littleEndian)
  }

  i64(offset: number, littleEndian = true): bigint {
    return this.#view(offset, 8).getBigInt64(0, littleEndian)
  }

  f32(offset: number, littleEndian = true): number {
    return this.#view(offset, 4).getFloat32(0, littleEndian)
  }

  f64(offset: number, littleEndian = true): number {
    return this.#view(offset, 8).getFloat64(0, littleEndian)
  }

  /** A 64-bit offset or length as a number; `corrupt` where it is beyond what any file can hold (2^53). */
  size64(offset: number, littleEndian = true): number {
    const value = this.u64(offset, littleEndian)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new AppError(
        'corrupt',
        `The 64-bit size ${value} at offset ${this.base + offset} is impossible.`,
        {
          location: { offset: this.base + offset },
        },
      )
    }
    return Number(value)
  }
}
