/** An entry of a safetensors header in the form that every library writes. */
export interface PlainEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** The same while it is read. */
type Draft = { -readonly [Key in keyof PlainEntry]: PlainEntry[Key] }

const encoder = new TextEncoder()
const DTYPE = encoder.encode('"dtype":"')
const SHAPE = encoder.encode('"shape":[')
const OFFSETS = encoder.encode('"data_offsets":[')

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const ZERO = 0x30
const NINE = 0x39
const LETTER_H = 0x68
const LETTER_T = 0x74
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const TILDE = 0x7e
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
/** Digits of a number that is exact. */
const MAX_DIGITS = 15
/** The members of an entry, as bits. */
const Member = { Dtype: 1, Shape: 2, Offsets: 4 } as const
/** Different shapes that are remembered: the layers of a model repeat a few. */
const KNOWN_SHAPES = 32

/**
 * Reads entries of a header without parsing JSON: `"name":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},`, in any
 * order of the three and without white space or escapes. A header of 50,000 tensors is read in a third of the time and
 * without the memory of 150,000 objects that are looked at once: nothing but names is made for an entry. `read` gives
 * `undefined` where an entry has another form, which JSON may allow: from `position` on that is for its parser to decide.
 */
export class PlainEntries {
  readonly #bytes: Buffer
  readonly #shapes: (readonly number[])[]
  /** Where the next entry begins. */
  position = 0
  #at = 0
  #dtype = ''
  /** The list that was read last, in the first `#count` places. */
  readonly #numbers: number[] = []
  #count = 0
  readonly #entry: Draft = { name: '', dtype: '', shape: [], begin: 0, end: 0 }

  /** @param shapes Shapes that were seen before, which are shared by all tensors of a model. */
  constructor(bytes: Uint8Array, shapes: (readonly number[])[]) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#shapes = shapes
  }

  get isDone(): boolean {
    return this.position >= this.#bytes.length
  }

  /** The entry at `position`, valid until the next one is read. */
  read(): PlainEntry | undefined {
    this.#at = this.position
    const entry = this.#entry
    const name = this.#readText()
    if (name === undefined || !this.#accept(COLON) || !this.#accept(OPEN_OBJECT)) return undefined
    let members = 0
    for (let member = 0; member < 3; member++) {
      if (member > 0 && !this.#accept(COMMA)) return undefined
      const read = this.#readMember(entry)
      if (read === 0) return undefined
      members |= read
    }
    if (!this.#accept(CLOSE_OBJECT)) return undefined
    // After a comma another entry must follow.
    const isLast = this.#at === this.#bytes.length
    if (!isLast && (!this.#accept(COMMA) || this.#at === this.#bytes.length)) return undefined
    if (members !== (Member.Dtype | Member.Shape | Member.Offsets)) return undefined
    entry.name = name
    this.position = this.#at
    return entry
  }

  /** Which member was read; 0 where it is none of them. */
  #readMember(entry: Draft): number {
    // The third byte of `"dtype"`, `"shape"` and `"data_offsets"` tells them apart.
    const letter = this.#bytes[this.#at + 2]
    if (letter === LETTER_T) {
      if (!this.#acceptAll(DTYPE)) return 0
      this.#at--
      const dtype = this.#readDtype()
      if (dtype === undefined) return 0
      entry.dtype = dtype
      return Member.Dtype
    }
    const isShape = letter === LETTER_H
    if (!this.#acceptAll(isShape ? SHAPE : OFFSETS) || !this.#readNumbers()) return 0
    if (isShape) {
      entry.shape = this.#shape()
      return Member.Shape
    }
    if (this.#count !== 2) return 0
    entry.begin = this.#numbers[0] ?? 0
    entry.end = this.#numbers[1] ?? 0
    return Member.Offsets
  }

  #accept(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false
    this.#at++
    return true
  }

  #acceptAll(literal: Uint8Array): boolean {
    for (let index = 0; index < literal.length; index++) {
      if (this.#bytes[this.#at + index] !== literal[index]) return false
    }
    this.#at += literal.length
    return true
  }

  /** A string of printable ASCII without escapes. */
  #readText(): string | undefined {
    if (!this.#accept(QUOTE)) return undefined
    let end = this.#at
    for (let byte = 0; ; end++) {
      byte = this.#bytes[end] ?? 0
      if (byte === QUOTE) break
      if (byte < SPACE || byte > TILDE || byte === BACKSLASH) return undefined
    }
    const text = this.#bytes.toString('latin1', this.#at, end)
    this.#at = end + 1
    return text
  }

  /** Nearly always the dtype of the entry before. */
  #readDtype(): string | undefined {
    const start = this.#at
    const known = this.#dtype
    let index = 0
    while (index < known.length && this.#bytes[start + 1 + index] === known.charCodeAt(index))
      index++
    if (index > 0 && index === known.length && this.#bytes[start + 1 + index] === QUOTE) {
      this.#at = start + index + 2
      return known
    }
    const dtype = this.#readText()
    if (dtype !== undefined) this.#dtype = dtype
    return dtype
  }

  /** A number without sign, or -1 where there is none that is exact. */
  #readNumber(): number {
    const start = this.#at
    let value = 0
    for (;;) {
      const byte = this.#bytes[this.#at] ?? 0
      if (byte < ZERO || byte > NINE) break
      value = value * 10 + byte - ZERO
      this.#at++
    }
    const digits = this.#at - start
    const isExact = digits <= MAX_DIGITS && (digits === 1 || this.#bytes[start] !== ZERO)
    return digits > 0 && isExact ? value : -1
  }

  /** Numbers up to the end of their list. */
  #readNumbers(): boolean {
    this.#count = 0
    if (this.#accept(CLOSE_ARRAY)) return true
    do {
      const number = this.#readNumber()
      if (number < 0) return false
      this.#numbers[this.#count++] = number
    } while (this.#accept(COMMA))
    return this.#accept(CLOSE_ARRAY)
  }

  /** The shape that was read, which is one that tensors before had, if there is one. */
  #shape(): readonly number[] {
    for (const known of this.#shapes) if (this.#isRead(known)) return known
    const shape = this.#numbers.slice(0, this.#count)
    if (this.#shapes.length < KNOWN_SHAPES) this.#shapes.push(shape)
    return shape
  }

  #isRead(shape: readonly number[]): boolean {
    if (shape.length !== this.#count) return false
    for (let index = 0; index < shape.length; index++) {
      if (shape[index] !== this.#numbers[index]) return false
    }
    return true
  }
}
