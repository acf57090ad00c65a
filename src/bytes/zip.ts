import { AppError } from '../base/errors'
import { escapeText } from '../base/text'
import type { ByteReader } from './byteReader'
import { ByteReader as Reader } from './byteReader'
import { decompressBzip2 } from './bzip2'
import { crc32 } from './crc32'
import type { Inflated } from './inflate'
import { inflate, inflateWhole } from './inflate'
import type { Budget } from './limits'
import { LIMITS } from './limits'
import { decompressLzmaMember } from './lzma'
import { directoryAnomalies, localAnomalies, READ_METHODS } from './zipAnomalies'
import type { ZipAnomaly } from './zipAnomalies'
import type { ZipEntry, ZipInterpretation } from './zipDirectory'
import { decodeName, LOCAL_SIZE, readInterpretations, ZIP_SIGNATURES } from './zipDirectory'

export type { ZipAnomaly } from './zipAnomalies'
export type { ZipEntry, ZipInterpretation } from './zipDirectory'

const METHODS: Readonly<Record<number, string>> = {
  9: 'deflate64',
  93: 'zstandard',
  95: 'xz',
  99: 'AES encryption',
}
/** Bit 0 encrypted, bit 6 strong encryption, bit 13 masked header. */
const ENCRYPTED = 0x2041

/** What a member's own header says, which Python compares with the directory and PyTorch does not. */
export interface ZipLocalHeader {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc32: number
  readonly compressedSize: number
  readonly size: number
  /** Where the member's data begin. */
  readonly dataOffset: number
}

/**
 * A ZIP archive for reading what loaders would read, and for seeing where they would differ. Nothing is extracted:
 * stored members are views of the archive, deflated ones are inflated up to a cap.
 */
export class ZipArchive {
  readonly reader: ByteReader
  readonly interpretations: readonly ZipInterpretation[]
  /** The directory that Python reads, or the first that can be read. */
  readonly entries: readonly ZipEntry[]
  /** What is odd in the directories alone; `checkLocalHeaders` finds the rest. */
  readonly anomalies: readonly ZipAnomaly[]
  readonly #byName = new Map<string, ZipEntry>()

  constructor(reader: ByteReader, interpretations: readonly ZipInterpretation[]) {
    this.reader = reader
    this.interpretations = interpretations
    const main = interpretations.find(({ entries }) => entries.length > 0) ?? interpretations[0]
    this.entries = main?.entries ?? []
    // The last of equal names wins, as in Python.
    for (const entry of this.entries) this.#byName.set(entry.name, entry)
    this.anomalies = directoryAnomalies(reader, interpretations)
  }

  get(name: string): ZipEntry | undefined {
    return this.#byName.get(name)
  }

  /** Where a member's data begin, which its local header alone says; throws `corrupt` where there is none. */
  dataOffset(entry: ZipEntry): number {
    const view = this.#localHeader(entry)
    return entry.localOffset + LOCAL_SIZE + view.getUint16(26, true) + view.getUint16(28, true)
  }

  /** Reads a member's local header; throws `corrupt` where there is none. */
  local(entry: ZipEntry): ZipLocalHeader {
    const view = this.#localHeader(entry)
    const nameLength = view.getUint16(26, true)
    const nameOffset = entry.localOffset + LOCAL_SIZE
    return {
      name: decodeName(this.reader.bytesUncached(nameOffset, nameLength)),
      flags: view.getUint16(6, true),
      method: view.getUint16(8, true),
      crc32: view.getUint32(14, true),
      compressedSize: view.getUint32(18, true),
      size: view.getUint32(22, true),
      dataOffset: nameOffset + nameLength + view.getUint16(28, true),
    }
  }

  #localHeader(entry: ZipEntry): DataView {
    const at = entry.localOffset
    const header = this.reader.bytesUncached(at, LOCAL_SIZE)
    const view = new DataView(header.buffer)
    if (view.getUint32(0, true) !== ZIP_SIGNATURES.localHeader) {
      throw new AppError(
        'corrupt',
        `The member ${escapeText(entry.name)} has no header at offset ${this.reader.base + at}.`,
        { location: { member: entry.name, offset: this.reader.base + at } },
      )
    }
    return view
  }

  /** A member's bytes as stored, compressed or not. */
  stored(entry: ZipEntry): ByteReader {
    return this.reader.view(this.dataOffset(entry), entry.compressedSize)
  }

  /**
   * A member for reading: in place where it is stored, decompressed where it is not larger than `LIMITS.inflated`. Throws
   * `corrupt` for other methods, and for encryption unless `ignoreFlags`: PyTorch reads members without regard to flags.
   */
  open(entry: ZipEntry, options: { ignoreFlags?: boolean } = {}): ByteReader {
    const method = this.#method(entry, options.ignoreFlags ?? false)
    if (method === 0) return this.stored(entry)
    // The size that the directory claims may be wrong: what comes out decides.
    const whole = decompressWhole(method, this.stored(entry), LIMITS.inflated)
    if (typeof whole === 'object') return Reader.of(whole)
    throw this.#unreadable(
      entry,
      whole === 'too-large' ? 'is too large to be inflated' : 'is cut off or damaged',
    )
  }

  #unreadable(entry: ZipEntry, problem: string): AppError {
    return new AppError('corrupt', `The member ${escapeText(entry.name)} ${problem}.`, {
      location: { member: entry.name, offset: this.reader.base + entry.localOffset },
    })
  }

  /** Up to `length` bytes from the start of a member, or a little fewer of a compressed one. */
  head(entry: ZipEntry, length: number, options: { ignoreFlags?: boolean } = {}): Uint8Array {
    const method = this.#method(entry, options.ignoreFlags ?? false)
    const stored = this.stored(entry)
    return method === 0 ? stored.head(0, length) : decompressMember(method, stored, length).bytes
  }

  /** Whether a member's bytes have the checksum that the directory gives; reads all of it. */
  hasValidChecksum(entry: ZipEntry): boolean {
    const member = this.open(entry, { ignoreFlags: true })
    return crc32(member.bytes(0, member.size)) === entry.crc32
  }

  /** Compares every local header with the directory and looks for members that no directory lists: reads all headers. */
  checkLocalHeaders(budget: Budget): ZipAnomaly[] {
    return localAnomalies(this, budget)
  }

  #method(entry: ZipEntry, ignoreFlags: boolean): number {
    if ((entry.flags & ENCRYPTED) !== 0 && !ignoreFlags) {
      throw this.#unreadable(entry, 'is encrypted')
    }
    if (READ_METHODS.has(entry.method)) return entry.method
    const method = METHODS[entry.method] ?? `method ${entry.method}`
    throw this.#unreadable(entry, `is compressed with ${method}, which is not read`)
  }
}

/** All of a member, or why it can't be had. */
function decompressWhole(
  method: number,
  stored: ByteReader,
  limit: number,
): Uint8Array | 'too-large' | 'damaged' {
  if (method === 8) return inflateWhole('raw', stored, limit)
  const { bytes, complete } = decompressMember(method, stored, limit)
  if (complete) return bytes
  return bytes.length > limit / 2 ? 'too-large' : 'damaged'
}

/** The methods that Python's zipfile reads: DEFLATE, bzip2 and LZMA. */
function decompressMember(method: number, stored: ByteReader, limit: number): Inflated {
  if (method === 12) return decompressBzip2(stored, limit)
  return method === 14 ? decompressLzmaMember(stored, limit) : inflate('raw', stored, limit)
}

/** Opens a ZIP archive, with or without data before it; `undefined` where no end record is found. */
export function openZip(reader: ByteReader, budget: Budget): ZipArchive | undefined {
  const interpretations = readInterpretations(reader, budget)
  return interpretations.length === 0 ? undefined : new ZipArchive(reader, interpretations)
}
