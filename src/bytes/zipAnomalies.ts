import { isAppError } from '../base/errors'
import { escapeText } from '../base/text'
import type { ByteReader } from './byteReader'
import type { Budget } from './limits'
import type { ZipArchive } from './zip'
import type { ZipEntry, ZipInterpretation } from './zipDirectory'

/** Where an archive is not what one loader takes it for. `message` is a sentence with escaped names. */
export interface ZipAnomaly {
  readonly rule:
    | 'directory-damaged'
    | 'several-directories'
    | 'prefix-data'
    | 'trailing-data'
    | 'duplicate-name'
    | 'duplicate-name-case'
    | 'unsafe-name'
    | 'symbolic-link'
    | 'flags'
    | 'method'
    | 'expansion'
    | 'overlap'
    | 'local-missing'
    | 'local-name'
    | 'local-flags'
    | 'local-method'
    | 'local-size'
    | 'local-crc'
    | 'hidden-member'
  readonly message: string
  readonly member?: string
  /** In bytes from the start of the file. */
  readonly offset: number
}

/** Encryption, patch data and masked headers: what no model writer sets. */
const ODD_FLAGS = 0x2061
/** Stored, DEFLATE, bzip2 and LZMA: what Python's zipfile reads. */
export const READ_METHODS: ReadonlySet<number> = new Set([0, 8, 12, 14])
/** The size is in a descriptor after the data: ordinary, PyTorch writes it. */
const DESCRIPTOR = 0x0008
/** A member of more than 4 GiB that is stored in less than a hundredth: Keras' own rule for refusing an archive. */
const EXPANSION = { size: 2 ** 32, ratio: 100 }
const DESCRIPTOR_SIZE = 24
/** Bytes between members that are searched for hidden ones. */
const SWEEP = 64 * 1024 * 1024
const UNSAFE_NAME = /^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/

/** What the directories show without a look at the members. */
export function directoryAnomalies(
  reader: ByteReader,
  interpretations: readonly ZipInterpretation[],
): ZipAnomaly[] {
  const anomalies: ZipAnomaly[] = []
  const first = interpretations[0]
  if (!first) return anomalies
  if (interpretations.length > 1) {
    anomalies.push({
      rule: 'several-directories',
      message: `The archive can be read in ${interpretations.length} ways, and loaders differ in which they take.`,
      offset: reader.base + first.endOffset,
    })
  }
  for (const { error, directoryOffset } of interpretations) {
    if (!error) continue
    const offset = reader.base + Math.max(0, directoryOffset)
    anomalies.push({ rule: 'directory-damaged', message: error, offset })
  }
  const start = Math.min(...firstOffsets(first))
  if (start > 0 && Number.isFinite(start)) {
    anomalies.push({
      rule: 'prefix-data',
      message: `${start} bytes stand before the archive.`,
      offset: reader.base,
    })
  }
  const end = first.endOffset + 22 + reader.u16(first.endOffset + 20)
  if (end !== reader.size) {
    anomalies.push({
      rule: 'trailing-data',
      message: `The archive should end at offset ${end}, but the file has ${reader.size} bytes.`,
      offset: reader.base + Math.min(end, reader.size),
    })
  }
  for (const { entries } of interpretations) entryAnomalies(entries, reader.base, anomalies)
  return anomalies
}

/** The smallest local offset, in pieces: `Math.min` takes no list of 100,000 arguments. */
function firstOffsets({ entries }: ZipInterpretation): number[] {
  let first = Number.POSITIVE_INFINITY
  for (const { localOffset } of entries) first = Math.min(first, localOffset)
  return [first]
}

function entryAnomalies(entries: readonly ZipEntry[], base: number, anomalies: ZipAnomaly[]): void {
  const names = new Set<string>()
  const folded = new Map<string, string>()
  for (const entry of entries) {
    const add = (rule: ZipAnomaly['rule'], problem: string): void => {
      const message = `The member ${escapeText(entry.name)} ${problem}.`
      anomalies.push({ rule, message, member: entry.name, offset: base + entry.offset })
    }
    const lower = entry.name.toLowerCase()
    const twin = folded.get(lower)
    if (names.has(entry.name)) add('duplicate-name', 'is listed more than once')
    else if (twin !== undefined)
      add('duplicate-name-case', `differs from ${escapeText(twin)} in case only`)
    names.add(entry.name)
    folded.set(lower, entry.name)
    if (UNSAFE_NAME.test(entry.name)) add('unsafe-name', 'would be extracted outside its folder')
    if (entry.isSymbolicLink) add('symbolic-link', 'is a symbolic link')
    if ((entry.flags & ODD_FLAGS) !== 0) {
      add('flags', `has the flags 0x${entry.flags.toString(16)} (encrypted or patched)`)
    }
    if (!READ_METHODS.has(entry.method)) {
      add('method', `is compressed with method ${entry.method}, which is not read`)
    }
    if (entry.size > EXPANSION.size && entry.size > EXPANSION.ratio * entry.compressedSize) {
      add('expansion', `claims ${entry.size} bytes in ${entry.compressedSize}`)
    }
  }
}

/** What a comparison of the members' own headers with the directory shows. */
export function localAnomalies(archive: ZipArchive, budget: Budget): ZipAnomaly[] {
  const anomalies: ZipAnomaly[] = []
  const regions: Region[] = []
  for (const { entries } of archive.interpretations) {
    for (const entry of entries) {
      budget.step(16)
      const region = compareLocal(archive, entry, anomalies)
      if (region) regions.push(region)
    }
  }
  for (const { directoryOffset, endOffset } of archive.interpretations) {
    regions.push({ start: directoryOffset, end: endOffset, name: '' })
  }
  sweepGaps(archive.reader, regions, budget, anomalies)
  return anomalies
}

/** The bytes that a member or a directory takes. */
interface Region {
  readonly start: number
  readonly end: number
  readonly name: string
}

function compareLocal(
  archive: ZipArchive,
  entry: ZipEntry,
  anomalies: ZipAnomaly[],
): Region | undefined {
  const offset = archive.reader.base + entry.localOffset
  const add = (rule: ZipAnomaly['rule'], problem: string): void => {
    const message = `The member ${escapeText(entry.name)} ${problem}.`
    anomalies.push({ rule, message, member: entry.name, offset })
  }
  let local: ReturnType<ZipArchive['local']>
  try {
    local = archive.local(entry)
  } catch (error) {
    if (!isAppError(error)) throw error
    add('local-missing', 'has no header where the directory says')
    return undefined
  }
  if (local.name !== entry.name) {
    add('local-name', `calls itself ${escapeText(local.name)}`)
  }
  if (((local.flags ^ entry.flags) & (ODD_FLAGS | DESCRIPTOR)) !== 0) {
    add('local-flags', 'has other flags in its own header')
  }
  if (local.method !== entry.method) add('local-method', 'has another method in its own header')
  const deferred = (local.flags & DESCRIPTOR) !== 0
  const differs = (own: number, listed: number): boolean =>
    own !== listed && own !== 0xffffffff && !(deferred && own === 0)
  if (differs(local.size, entry.size) || differs(local.compressedSize, entry.compressedSize)) {
    add('local-size', 'has another size in its own header')
  }
  if (local.crc32 !== entry.crc32 && !(deferred && local.crc32 === 0)) {
    add('local-crc', 'has another checksum in its own header')
  }
  const end = local.dataOffset + entry.compressedSize
  return { start: entry.localOffset, end, name: entry.name }
}

/** Members that share bytes, and local headers in the bytes that no member and no directory takes. */
function sweepGaps(
  reader: ByteReader,
  regions: Region[],
  budget: Budget,
  anomalies: ZipAnomaly[],
): void {
  regions.sort((a, b) => a.start - b.start || a.end - b.end)
  let position = 0
  let left = SWEEP
  let previous: Region | undefined
  for (const region of [...regions, { start: reader.size, end: reader.size, name: '' }]) {
    const repeated = previous?.start === region.start && previous.name === region.name
    if (region.start < position && region.name !== '' && !repeated) {
      anomalies.push({
        rule: 'overlap',
        message: `The member ${escapeText(region.name)} lies inside other data of the archive.`,
        member: region.name,
        offset: reader.base + region.start,
      })
    }
    const gap = Math.min(region.start - position, left)
    if (gap > DESCRIPTOR_SIZE) {
      budget.step(gap >> 8)
      left -= gap
      findHidden(reader, position, position + gap, anomalies)
    }
    position = Math.max(position, region.end)
    previous = region
  }
}

function findHidden(reader: ByteReader, from: number, to: number, anomalies: ZipAnomaly[]): void {
  for (let at = from; at + 4 <= to; at++) {
    at = reader.indexOf(0x50, at, to)
    if (at < 0 || at + 4 > to) return
    if (reader.u32(at) !== 0x04034b50) continue
    anomalies.push({
      rule: 'hidden-member',
      message: `A member that no directory lists stands at offset ${reader.base + at}.`,
      offset: reader.base + at,
    })
  }
}
