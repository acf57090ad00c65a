import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import { ByteWindow } from './byteWindow'
import { LIMITS } from './limits'
import type { Budget } from './limits'

/** What all tables of one file share. */
interface Source {
  readonly window: ByteWindow
  readonly budget: Budget
}

/** Where the items of a vector begin, and how many there are. */
export interface Vector {
  readonly start: number
  readonly length: number
}

/** Whether a file is a FlatBuffer with this four-letter identifier (flatbuffers.dev, "FlatBuffer Internals"). */
export function hasFlatBufferIdentifier(head: Uint8Array, identifier: RegExp): boolean {
  if (head.length < 8) return false
  const letters = new TextDecoder('latin1').decode(head.subarray(4, 8))
  return identifier.test(letters)
}

/**
 * A FlatBuffers table that is read field by field, by the numbers that the schema gives to fields. Every offset is
 * checked against the file before it is followed; a wrong one is `AppError('corrupt')` with its place. Tables can share
 * and contain one another, so the depth is bounded and each table costs a step of the budget.
 */
export class Table {
  readonly #source: Source
  readonly #position: number
  readonly #vtable: number
  readonly #fields: number
  readonly #depth: number

  private constructor(source: Source, position: number, depth: number) {
    const { window, budget } = source
    budget.step()
    if (depth > LIMITS.depth) throw corrupt('Tables nest too deep.', window, position)
    this.#source = source
    this.#position = position
    this.#depth = depth
    this.#vtable = position - window.i32(position)
    if (this.#vtable < 0)
      throw corrupt('A table of fields lies outside of the file.', window, position)
    const size = window.u16(this.#vtable)
    if (size < 4) throw corrupt('A table of fields is too small.', window, this.#vtable)
    window.reader.check(this.#vtable, size)
    this.#fields = (size - 4) >> 1
  }

  /** The root table of a reader that begins with its offset. */
  static root(reader: ByteReader, budget: Budget): Table {
    const window = new ByteWindow(reader)
    return new Table({ window, budget }, window.u32(0), 0)
  }

  /** Where a field's value stands; `undefined` where the field has its default. */
  #field(index: number): number | undefined {
    if (index >= this.#fields) return undefined
    const offset = this.#source.window.u16(this.#vtable + 4 + index * 2)
    return offset === 0 ? undefined : this.#position + offset
  }

  has(index: number): boolean {
    return this.#field(index) !== undefined
  }

  i8(index: number, fallback = 0): number {
    const at = this.#field(index)
    return at === undefined ? fallback : this.#source.window.i8(at)
  }

  i32(index: number, fallback = 0): number {
    const at = this.#field(index)
    return at === undefined ? fallback : this.#source.window.i32(at)
  }

  u32(index: number, fallback = 0): number {
    const at = this.#field(index)
    return at === undefined ? fallback : this.#source.window.u32(at)
  }

  /** A 64-bit number; `Infinity` above 2^53. */
  u64(index: number, fallback = 0): number {
    const at = this.#field(index)
    return at === undefined ? fallback : this.#source.window.size64(at)
  }

  #target(at: number): number {
    return at + this.#source.window.u32(at)
  }

  /** UTF-8 text of at most `limit` bytes. */
  text(index: number, limit = 65_536): string | undefined {
    const at = this.#field(index)
    return at === undefined ? undefined : this.#readText(this.#target(at), limit)
  }

  #readText(at: number, limit: number): string {
    const { window } = this.#source
    return window.text(at + 4, window.u32(at), limit)
  }

  table(index: number): Table | undefined {
    const at = this.#field(index)
    return at === undefined ? undefined : this.#open(this.#target(at))
  }

  #open(position: number): Table {
    return new Table(this.#source, position, this.#depth + 1)
  }

  /** A vector whose items have `itemSize` bytes and lie inside the file. */
  vector(index: number, itemSize: number): Vector | undefined {
    const at = this.#field(index)
    if (at === undefined) return undefined
    const { window } = this.#source
    const target = this.#target(at)
    const length = window.u32(target)
    window.reader.check(target + 4, length * itemSize)
    return { start: target + 4, length }
  }

  *i32s(index: number, limit: number = LIMITS.tensors): Generator<number> {
    const vector = this.vector(index, 4)
    for (let item = 0; item < Math.min(vector?.length ?? 0, limit); item++) {
      this.#source.budget.step()
      yield this.#source.window.i32((vector?.start ?? 0) + item * 4)
    }
  }

  *texts(index: number, limit = 65_536): Generator<string> {
    for (const at of this.#targets(index)) yield this.#readText(at, limit)
  }

  *tables(index: number): Generator<Table> {
    for (const at of this.#targets(index)) yield this.#open(at)
  }

  /** The item of a vector of tables; `undefined` beyond its end. */
  tableAt(index: number, item: number): Table | undefined {
    const vector = this.vector(index, 4)
    return vector && item >= 0 && item < vector.length
      ? this.#open(this.#target(vector.start + item * 4))
      : undefined
  }

  *#targets(index: number): Generator<number> {
    const vector = this.vector(index, 4)
    if (!vector) return
    for (let item = 0; item < vector.length; item++) {
      this.#source.budget.step()
      yield this.#target(vector.start + item * 4)
    }
  }
}

function corrupt(message: string, window: ByteWindow, offset: number): AppError {
  return new AppError('corrupt', message, {
    location: { offset: window.reader.base + offset },
  })
}
