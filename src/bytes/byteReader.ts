import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
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
    // Without waiting: a named pipe in a file's place would otherwise hold the worker for good.
    this.#descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
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

/** Fills `target`, or throws `corrupt`: the size was known when the reader was opened. */
function readFully(backing: Backing, target: Uint8Array, offset: number): void {
  const count = backing.read(target, offset)
  if (count < target.length) {
    throw new AppError('corrupt', 'The file became shorter while it was read.', {
      location: { offset: offset + count },
    })
  }
}

interface Page {
  /** A Buffer, because it decodes texts without a copy. */
  readonly bytes: Buffer
  readonly view: DataView
}

function createPage(length: number): Page {
  const bytes = Buffer.from(new ArrayBuffer(length))
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length) }
}

/** The pages of one backing, shared by all its views; the least recently used goes first. */
class PageCache {
  readonly #pages = new Map<number, Page>()
  readonly backing: Backing
  // Parsers read byte after byte: the page of the last access is found without the map.
  #lastIndex = -1
  #last: Page | undefined

  constructor(backing: Backing) {
    this.backing = backing
  }

  page(index: number): Page {
    if (index === this.#lastIndex && this.#last) return this.#last
    const page = this.#recent(index) ?? this.#load(index)
    this.#lastIndex = index
    this.#last = page
    return page
  }

  #recent(index: number): Page | undefined {
    const page = this.#pages.get(index)
    if (page) {
      this.#pages.delete(index)
      this.#pages.set(index, page)
    }
    return page
  }

  #load(index: number): Page {
    const start = index * PAGE_SIZE
    const length = Math.min(PAGE_SIZE, this.backing.size - start)
    const page = this.#takeOldest(length) ?? createPage(length)
    readFully(this.backing, page.bytes, start)
    this.#pages.set(index, page)
    return page
  }

  /** The page to give up, to be filled anew: pages are handed to nobody, and freed ones would pile up as garbage. */
  #takeOldest(length: number): Page | undefined {
    if (this.#pages.size < CACHED_PAGES) return undefined
    const [oldest] = this.#pages
    if (!oldest) return undefined
    const [index, page] = oldest
    this.#pages.delete(index)
    if (this.#last === page) this.#last = undefined
    return page.bytes.length === length ? page : undefined
  }
}

const NO_BYTES = new DataView(new ArrayBuffer(0))

/**
 * Bounded random access to an open file, bytes in memory, or a part of either: the only file input of the parsers.
 * Offsets and lengths are in bytes and relative to the view; every access is checked against the view's size and ends
 * in `AppError('corrupt')` with the absolute offset when it would leave it. Synchronous: it belongs into a worker.
 */
export class ByteReader {
  readonly #cache: PageCache
  /** What the last number was read from; a field, since a parser reads millions of them. */
  #view: DataView = NO_BYTES
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
    // Past the cache: a large read would only push the useful pages out.
    if (length > 4 * PAGE_SIZE) return this.bytesUncached(offset, length)
    const result = new Uint8Array(length)
    let position = this.base + offset
    let done = 0
    while (done < length) {
      const page = this.#cache.page(Math.floor(position / PAGE_SIZE)).bytes
      const within = position % PAGE_SIZE
      const part = page.subarray(within, Math.min(page.length, within + length - done))
      result.set(part, done)
      done += part.length
      position += part.length
    }
    return result
  }

  /** The same without a page: for a few bytes at each of many places, such as the local headers of a large archive. */
  bytesUncached(offset: number, length: number): Uint8Array {
    this.check(offset, length)
    const result = new Uint8Array(length)
    readFully(this.#cache.backing, result, this.base + offset)
    return result
  }

  /** Fills `target` with the bytes at `offset`, past the cache: for a walk through megabytes with one buffer. */
  readInto(target: Uint8Array, offset: number): void {
    this.check(offset, target.length)
    readFully(this.#cache.backing, target, this.base + offset)
  }

  /** Offset of the first `byte` in `[from, to)`, or -1. */
  indexOf(byte: number, from: number, to = this.size): number {
    this.check(from, Math.max(0, to - from))
    let position = this.base + from
    const end = this.base + to
    while (position < end) {
      const page = this.#cache.page(Math.floor(position / PAGE_SIZE)).bytes
      const within = position % PAGE_SIZE
      const found = page.indexOf(byte, within)
      if (found >= 0)
        return position + found - within < end ? position + found - within - this.base : -1
      position += page.length - within
    }
    return -1
  }

  /** The text in `length` bytes; what is not UTF-8 becomes U+FFFD. */
  text(offset: number, length: number, encoding: 'utf8' | 'latin1'): string {
    this.check(offset, length)
    const position = this.base + offset
    const within = position % PAGE_SIZE
    if (within + length <= PAGE_SIZE && length > 0) {
      const page = this.#cache.page(Math.floor(position / PAGE_SIZE)).bytes
      return page.toString(encoding, within, within + length)
    }
    const bytes = this.bytes(offset, length)
    return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString(encoding)
  }

  /** Up to `length` bytes: fewer where the view ends before. */
  head(offset: number, length: number): Uint8Array {
    return this.bytes(offset, Math.max(0, Math.min(length, this.size - offset)))
  }

  u8(offset: number): number {
    this.check(offset, 1)
    const position = this.base + offset
    return this.#cache.page(Math.floor(position / PAGE_SIZE)).bytes[position % PAGE_SIZE] ?? 0
  }

  /** Makes `#view` hold `length` bytes and returns where they begin in it: a page where they lie in one, else a copy. */
  #seek(offset: number, length: number): number {
    this.check(offset, length)
    const position = this.base + offset
    const within = position % PAGE_SIZE
    if (within + length <= PAGE_SIZE) {
      this.#view = this.#cache.page(Math.floor(position / PAGE_SIZE)).view
      return within
    }
    this.#view = new DataView(this.bytes(offset, length).buffer)
    return 0
  }

  u16(offset: number, littleEndian = true): number {
    const at = this.#seek(offset, 2)
    return this.#view.getUint16(at, littleEndian)
  }

  u32(offset: number, littleEndian = true): number {
    const at = this.#seek(offset, 4)
    return this.#view.getUint32(at, littleEndian)
  }

  i32(offset: number, littleEndian = true): number {
    const at = this.#seek(offset, 4)
    return this.#view.getInt32(at, littleEndian)
  }

  u64(offset: number, littleEndian = true): bigint {
    const at = this.#seek(offset, 8)
    return this.#view.getBigUint64(at, littleEndian)
  }

  i64(offset: number, littleEndian = true): bigint {
    const at = this.#seek(offset, 8)
    return this.#view.getBigInt64(at, littleEndian)
  }

  f32(offset: number, littleEndian = true): number {
    const at = this.#seek(offset, 4)
    return this.#view.getFloat32(at, littleEndian)
  }

  f64(offset: number, littleEndian = true): number {
    const at = this.#seek(offset, 8)
    return this.#view.getFloat64(at, littleEndian)
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
