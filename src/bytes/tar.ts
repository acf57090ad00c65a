import type { ByteReader } from './byteReader'
import type { Budget } from './limits'
import { LIMITS } from './limits'

const BLOCK = 512
/** A long name in a header of its own. */
const MAX_NAME = 65_536

/** One member of a tar archive (POSIX.1-2001 ustar and pax, GNU). */
export interface TarEntry {
  readonly name: string
  readonly size: number
  /** Where its data begin. */
  readonly offset: number
  /** False for folders, links and devices. */
  readonly isFile: boolean
}

/** A block is a tar header if its checksum is right: the sum of its bytes with the checksum's own as spaces. */
export function isTar(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false
  const stored = parseOctal(head.subarray(148, 156))
  let sum = 8 * 0x20
  for (let index = 0; index < BLOCK; index++) {
    if (index < 148 || index >= 156) sum += head[index] ?? 0
  }
  return stored !== undefined && stored === sum && sum > 8 * 0x20
}

/** Whether a block calls itself a header, whatever its checksum. */
export function hasTarMagic(head: Uint8Array): boolean {
  return head.length >= BLOCK && cString(head.subarray(257, 262)) === 'ustar'
}

/**
 * The members in order. Ends at the first block that is no header, which is `end`; `complete` is false where that is no end
 * mark.
 */
export function readTar(
  reader: ByteReader,
  budget: Budget,
): { readonly entries: readonly TarEntry[]; readonly complete: boolean; readonly end: number } {
  const entries: TarEntry[] = []
  let end = 0
  let longName: string | undefined
  for (let at = 0; at + BLOCK <= reader.size;) {
    budget.step(4)
    end = at
    const header = reader.bytes(at, BLOCK)
    if (!isTar(header)) return { entries, complete: header.every((byte) => byte === 0), end }
    const size = parseSize(header.subarray(124, 136))
    if (size === undefined || size > reader.size - at - BLOCK || entries.length >= LIMITS.entries) {
      return { entries, complete: false, end }
    }
    const type = String.fromCharCode(header[156] ?? 0)
    const offset = at + BLOCK
    at = offset + Math.ceil(size / BLOCK) * BLOCK
    if (type === 'L' || type === 'x') {
      longName = readLongName(reader, offset, size, type) ?? longName
      continue
    }
    if (type === 'g' || type === 'K') continue
    const isFile = type === '0' || type === '\0' || type === '7'
    entries.push({ name: longName ?? shortName(header), size, offset, isFile })
    longName = undefined
  }
  return { entries, complete: false, end }
}

function shortName(header: Uint8Array): string {
  const name = cString(header.subarray(0, 100))
  const isUstar = cString(header.subarray(257, 262)) === 'ustar'
  const prefix = isUstar ? cString(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** GNU's `L` header is the name itself; pax has lines `length key=value`. */
function readLongName(
  reader: ByteReader,
  offset: number,
  size: number,
  type: string,
): string | undefined {
  const text = Buffer.from(reader.bytes(offset, Math.min(size, MAX_NAME))).toString('utf8')
  return type === 'L' ? text.replace(/\0.*$/s, '') : /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1]
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8')
}

function parseOctal(bytes: Uint8Array): number | undefined {
  const text = cString(bytes).trim()
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined
}

/** Octal digits, or with the highest bit set a big-endian number. */
function parseSize(bytes: Uint8Array): number | undefined {
  if (((bytes[0] ?? 0) & 0x80) === 0) return cString(bytes).trim() === '' ? 0 : parseOctal(bytes)
  const size = bytes.subarray(1).reduce((total, byte) => total * 256 + byte, (bytes[0] ?? 0) & 0x7f)
  return Number.isSafeInteger(size) ? size : undefined
}
