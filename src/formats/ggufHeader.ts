import { AppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import { ByteWindow } from '../bytes/byteWindow'
import { LIMITS } from '../bytes/limits'
import type { Budget } from '../bytes/limits'
import type { MetadataValue } from '../registry/inspection'
import { VALUE_BYTES, ValueType } from './ggufTypes'

/** Metadata entries: real models have below 100. */
const MAX_ENTRIES = 100_000
/** Dimensions of a tensor (`GGML_MAX_DIMS`). */
const MAX_DIMENSIONS = 4
/** Arrays in arrays: the format allows them and no writer makes them. */
const MAX_ARRAY_DEPTH = 4
/** Text of a value that is kept: a chat template has some kilobytes; the rest of a longer one is skipped. */
const KEPT_TEXT = 1_000_000
/** Items of an array that are kept when they are numbers; vocabularies are counted and skipped. */
const KEPT_ITEMS = 16
/** Offset of the tensors where the file names none. */
const DEFAULT_ALIGNMENT = 32

/** An array is known by its length; the items of a vocabulary are walked over and never held. */
export interface GgufArray {
  readonly length: number
  /** Byte offset of the first item. */
  readonly offset: number
  readonly itemType: number
  /** The first numbers, empty for arrays of strings. */
  readonly items: readonly MetadataValue[]
}

export interface GgufTensor {
  readonly name: string
  /** As stored: the fastest varying dimension first. */
  readonly dimensions: readonly number[]
  readonly type: number
  /** From the start of the data section. */
  readonly offset: number
}

export interface GgufHeader {
  readonly version: number
  readonly littleEndian: boolean
  readonly values: ReadonlyMap<string, MetadataValue>
  readonly arrays: ReadonlyMap<string, GgufArray>
  /** Where a value's text begins in the file, for findings about it. */
  readonly offsets: ReadonlyMap<string, number>
  readonly duplicateKeys: readonly string[]
  readonly tensors: readonly GgufTensor[]
  /** Where the tensors' data begins; `undefined` where the header could not be read to its end. */
  readonly dataOffset?: number
  readonly alignment: number
  /** Why reading stopped before the end of the header. */
  readonly stopped?: AppError
}

/**
 * Reads a GGUF header of version 1 to 3 in either byte order. What was read before a damaged entry is returned with the
 * reason in `stopped`; an impossible magic, version or count throws `AppError('corrupt')`.
 */
export function readGgufHeader(reader: ByteReader, budget: Budget): GgufHeader {
  reader.check(0, 8)
  const little = reader.u32(4, true)
  // The version is small, so the byte order is the one in which it is.
  const littleEndian = (little & 0xffff) !== 0
  const version = littleEndian ? little : reader.u32(4, false)
  if (version < 1 || version > 3) {
    throw corrupt(`GGUF version ${version} is not known; 1 to 3 are.`, 4)
  }
  return new HeaderWalk(new ByteWindow(reader, littleEndian), version, budget).read()
}

class HeaderWalk {
  readonly #window: ByteWindow
  readonly #version: number
  readonly #budget: Budget
  readonly #values = new Map<string, MetadataValue>()
  readonly #arrays = new Map<string, GgufArray>()
  readonly #offsets = new Map<string, number>()
  readonly #duplicates = new Set<string>()
  readonly #tensors: GgufTensor[] = []
  #position = 8

  constructor(window: ByteWindow, version: number, budget: Budget) {
    this.#window = window
    this.#version = version
    this.#budget = budget
  }

  read(): GgufHeader {
    const tensorCount = this.#count()
    const entryCount = this.#count()
    if (tensorCount > LIMITS.tensors || entryCount > MAX_ENTRIES) {
      throw corrupt(
        `${this.#countAt(0)} tensors and ${this.#countAt(1)} metadata entries are more than a GGUF file has.`,
        8,
      )
    }
    let stopped: AppError | undefined
    try {
      for (let index = 0; index < entryCount; index++) this.#readEntry()
      for (let index = 0; index < tensorCount; index++) this.#readTensor()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
      stopped = error
    }
    const declared = this.#values.get('general.alignment')
    const alignment = isAlignment(declared) ? declared : DEFAULT_ALIGNMENT
    return {
      version: this.#version,
      littleEndian: this.#window.littleEndian,
      values: this.#values,
      arrays: this.#arrays,
      offsets: this.#offsets,
      duplicateKeys: [...this.#duplicates],
      tensors: this.#tensors,
      alignment,
      ...(stopped
        ? { stopped }
        : { dataOffset: Math.ceil(this.#position / alignment) * alignment }),
    }
  }

  /** Counts and lengths have 32 bits in version 1 and 64 since. */
  #count(): number {
    const position = this.#position
    if (this.#version === 1) {
      this.#position += 4
      return this.#window.u32(position)
    }
    this.#position += 8
    return this.#window.size64(position)
  }

  /** One of the two counts of the header as it is written: a count beyond 2^53 is no number to go on with. */
  #countAt(index: number): bigint | number {
    return this.#version === 1 ? this.#window.u32(8 + 4 * index) : this.#window.u64(8 + 8 * index)
  }

  #u32(): number {
    const value = this.#window.u32(this.#position)
    this.#position += 4
    return value
  }

  #skip(length: number): void {
    this.#window.reader.check(this.#position, length)
    this.#position += length
  }

  #text(limit: number): string {
    const length = this.#count()
    const text = this.#window.text(this.#position, length, limit)
    this.#position += length
    return text
  }

  #readEntry(): void {
    this.#budget.step()
    const key = this.#text(65_535)
    const type = this.#u32()
    if (this.#values.has(key) || this.#arrays.has(key)) this.#duplicates.add(key)
    this.#offsets.set(key, this.#position)
    if (type === ValueType.array) this.#arrays.set(key, this.#readArray(0))
    else this.#values.set(key, this.#readValue(type))
  }

  #readValue(type: number): MetadataValue {
    if (type === ValueType.string) return this.#text(KEPT_TEXT)
    const length = VALUE_BYTES.get(type)
    if (length === undefined) {
      throw corrupt(`Metadata type ${type} is not known.`, this.#position - 4)
    }
    const value = this.#readNumber(type, this.#position)
    this.#position += length
    return value
  }

  #readNumber(type: number, at: number): MetadataValue {
    const window = this.#window
    switch (type) {
      case ValueType.uint8:
        return window.u8(at)
      case ValueType.int8:
        return window.i8(at)
      case ValueType.uint16:
        return window.u16(at)
      case ValueType.int16:
        return window.i16(at)
      case ValueType.uint32:
        return window.u32(at)
      case ValueType.int32:
        return window.i32(at)
      case ValueType.float32:
        return window.f32(at)
      case ValueType.bool:
        return window.u8(at) !== 0
      case ValueType.uint64:
        return Number(window.u64(at))
      case ValueType.int64:
        return Number(window.i64(at))
      default:
        return window.f64(at)
    }
  }

  #readArray(depth: number): GgufArray {
    if (depth >= MAX_ARRAY_DEPTH) {
      throw corrupt(`Arrays nest deeper than ${MAX_ARRAY_DEPTH} levels.`, this.#position)
    }
    const itemType = this.#u32()
    const length = this.#count()
    const offset = this.#position
    const items: MetadataValue[] = []
    const size = VALUE_BYTES.get(itemType)
    if (size !== undefined) {
      this.#skip(length * size)
      for (let index = 0; index < Math.min(length, KEPT_ITEMS); index++) {
        items.push(this.#readNumber(itemType, offset + index * size))
      }
    } else if (itemType === ValueType.string) {
      // Each string has at least its length: a count beyond that is refused before it is walked.
      this.#window.reader.check(offset, length * (this.#version === 1 ? 4 : 8))
      this.#budget.step(length)
      for (let index = 0; index < length; index++) this.#skip(this.#count())
    } else if (itemType === ValueType.array) {
      for (let index = 0; index < length; index++) {
        this.#budget.step()
        this.#readArray(depth + 1)
      }
    } else {
      throw corrupt(`Array item type ${itemType} is not known.`, offset)
    }
    return { length, offset, itemType, items }
  }

  #readTensor(): void {
    this.#budget.step()
    const name = this.#text(65_535)
    const at = this.#position
    const count = this.#u32()
    if (count > MAX_DIMENSIONS) {
      throw corrupt(`A tensor with ${count} dimensions is more than GGUF allows.`, at)
    }
    const dimensions: number[] = []
    for (let index = 0; index < count; index++) dimensions.push(this.#count())
    const type = this.#u32()
    const offset = this.#window.size64(this.#position)
    this.#skip(8)
    this.#tensors.push({ name, dimensions, type, offset })
  }
}

/** A power of two, as ggml demands. */
function isAlignment(value: MetadataValue | undefined): value is number {
  return (
    typeof value === 'number' &&
    value >= 1 &&
    value <= 1 << 20 &&
    Number.isInteger(Math.log2(value))
  )
}

function corrupt(message: string, offset: number): AppError {
  return new AppError('corrupt', message, { location: { offset } })
}
