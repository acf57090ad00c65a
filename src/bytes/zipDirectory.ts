import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { Budget } from './limits'
import { LIMITS } from './limits'

/** PKWARE APPNOTE 6.3.10: signatures, little-endian. */
export const ZIP_SIGNATURES = {
  localHeader: 0x04034b50,
  centralHeader: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const

const END_SIZE = 22
const END64_SIZE = 56
const LOCATOR64_SIZE = 20
const CENTRAL_SIZE = 46
/** A local header without its name and extra field. */
export const LOCAL_SIZE = 30
/** An end record and the longest comment that it can have: where Python and PyTorch look for it. */
const TAIL = END_SIZE + 0xffff
/** End records that are looked at: real archives have one, a comment with an archive in it makes two. */
const MAX_ENDS = 8

/** One line of a central directory. Offsets are in bytes from the start of the reader. */
export interface ZipEntry {
  readonly name: string
  readonly flags: number
  /** 0 stored, 8 deflated; others are named but not read. */
  readonly method: number
  readonly crc32: number
  readonly compressedSize: number
  readonly size: number
  /** Where the member's local header is. */
  readonly localOffset: number
  /** Where this line is. */
  readonly offset: number
  readonly isFolder: boolean
  readonly isSymbolicLink: boolean
}

/**
 * One way to read the archive. Python's zipfile takes the directory to lie right before its end record and shifts every
 * offset by the difference; PyTorch's miniz takes the offsets as they are. Ordinary archives give both the same.
 */
export interface ZipInterpretation {
  readonly loaders: readonly ('python' | 'miniz' | 'other')[]
  readonly endOffset: number
  readonly directoryOffset: number
  /** Bytes before the archive that Python's reading skips. */
  readonly shift: number
  readonly entries: readonly ZipEntry[]
  /** Why the directory could not be read to its end. */
  readonly error?: string
}

interface Layout {
  readonly endOffset: number
  readonly directoryOffset: number
  readonly directorySize: number
  readonly count: number
  readonly shift: number
}

/** Every reading that some loader could take, Python's of the last end record first; empty where there is no end record. */
export function readInterpretations(reader: ByteReader, budget: Budget): ZipInterpretation[] {
  const result: ZipInterpretation[] = []
  const seen = new Map<string, number>()
  for (const [index, end] of endOffsets(reader).entries()) {
    // An archive that is a member of this one has an end record too; whoever opens the member will find it.
    if (result[0] && isInsideMember(reader, result[0].entries, end)) continue
    for (const loader of ['python', 'miniz'] as const) {
      const layout = loader === 'python' ? pythonLayout(reader, end) : minizLayout(reader, end)
      const label = index === 0 ? loader : 'other'
      const key = `${layout.directoryOffset} ${layout.shift} ${layout.count}`
      const same = seen.get(key)
      const known = same === undefined ? undefined : result[same]
      if (same !== undefined && known) {
        if (!known.loaders.includes(label)) {
          result[same] = { ...known, loaders: [...known.loaders, label] }
        }
        continue
      }
      const read = readDirectory(reader, layout, budget)
      // An earlier signature without a directory is most likely just bytes of a member.
      if (index > 0 && read.entries.length === 0) continue
      seen.set(key, result.length)
      result.push({
        loaders: [label],
        endOffset: layout.endOffset,
        directoryOffset: layout.directoryOffset,
        shift: layout.shift,
        ...read,
      })
    }
  }
  return result
}

/** Whether an offset lies in the data of a member. */
function isInsideMember(reader: ByteReader, entries: readonly ZipEntry[], offset: number): boolean {
  let before: ZipEntry | undefined
  for (const entry of entries) {
    if (entry.localOffset <= offset && entry.localOffset >= (before?.localOffset ?? 0)) {
      before = entry
    }
  }
  if (!before || before.localOffset < 0 || before.localOffset > reader.size - LOCAL_SIZE)
    return false
  const at = before.localOffset
  if (reader.u32(at) !== ZIP_SIGNATURES.localHeader) return false
  const start = at + LOCAL_SIZE + reader.u16(at + 26) + reader.u16(at + 28)
  return offset >= start && offset + END_SIZE <= start + before.compressedSize
}

/** Offsets of the end records in the tail, the last first: the order in which loaders find them. */
function endOffsets(reader: ByteReader): number[] {
  const start = Math.max(0, reader.size - TAIL)
  const tail = reader.bytes(start, reader.size - start)
  const offsets: number[] = []
  for (let at = tail.length - END_SIZE; at >= 0 && offsets.length < MAX_ENDS; at--) {
    if (tail[at] !== 0x50 || tail[at + 1] !== 0x4b) continue
    if (tail[at + 2] === 5 && tail[at + 3] === 6) offsets.push(start + at)
  }
  return offsets
}

/** As Python's zipfile: a ZIP64 record counts if it stands right before its locator, wherever the locator points. */
function pythonLayout(reader: ByteReader, end: number): Layout {
  const record = end - LOCATOR64_SIZE - END64_SIZE
  const has64 =
    record >= 0 &&
    reader.u32(end - LOCATOR64_SIZE) === ZIP_SIGNATURES.locator64 &&
    reader.u32(record) === ZIP_SIGNATURES.end64
  const { directorySize, directoryOffset, count } = has64
    ? read64(reader, record)
    : read32(reader, end)
  const before = has64 ? record : end
  const shift = before - directorySize - directoryOffset
  return { endOffset: end, directoryOffset: directoryOffset + shift, directorySize, count, shift }
}

/** As miniz: the ZIP64 record is where the locator says, offsets are taken as they are. */
function minizLayout(reader: ByteReader, end: number): Layout {
  const locator = end - LOCATOR64_SIZE
  if (locator >= 0 && reader.u32(locator) === ZIP_SIGNATURES.locator64) {
    const record = Number(reader.u64(locator + 8))
    if (record <= reader.size - END64_SIZE && reader.u32(record) === ZIP_SIGNATURES.end64) {
      return { endOffset: end, shift: 0, ...read64(reader, record) }
    }
  }
  return { endOffset: end, shift: 0, ...read32(reader, end) }
}

function read32(reader: ByteReader, end: number): Omit<Layout, 'shift' | 'endOffset'> {
  return {
    count: reader.u16(end + 10),
    directorySize: reader.u32(end + 12),
    directoryOffset: reader.u32(end + 16),
  }
}

function read64(reader: ByteReader, record: number): Omit<Layout, 'shift' | 'endOffset'> {
  return {
    count: Number(reader.u64(record + 32)),
    directorySize: Number(reader.u64(record + 40)),
    directoryOffset: Number(reader.u64(record + 48)),
  }
}

function readDirectory(
  reader: ByteReader,
  layout: Layout,
  budget: Budget,
): { entries: ZipEntry[]; error?: string } {
  const entries: ZipEntry[] = []
  let at = layout.directoryOffset
  const end = at + layout.directorySize
  try {
    reader.check(at, layout.directorySize)
    // Python reads by the directory's size, miniz by the count: what either would see is listed.
    while (at < end || entries.length < Math.min(layout.count, LIMITS.entries)) {
      budget.step()
      if (entries.length >= LIMITS.entries) {
        return { entries, error: `More than ${LIMITS.entries} members are not listed.` }
      }
      if (reader.u32(at) !== ZIP_SIGNATURES.centralHeader) {
        return { entries, error: `The archive's directory is damaged at offset ${at}.` }
      }
      const entry = readEntry(reader, at, layout.shift)
      entries.push(entry)
      at += CENTRAL_SIZE + reader.u16(at + 28) + reader.u16(at + 30) + reader.u16(at + 32)
    }
  } catch (error) {
    if (error instanceof AppError) return { entries, error: error.message }
    throw error
  }
  if (entries.length !== layout.count) {
    const error = `The archive's directory has ${entries.length} members, its end says ${layout.count}.`
    return { entries, error }
  }
  return { entries }
}

function readEntry(reader: ByteReader, at: number, shift: number): ZipEntry {
  const nameLength = reader.u16(at + 28)
  const flags = reader.u16(at + 8)
  const name = decodeName(reader.bytes(at + CENTRAL_SIZE, nameLength))
  const extra = reader.bytes(at + CENTRAL_SIZE + nameLength, reader.u16(at + 30))
  const [size, compressedSize, localOffset] = widen(extra, [
    reader.u32(at + 24),
    reader.u32(at + 20),
    reader.u32(at + 42),
  ])
  const unixMode = reader.u32(at + 38) >>> 16
  return {
    name,
    flags,
    method: reader.u16(at + 10),
    crc32: reader.u32(at + 16),
    compressedSize,
    size,
    localOffset: localOffset + shift,
    offset: at,
    isFolder: name.endsWith('/'),
    isSymbolicLink: (unixMode & 0xf000) === 0xa000,
  }
}

/** Takes the fields that are 0xFFFFFFFF from the ZIP64 extra field (id 1), in their fixed order. */
function widen(
  extra: Uint8Array,
  [size, compressed, offset]: readonly [number, number, number],
): [number, number, number] {
  const fields: [number, number, number] = [size, compressed, offset]
  if (!fields.includes(0xffffffff)) return fields
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length)
  for (let at = 0; at + 4 <= extra.length;) {
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true))
    if (view.getUint16(at, true) === 1) {
      let from = at + 4
      for (const [index, value] of fields.entries()) {
        if (value !== 0xffffffff || from + 8 > end) continue
        fields[index] = Number(view.getBigUint64(from, true))
        from += 8
      }
      break
    }
    at = end
  }
  return fields
}

/** UTF-8 where it is that (flag bit 11 or not), else one character for each byte, so that no two names become one. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('latin1')
  }
}
