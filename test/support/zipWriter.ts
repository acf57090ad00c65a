import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { crc32 } from '../../src/bytes/crc32'

/** A member, with whatever shall be wrong about it. */
export interface ZipMember {
  readonly name: string
  /** The content, or the length of a hole in a sparse file. */
  readonly data: Uint8Array | string | number
  readonly deflate?: boolean
  readonly method?: number
  readonly flags?: number
  readonly externalAttributes?: number
  readonly crc32?: number
  /** The size that the directory claims. */
  readonly size?: number
  /** What the local header says instead. */
  readonly local?: {
    readonly name?: string
    readonly flags?: number
    readonly method?: number
    readonly crc32?: number
    readonly size?: number
  }
  /** Leaves the member out of the directory. */
  readonly unlisted?: boolean
}

export interface ZipOptions {
  /** Before the archive; offsets count from the start of the archive unless `absolute`. */
  readonly prefix?: Uint8Array
  readonly absolute?: boolean
  readonly comment?: Uint8Array
  readonly suffix?: Uint8Array
  readonly zip64?: boolean
}

/** A piece of the file: bytes, or the length of a hole. */
type Piece = Uint8Array | number

function numbers(...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [length]) => sum + length, 0))
  let at = 0
  for (const [length, value] of fields) {
    if (length === 8) bytes.writeBigUInt64LE(BigInt(value), at)
    else bytes.writeUIntLE(value, at, length)
    at += length
  }
  return bytes
}

function lengthOf(piece: Piece): number {
  return typeof piece === 'number' ? piece : piece.length
}

function layOut(members: readonly ZipMember[], options: ZipOptions): Piece[] {
  const pieces: Piece[] = options.prefix ? [options.prefix] : []
  const start = options.prefix?.length ?? 0
  let position = start
  const push = (piece: Piece): void => {
    pieces.push(piece)
    position += lengthOf(piece)
  }
  const directory: Buffer[] = []
  for (const member of members) {
    const content = typeof member.data === 'string' ? Buffer.from(member.data) : member.data
    const stored = member.deflate && typeof content !== 'number' ? deflateRawSync(content) : content
    const method = member.method ?? (member.deflate ? 8 : 0)
    const flags = member.flags ?? 0x0800
    const size = member.size ?? lengthOf(content)
    const crc = member.crc32 ?? (typeof content === 'number' ? 0 : crc32(content))
    const name = Buffer.from(member.name)
    const localName = Buffer.from(member.local?.name ?? member.name)
    const isLarge = options.zip64 ?? false
    const offset = position - (options.absolute ? 0 : start)
    const narrow = (value: number): number => (isLarge ? 0xffffffff : value)
    const localSize = member.local?.size ?? size
    const localExtra = isLarge
      ? numbers([2, 1], [2, 16], [8, localSize], [8, lengthOf(stored)])
      : Buffer.alloc(0)
    push(
      Buffer.concat([
        numbers(
          [4, 0x04034b50],
          [2, 20],
          [2, member.local?.flags ?? flags],
          [2, member.local?.method ?? method],
          [4, 0],
          [4, member.local?.crc32 ?? crc],
          [4, narrow(lengthOf(stored))],
          [4, narrow(localSize)],
          [2, localName.length],
          [2, localExtra.length],
        ),
        localName,
        localExtra,
      ]),
    )
    push(stored)
    if (member.unlisted) continue
    const extra = isLarge
      ? numbers([2, 1], [2, 24], [8, size], [8, lengthOf(stored)], [8, offset])
      : Buffer.alloc(0)
    directory.push(
      numbers(
        [4, 0x02014b50],
        [2, 0x0314],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
        [4, narrow(lengthOf(stored))],
        [4, narrow(size)],
        [2, name.length],
        [2, extra.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, member.externalAttributes ?? 0],
        [4, narrow(offset)],
      ),
      name,
      extra,
    )
  }
  const listing = Buffer.concat(directory)
  const directoryOffset = position - (options.absolute ? 0 : start)
  const count = members.filter(({ unlisted }) => !unlisted).length
  push(listing)
  if (options.zip64) {
    const record = position
    push(
      numbers(
        [4, 0x06064b50],
        [8, 44],
        [2, 45],
        [2, 45],
        [4, 0],
        [4, 0],
        [8, count],
        [8, count],
        [8, listing.length],
        [8, directoryOffset],
      ),
    )
    push(numbers([4, 0x07064b50], [4, 0], [8, record], [4, 1]))
  }
  const narrow = (value: number, limit: number): number => (options.zip64 ? limit : value)
  const comment = options.comment ?? new Uint8Array(0)
  push(
    numbers(
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, narrow(count, 0xffff)],
      [2, narrow(count, 0xffff)],
      [4, narrow(listing.length, 0xffffffff)],
      [4, narrow(directoryOffset, 0xffffffff)],
      [2, comment.length],
    ),
  )
  push(comment)
  if (options.suffix) push(options.suffix)
  return pieces
}

/** A ZIP archive in memory. */
export function zip(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  return Buffer.concat(
    layOut(members, options).map((piece) =>
      typeof piece === 'number' ? Buffer.alloc(piece) : piece,
    ),
  )
}

/** The same as a sparse file, whose holes take no space. */
export function writeSparseZip(
  path: string,
  members: readonly ZipMember[],
  options: ZipOptions = {},
): void {
  const descriptor = openSync(path, 'w')
  let position = 0
  for (const piece of layOut(members, options)) {
    if (typeof piece !== 'number') writeSync(descriptor, piece, 0, piece.length, position)
    position += lengthOf(piece)
  }
  ftruncateSync(descriptor, position)
  closeSync(descriptor)
}
