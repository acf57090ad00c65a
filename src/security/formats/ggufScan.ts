import { AppError } from '../../base/errors'
import type { ByteReader } from '../../bytes/byteReader'
import { LIMITS } from '../../bytes/limits'
import type { Content, ScanContext } from '../context'
import { scanTemplate } from './templates'

/** Bytes of a value by the number of its type (ggml/docs/gguf.md); 0 for texts and arrays. */
const VALUE_SIZE = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const
const TEXT = 8
const ARRAY = 9
/** Bytes of a text that is read: templates are some thousand. */
const MAX_TEXT = 4 * 1024 * 1024
const MAX_KEYS = 100_000
const MAX_TENSORS = 10_000_000
const MAX_NESTING = 4
const TEMPLATE = /^tokenizer\.chat_template(?:\.|$)|template$|prompt$/i
/** Elements and bytes of a block by ggml type; unknown types are not measured. */
const BLOCKS: ReadonlyMap<number, readonly [elements: number, bytes: number]> = new Map([
  [0, [1, 4]],
  [1, [1, 2]],
  [2, [32, 18]],
  [3, [32, 20]],
  [6, [32, 22]],
  [7, [32, 24]],
  [8, [32, 34]],
  [9, [32, 36]],
  [10, [256, 84]],
  [11, [256, 110]],
  [12, [256, 144]],
  [13, [256, 176]],
  [14, [256, 210]],
  [15, [256, 292]],
  [24, [1, 1]],
  [25, [1, 2]],
  [26, [1, 4]],
  [27, [1, 8]],
  [28, [1, 8]],
  [30, [1, 2]],
])

/** Scans a GGUF file: chat templates, and lengths and offsets that lie. */
export function scanGguf(content: Content, context: ScanContext): void {
  context.markModel()
  context.guard('gguf/damaged', content, () => new GgufScan(content, context).run())
}

class GgufScan {
  readonly #reader: ByteReader
  readonly #content: Content
  readonly #context: ScanContext
  readonly #little: boolean
  readonly #isFirst: boolean
  #position = 8

  constructor(content: Content, context: ScanContext) {
    this.#content = content
    this.#context = context
    this.#reader = content.reader
    const version = this.#reader.u32(4)
    this.#little = (version & 0xffff) !== 0
    const number = this.#little ? version : this.#reader.u32(4, false)
    if (number < 1 || number > 3) throw this.#corrupt(`Version ${number} of GGUF is not known.`)
    this.#isFirst = number === 1
  }

  run(): void {
    const tensors = this.#length()
    const keys = this.#length()
    if (tensors > MAX_TENSORS || keys > MAX_KEYS || tensors * 24 > this.#reader.size) {
      throw this.#corrupt(`The header claims ${tensors} tensors and ${keys} values.`)
    }
    let alignment = 32
    for (let index = 0; index < keys; index++) {
      this.#context.budget.step()
      const key = this.#text()
      const type = this.#u32()
      if (key === 'general.alignment' && type === 4) {
        alignment = this.#reader.u32(this.#position, this.#little)
      }
      this.#value(key, type, 0)
    }
    this.#tensors(tensors, alignment)
  }

  #tensors(count: number, alignment: number): void {
    const ends: { readonly end: number; readonly name: string }[] = []
    for (let index = 0; index < count; index++) {
      this.#context.budget.step()
      const name = this.#text()
      const rank = this.#u32()
      if (rank > 8) throw this.#corrupt(`A tensor claims ${rank} dimensions.`)
      let elements = 1
      for (let axis = 0; axis < rank; axis++) elements *= this.#length()
      const block = BLOCKS.get(this.#u32())
      const offset = this.#reader.size64(this.#take(8), this.#little)
      const size = block ? Math.ceil(elements / block[0]) * block[1] : 1
      ends.push({ end: offset + size, name })
    }
    if (!(alignment >= 1 && alignment <= 2 ** 20)) {
      throw this.#corrupt(`The alignment ${alignment} is impossible.`)
    }
    const start = Math.ceil(this.#position / alignment) * alignment
    for (const { end, name } of ends) {
      if (start + end <= this.#reader.size) continue
      this.#context.add('gguf/damaged', this.#content, {
        evidence: `${name} ends at byte ${start + end} of ${this.#reader.size}`,
      })
      return
    }
  }

  #value(key: string, type: number, depth: number): void {
    if (type === TEXT) {
      const offset = this.#position
      if (TEMPLATE.test(key)) {
        scanTemplate(this.#text(), key, this.#content, this.#context, offset)
      } else this.#skipText()
    } else if (type === ARRAY) {
      if (depth >= MAX_NESTING) throw this.#corrupt('Arrays are nested too deep.')
      const inner = this.#u32()
      const length = this.#length()
      const size = VALUE_SIZE[inner]
      if (size !== undefined && size > 0) {
        this.#take(length * size)
        return
      }
      if (length * 8 > this.#reader.size) throw this.#corrupt(`An array claims ${length} items.`)
      for (let index = 0; index < length; index++) {
        this.#context.budget.step()
        this.#value(key, inner, depth + 1)
      }
    } else {
      const size = VALUE_SIZE[type]
      if (size === undefined) throw this.#corrupt(`A value is of the unknown type ${type}.`)
      this.#take(size)
    }
  }

  #take(length: number): number {
    const start = this.#position
    this.#reader.check(start, length)
    this.#position += length
    return start
  }

  #u32(): number {
    return this.#reader.u32(this.#take(4), this.#little)
  }

  #length(): number {
    return this.#isFirst ? this.#u32() : this.#reader.size64(this.#take(8), this.#little)
  }

  #skipText(): void {
    this.#take(this.#length())
  }

  #text(): string {
    const length = this.#length()
    const start = this.#take(length)
    if (length > MAX_TEXT) throw this.#corrupt(`A text of ${length} bytes is not read.`)
    return this.#reader.text(start, Math.min(length, LIMITS.json), 'utf8')
  }

  #corrupt(message: string): AppError {
    const offset = this.#reader.base + this.#position
    return new AppError('corrupt', `${message} (offset ${offset})`, { location: { offset } })
  }
}
