import { AppError } from '../base/errors'
import { toArray, toObject, toText } from '../bytes/boundedJson'
import type { JsonValue } from '../bytes/boundedJson'
import type { ByteReader } from '../bytes/byteReader'
import { firstMember, parseMembers, readMemberBatches } from '../bytes/jsonMembers'
import type { MemberBatch } from '../bytes/jsonMembers'
import { LIMITS } from '../bytes/limits'
import type { Budget } from '../bytes/limits'
import type { TensorInfo } from '../registry/inspection'
import { repeatedNames } from './repeatedNames'
import { PlainEntries } from './safetensorsEntry'
import { elementCount, Findings, quote } from './summary'

/** The specification's bound on the header; the reference implementation refuses more. */
const MAX_HEADER = 100_000_000

/** How the entry begins that is no tensor. */
const METADATA = new TextEncoder().encode('"__metadata__":')

/** Bits of an element. F4 and F6 are packed. */
const DTYPE_BITS: ReadonlyMap<string, number> = new Map([
  ['BOOL', 8],
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['U8', 8],
  ['I8', 8],
  ['F8_E5M2', 8],
  ['F8_E4M3', 8],
  ['F8_E8M0', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2FNUZ', 8],
  ['I16', 16],
  ['U16', 16],
  ['F16', 16],
  ['BF16', 16],
  ['I32', 32],
  ['U32', 32],
  ['F32', 32],
  ['C64', 64],
  ['F64', 64],
  ['I64', 64],
  ['U64', 64],
])

/** A header as it stands in one file. Offsets of tensors are from the start of the file. */
export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>
  readonly tensors: readonly TensorInfo[]
  readonly findings: Findings
  /** True where tensors were left out because they could not be understood. */
  readonly partial: boolean
}

/** Reads and checks the header as the reference implementation does; what breaks a rule of the format is a finding. */
export function readSafetensors(reader: ByteReader, budget: Budget): SafetensorsHeader {
  const length = reader.size < 8 ? 0 : Number(reader.u64(0))
  if (length < 2 || length > MAX_HEADER) {
    throw corrupt(
      `The safetensors header is said to have ${reader.size < 8 ? 0 : reader.u64(0)} bytes; 2 to ${MAX_HEADER} are allowed.`,
      0,
    )
  }
  if (length > reader.size - 8) {
    throw corrupt(
      `The safetensors header of ${length} bytes is cut off: the file has ${reader.size} bytes.`,
      reader.size,
    )
  }
  return new HeaderReader(reader, length, budget).read()
}

class HeaderReader {
  readonly #reader: ByteReader
  readonly #length: number
  readonly #budget: Budget
  readonly #findings = new Findings()
  readonly #metadata = new Map<string, string>()
  readonly #tensors: TensorInfo[] = []
  /** Names of entries that are no tensors. */
  readonly #rejected: string[] = []
  readonly #shapes: (readonly number[])[] = []
  #hasMetadata = false
  #partial = false

  constructor(reader: ByteReader, length: number, budget: Budget) {
    this.#reader = reader
    this.#length = length
    this.#budget = budget
  }

  read(): SafetensorsHeader {
    for (const batch of readMemberBatches(this.#reader, 8, this.#length)) {
      const rest = this.#readPlain(this.#readFirstMetadata(batch))
      if (rest.bytes.length > 0) this.#readJson(rest)
    }
    for (const name of repeatedNames(this.#tensors, this.#rejected)) this.#duplicate(name)
    this.#checkLayout()
    return {
      metadata: this.#metadata,
      tensors: this.#tensors,
      findings: this.#findings,
      partial: this.#partial,
    }
  }

  /** Metadata stands first as a rule; what follows it can be in the plain form all the same. Gives what follows. */
  #readFirstMetadata(batch: MemberBatch): MemberBatch {
    if (!METADATA.every((byte, index) => batch.bytes[index] === byte)) return batch
    const { bytes } = firstMember(batch)
    const next = bytes.length + 1
    // A comma that nothing follows is for the parser to refuse.
    if (next === batch.bytes.length) return batch
    this.#readJson({ bytes, offset: batch.offset })
    return { bytes: batch.bytes.subarray(next), offset: batch.offset + next }
  }

  /** Entries in the form that libraries write. Gives what is left from the first one in another form on. */
  #readPlain({ bytes, offset }: MemberBatch): MemberBatch {
    const entries = new PlainEntries(bytes, this.#shapes)
    while (!entries.isDone) {
      this.#budget.step()
      const entry = entries.read()
      if (!entry) break
      this.#addTensor(entry.name, entry.dtype, entry.shape, entry.begin, entry.end)
    }
    return { bytes: bytes.subarray(entries.position), offset: offset + entries.position }
  }

  /** Entries in any form that JSON allows. */
  #readJson(batch: MemberBatch): void {
    const { value, duplicateKeys } = parseMembers(batch)
    for (const key of duplicateKeys) this.#duplicate(key)
    for (const key in value) {
      this.#budget.step()
      if (key === '__metadata__') this.#readMetadata(value[key])
      else this.#readTensor(key, value[key])
    }
  }

  #duplicate(key: string): void {
    this.#findings.add(
      'duplicate-key',
      'error',
      `The header names ${quote(key)} more than once, which the format forbids.`,
      { offset: 8 },
    )
  }

  #readMetadata(value: JsonValue | undefined): void {
    if (this.#hasMetadata) this.#duplicate('__metadata__')
    this.#hasMetadata = true
    const entries = toObject(value)
    if (!entries) {
      this.#findings.add('invalid-metadata', 'error', 'The __metadata__ entry is not one object.')
      return
    }
    for (const [key, text] of Object.entries(entries)) {
      if (typeof text === 'string') this.#metadata.set(key, text)
      else this.#findings.add('invalid-metadata', 'error', `Metadata ${quote(key)} is no string.`)
    }
  }

  #readTensor(name: string, value: JsonValue | undefined): void {
    const entry = toObject(value)
    const dtype = toText(entry?.['dtype'])
    const shape = toArray(entry?.['shape'])
    const [begin, end] = toArray(entry?.['data_offsets'])
    const isSound = Array.isArray(entry?.['shape']) && isOffset(begin) && isOffset(end)
    if (dtype !== undefined && isNumbers(shape) && isSound) {
      this.#addTensor(name, dtype, shape, begin, end)
    } else {
      this.#reject(name)
    }
  }

  #reject(name: string): void {
    this.#partial = true
    if (this.#rejected.length < LIMITS.tensors) this.#rejected.push(name)
    this.#findings.add('invalid-tensor', 'error', `The entry of ${quote(name)} is no tensor.`)
  }

  #addTensor(
    name: string,
    dtype: string,
    shape: readonly number[],
    begin: number,
    end: number,
  ): void {
    if (this.#tensors.length >= LIMITS.tensors) {
      if (!this.#partial) {
        this.#findings.add('too-many-tensors', 'warning', 'Further tensors are not listed.')
      }
      this.#partial = true
      return
    }
    const parameters = elementCount(shape)
    if (parameters === undefined || begin > end) {
      this.#reject(name)
      return
    }
    const offset = 8 + this.#length + begin
    const length = compact(end - begin)
    const bits = DTYPE_BITS.get(dtype)
    if (bits === undefined) {
      this.#findings.add(
        'unknown-dtype',
        'warning',
        `${quote(name)} has the unknown dtype ${quote(dtype)}.`,
      )
    } else if ((parameters * bits) / 8 !== length) {
      this.#findings.add(
        'invalid-size',
        'error',
        `${quote(name)} has ${length} bytes, but its shape and dtype ask for ${(parameters * bits) / 8}.`,
        { offset },
      )
    }
    this.#tensors.push({ name, dtype, shape, parameters, bytes: length, offset, length })
  }

  /** Tensors must follow one another from the header to the end of the file. */
  #checkLayout(): void {
    const start = 8 + this.#length
    let position = start
    for (const { name, offset = 0, length = 0 } of inFileOrder(this.#tensors)) {
      if (offset > position) {
        this.#findings.add(
          'hole',
          'warning',
          `${offset - position} bytes before ${quote(name)} belong to no tensor, which the format forbids.`,
          { offset: position },
        )
      } else if (offset < position) {
        this.#findings.add(
          'overlap',
          'error',
          `${quote(name)} begins inside the tensor before it.`,
          {
            offset,
          },
        )
      }
      position = Math.max(position, offset + length)
    }
    const { size } = this.#reader
    if (position > size) {
      this.#findings.add(
        'truncated',
        'error',
        `The file ends at byte ${size}, but its tensors go on to byte ${position}.`,
        { offset: size },
      )
    } else if (position < size && !this.#partial) {
      this.#findings.add(
        'trailing-data',
        'warning',
        `${size - position} bytes follow the last tensor, which the format forbids.`,
        { offset: position },
      )
    }
  }
}

/** The tensors by offset; the list itself where it is in order already, as most writers leave it. */
function inFileOrder(tensors: readonly TensorInfo[]): readonly TensorInfo[] {
  const isOrdered = tensors.every(
    ({ offset = 0 }, index) => offset >= (tensors[index - 1]?.offset ?? 0),
  )
  if (isOrdered) return tensors
  return [...tensors].sort(
    (a, b) => (a.offset ?? 0) - (b.offset ?? 0) || (a.length ?? 0) - (b.length ?? 0),
  )
}

/**
 * A small integer in the form that V8 keeps in the place of a pointer. The difference of two large numbers is a number
 * on the heap, however small it is, and then so is that field of every tensor.
 */
function compact(value: number): number {
  const integer = value | 0
  return integer === value ? integer : value
}

function isOffset(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isNumbers(values: readonly JsonValue[]): values is readonly number[] {
  return values.every((value) => typeof value === 'number')
}

function corrupt(message: string, offset: number): AppError {
  return new AppError('corrupt', message, { location: { offset } })
}
