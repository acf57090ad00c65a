import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import { ByteWindow } from './byteWindow'
import { BudgetExceeded, LIMITS } from './limits'
import type { Budget } from './limits'

/** How a field is written (protobuf.dev, "Encoding"). Groups (3 and 4) are in no format that is read here. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

const TWO_32 = 0x1_0000_0000

/** What all messages of one file share. */
interface Source {
  readonly window: ByteWindow
  readonly budget: Budget
  /** Whether a payload that goes beyond the end of the file is read as far as it goes. */
  readonly readsCut: boolean
  /** Where the first such field begins. */
  cutAt?: number
}

/**
 * A protobuf message that is walked field by field and never decoded as a whole: a payload that nobody asks for is
 * skipped by its length, so the weights of a model are not read. `next()` moves on; `field` and `wire` say where it
 * stands. Damage is `AppError('corrupt')` with the offset in the file.
 */
export class Message {
  readonly #source: Source
  readonly #depth: number
  readonly end: number
  /** Number of the current field. */
  field = 0
  /** Wire type of the current field. */
  wire: number = WireType.varint
  /** Where the current field's tag begins. */
  tag: number
  /** Where the current field's payload begins, and how many bytes it has. */
  start: number
  length = 0
  /** Where the next field begins. */
  #next: number
  #low = 0
  #high = 0

  private constructor(source: Source, start: number, end: number, depth: number) {
    this.#source = source
    this.tag = start
    this.start = start
    this.end = end
    this.#next = start
    this.#depth = depth
  }

  /** The message that fills a reader. */
  static of(reader: ByteReader, budget: Budget): Message {
    const source = { window: new ByteWindow(reader), budget, readsCut: false }
    return new Message(source, 0, reader.size, 0)
  }

  /**
   * The same, but of a file that is cut off everything is read that is there, and `checkWhole` complains in the end:
   * the graph of a model is one field, and what stands in its beginning is worth knowing.
   */
  static ofCut(reader: ByteReader, budget: Budget): Message {
    const source = { window: new ByteWindow(reader), budget, readsCut: true }
    return new Message(source, 0, reader.size, 0)
  }

  /** Throws where the file ended within a field. */
  checkWhole(): void {
    const { cutAt, window } = this.#source
    if (cutAt === undefined) return
    const { size, base } = window.reader
    throw new AppError(
      'corrupt',
      `The file is cut off: it ends at byte ${base + size}, within the field that begins at ${base + cutAt}.`,
      { location: { offset: base + size } },
    )
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#next >= this.end) return false
    this.#source.budget.step()
    this.tag = this.#next
    this.#readVarint()
    const key = this.#low
    this.field = key >>> 3
    this.wire = key & 7
    if (this.#high !== 0 || this.field === 0) this.#fail('A protobuf field number is expected.')
    switch (this.wire) {
      case WireType.varint:
        this.start = this.#next
        this.#readVarint()
        break
      case WireType.fixed64:
        this.#take(8)
        break
      case WireType.bytes:
        this.#readVarint()
        this.#take(this.#high * TWO_32 + this.#low)
        break
      case WireType.fixed32:
        this.#take(4)
        break
      default:
        this.#fail(`Protobuf wire type ${this.wire} is not used by any model format.`)
    }
    this.length = this.#next - this.start
    return true
  }

  #take(length: number): void {
    this.start = this.#next
    const left = this.end - this.start
    if (length > left) {
      const source = this.#source
      if (!source.readsCut || this.end !== source.window.size) {
        this.#fail(`A field of ${length} bytes goes beyond the end of its message.`)
      }
      source.cutAt ??= this.tag
    }
    this.#next = this.start + Math.min(length, left)
  }

  #readVarint(): void {
    const { window } = this.#source
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#next >= this.end) this.#fail('A number goes beyond the end of its message.')
      const byte = window.u8(this.#next++)
      const bits = byte & 0x7f
      if (shift < 28) {
        low |= bits << shift
      } else if (shift === 28) {
        low |= bits << 28
        high |= bits >>> 4
      } else {
        high |= bits << (shift - 32)
      }
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return
      }
    }
    this.#fail('A number has more than ten bytes.')
  }

  #fail(message: string): never {
    throw new AppError('corrupt', message, {
      location: { offset: this.#source.window.reader.base + this.tag },
    })
  }

  /** The current varint as a signed 64-bit number, as `int64`, `int32` and enums are; precise up to 2^53. */
  get int(): number {
    return (this.#high | 0) * TWO_32 + this.#low
  }

  get bool(): boolean {
    return this.#low !== 0 || this.#high !== 0
  }

  /** The current fixed32 as a `float`. */
  get float(): number {
    return this.wire === WireType.fixed32 ? this.#source.window.f32(this.start) : 0
  }

  /** The current payload as text of at most `limit` bytes; empty for a field of another wire type. */
  text(limit = 65_536): string {
    return this.wire === WireType.bytes
      ? this.#source.window.text(this.start, this.length, limit)
      : ''
  }

  /** At most `limit` bytes of the current payload. */
  bytes(limit: number): Uint8Array {
    return this.#source.window.bytes(this.start, Math.min(this.length, limit))
  }

  /** The current payload as a message; without fields where the current field is no length-delimited one. */
  message(): Message {
    if (this.#depth >= LIMITS.depth) this.#fail(`Messages nest deeper than ${LIMITS.depth} levels.`)
    const end = this.wire === WireType.bytes ? this.start + this.length : this.start
    return new Message(this.#source, this.start, end, this.#depth + 1)
  }

  /** The numbers of a repeated varint field: one where it is written singly, all of them where it is packed. */
  *ints(): Generator<number> {
    if (this.wire === WireType.varint) {
      yield this.int
      return
    }
    if (this.wire !== WireType.bytes) return
    const packed = this.message()
    while (packed.#next < packed.end) {
      this.#source.budget.step()
      packed.#readVarint()
      yield packed.int
    }
  }
}

/** What stands at the top level of a message: `field:wire` once for each pair, in order of first appearance. */
export interface TopLevel {
  readonly kinds: ReadonlySet<string>
  /** The field that goes beyond the end, where the file is cut off. */
  readonly cut?: number
  /** The first value of each varint field. */
  readonly numbers: ReadonlyMap<number, number>
  /** Payload of each length-delimited field's first appearance, as far as the file goes. */
  readonly payloads: ReadonlyMap<number, { readonly start: number; readonly length: number }>
}

/** Top-level fields that are looked at to tell a format: node lists of frozen graphs are at the top level. */
const PROBED_FIELDS = 200_000

/**
 * The top level of a file as protobuf, or `undefined` where it is none of the allowed `field:wire` pairs: protobuf has no
 * magic, so a format is told by parsing to exactly the end of the file with fields that it has.
 */
export function probeTopLevel(
  reader: ByteReader,
  budget: Budget,
  isAllowed: (field: number, wire: number) => boolean,
): TopLevel | undefined {
  const kinds = new Set<string>()
  const numbers = new Map<number, number>()
  const payloads = new Map<number, { start: number; length: number }>()
  const message = Message.of(reader, budget)
  try {
    for (let count = 0; count < PROBED_FIELDS && message.next(); count++) {
      if (!isAllowed(message.field, message.wire)) return undefined
      kinds.add(`${message.field}:${message.wire}`)
      if (message.wire === WireType.varint) {
        if (!numbers.has(message.field)) numbers.set(message.field, message.int)
      } else if (message.wire === WireType.bytes && !payloads.has(message.field)) {
        payloads.set(message.field, { start: message.start, length: message.length })
      }
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
    if (error instanceof BudgetExceeded || !isAllowed(message.field, message.wire)) return undefined
    if (message.wire === WireType.bytes && !payloads.has(message.field)) {
      payloads.set(message.field, { start: message.start, length: reader.size - message.start })
    }
    return { kinds, cut: message.field, numbers, payloads }
  }
  return kinds.size === 0 ? undefined : { kinds, numbers, payloads }
}
