import { AppError } from '../../base/errors'
import type { ByteReader } from '../../bytes/byteReader'
import type { JsonObject } from '../../bytes/boundedJson'
import { toArray, toObject, toText } from '../../bytes/boundedJson'
import { readJsonMembers } from '../../bytes/jsonMembers'
import type { Content, ScanContext } from '../context'
import { isCorrupt } from '../context'
import { looksLikeContainer } from '../magic'

/** The format allows headers of at most 100 MB. */
const MAX_HEADER = 100_000_000
/** Bits of an element by dtype. */
const BITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    BOOL: 8,
    F4: 4,
    F6_E2M3: 6,
    F6_E3M2: 6,
    U8: 8,
    I8: 8,
    F8_E5M2: 8,
    F8_E4M3: 8,
    F8_E8M0: 8,
    F8_E4M3FNUZ: 8,
    F8_E5M2FNUZ: 8,
    I16: 16,
    U16: 16,
    F16: 16,
    BF16: 16,
    I32: 32,
    U32: 32,
    F32: 32,
    C64: 64,
    F64: 64,
    I64: 64,
    U64: 64,
  }),
)

/** Whether a file begins as safetensors do: a length, and JSON of that length. */
export function looksLikeSafetensors(reader: ByteReader): boolean {
  if (reader.size < 10 || reader.u8(8) !== 0x7b) return false
  const length = reader.u64(0)
  return (
    length >= 2n &&
    length <= BigInt(MAX_HEADER) &&
    /^\{\s*["}]/.test(Buffer.from(reader.head(8, 64)).toString('latin1'))
  )
}

/** Checks the structure that the format asks for: tensors side by side, from the header to the end, and nothing else. */
export function scanSafetensors(content: Content, context: ScanContext): void {
  context.markModel()
  const { reader } = content
  context.guard('safetensors/damaged', content, () => {
    const length = reader.size64(0)
    const ranges: (readonly [begin: number, end: number, name: string])[] = []
    const names = new Set<string>()
    for (const { value, duplicateKeys } of readJsonMembers(reader, 8, length)) {
      for (const [name, entry] of Object.entries(value)) {
        context.budget.step()
        if (names.has(name) || duplicateKeys.includes(name)) {
          context.add('json/duplicate-keys', content, { offset: 8, evidence: name })
        }
        names.add(name)
        if (name === '__metadata__') checkMetadata(toObject(entry), content, context)
        else ranges.push(readEntry(name, toObject(entry), reader))
      }
    }
    checkRanges(ranges, 8 + length, content, context)
  })
}

function checkMetadata(
  metadata: JsonObject | undefined,
  content: Content,
  context: ScanContext,
): void {
  const isPlain = metadata && Object.values(metadata).every((value) => typeof value === 'string')
  if (!isPlain)
    context.add('safetensors/damaged', content, { evidence: '__metadata__ is not of texts' })
}

function readEntry(
  name: string,
  entry: JsonObject | undefined,
  reader: ByteReader,
): readonly [number, number, string] {
  const [begin, end] = toArray(entry?.['data_offsets'])
  const shape = toArray(entry?.['shape'])
  const bits = BITS.get(toText(entry?.['dtype']) ?? '')
  const isSize = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) >= 0
  if (!isSize(begin) || !isSize(end) || !shape.every(isSize)) {
    throw damaged(`The tensor ${name} has no place or shape.`, reader)
  }
  if (bits === undefined) throw damaged(`The tensor ${name} is of an unknown type.`, reader)
  const size = shape.reduce((product, dimension) => product * dimension, bits) / 8
  if (end < begin || Math.ceil(size) !== end - begin) {
    throw damaged(`The tensor ${name} does not have the size of its shape.`, reader)
  }
  return [begin, end, name]
}

function checkRanges(
  ranges: (readonly [begin: number, end: number, name: string])[],
  start: number,
  content: Content,
  context: ScanContext,
): void {
  const { reader } = content
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let position = 0
  for (const [begin, end, name] of ranges) {
    if (begin > position) reportHidden(content, context, start + position, begin - position)
    else if (begin < position) throw damaged(`The tensor ${name} overlaps another one.`, reader)
    position = Math.max(position, end)
  }
  if (start + position > reader.size) {
    throw damaged(
      `The tensors end at byte ${start + position}, the file at ${reader.size}.`,
      reader,
    )
  }
  if (start + position < reader.size) {
    reportHidden(content, context, start + position, reader.size - start - position)
  }
}

function reportHidden(
  content: Content,
  context: ScanContext,
  offset: number,
  length: number,
): void {
  const rest = content.reader.view(offset, length)
  try {
    if (looksLikeContainer(rest)) context.add('file/polyglot', content, { offset })
  } catch (error) {
    if (!isCorrupt(error)) throw error
  }
  context.add('safetensors/hidden', content, { offset, evidence: `${length} bytes` })
  context.scanInner(content, {
    reader: rest,
    name: '',
    path: `bytes at ${offset}`,
    within: 'pickle',
  })
}

function damaged(message: string, reader: ByteReader): AppError {
  return new AppError('corrupt', message, { location: { offset: reader.base } })
}
