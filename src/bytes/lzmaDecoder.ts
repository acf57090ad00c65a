import type { Budget } from './limits'

/** Probabilities are 11 bits wide; a new one says nothing. */
const UNDECIDED = 1024
const TOP = 2 ** 24
/** What some symbols count for in a budget, so that the clock is looked at. */
const STEPS = 4096
const STATES = 12
/** Bits of the position that choose a probability, at most. */
const POSITIONS = 16

/** Lengths of matches: 2 to 273, in three classes of 3, 3 and 8 bits (LZMA specification, "The length decoder"). */
class LengthModel {
  readonly choice = probabilities(2)
  readonly low = probabilities(POSITIONS * 8)
  readonly middle = probabilities(POSITIONS * 8)
  readonly high = probabilities(256)
}

function probabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(UNDECIDED)
}

/** The adaptive model: every probability that the range decoder learns. */
class Model {
  readonly isMatch = probabilities(STATES * POSITIONS)
  readonly isRepeat = probabilities(STATES)
  readonly isRepeat0 = probabilities(STATES)
  readonly isRepeat0Long = probabilities(STATES * POSITIONS)
  readonly isRepeat1 = probabilities(STATES)
  readonly isRepeat2 = probabilities(STATES)
  readonly slots = probabilities(4 * 64)
  readonly reverse = probabilities(128)
  readonly align = probabilities(16)
  readonly matchLength = new LengthModel()
  readonly repeatLength = new LengthModel()
  readonly literals: Uint16Array

  constructor(literalBits: number) {
    this.literals = probabilities(0x300 << literalBits)
  }
}

/**
 * Igor Pavlov's LZMA (LZMA specification, 2015-06-14): decodes into one growing output that is its own dictionary, so that
 * memory follows what is decoded and not the dictionary size of the header. Never throws: reading past the input gives
 * zeros, and `run` then ends.
 */
export class LzmaDecoder {
  readonly #input: Uint8Array
  readonly #limit: number
  readonly #budget: Budget
  #output = new Uint8Array(65_536)
  #length = 0
  /** Where in the output the dictionary begins: positions and distances count from there. */
  #start = 0
  #position: number
  #range = 0
  #code = 0
  #lc = 0
  #lp = 0
  #pb = 0
  #state = 0
  #repeats: [number, number, number, number] = [0, 0, 0, 0]
  #model = new Model(0)

  constructor(input: Uint8Array, position: number, limit: number, budget: Budget) {
    this.#budget = budget
    this.#input = input
    this.#position = position
    this.#limit = limit
  }

  get position(): number {
    return this.#position
  }

  /** Bytes decoded so far. */
  get length(): number {
    return this.#length
  }

  output(): Uint8Array {
    return this.#output.subarray(0, this.#length)
  }

  seek(position: number): void {
    this.#position = position
  }

  byte(): number | undefined {
    return this.#input[this.#position++]
  }

  /** Two bytes, the high one first. */
  word(): number | undefined {
    const high = this.byte()
    const low = this.byte()
    return high === undefined || low === undefined ? undefined : high * 256 + low
  }

  /** Takes the parameters lc, lp and pb, and forgets what was learnt; false where they are none. */
  setProperties(properties: number): boolean {
    if (properties >= 225) return false
    this.#lc = properties % 9
    this.#lp = Math.floor(properties / 9) % 5
    this.#pb = Math.floor(properties / 45)
    this.resetState()
    return true
  }

  resetState(): void {
    this.#model = new Model(this.#lc + this.#lp)
    this.#state = 0
    this.#repeats = [0, 0, 0, 0]
  }

  /** Forgets the output so far: what follows is decoded as if it stood alone. */
  resetDictionary(): void {
    this.#start = this.#length
  }

  /** Reads the five bytes that a range coder begins with. */
  startChunk(): void {
    this.#range = 0xffffffff
    this.#code = 0
    this.#position++
    for (let index = 0; index < 4; index++)
      this.#code = ((this.#code << 8) | (this.byte() ?? 0)) >>> 0
  }

  /** Copies bytes of the input as they are; false where the input or the limit ends. */
  copy(count: number): boolean {
    if (count > this.#input.length - this.#position || !this.#reserve(count)) return false
    this.#output.set(this.#input.subarray(this.#position, this.#position + count), this.#length)
    this.#length += count
    this.#position += count
    return true
  }

  #reserve(count: number): boolean {
    const needed = this.#length + count
    if (needed > this.#limit) return false
    if (needed > this.#output.length) {
      const larger = new Uint8Array(
        Math.min(this.#limit, Math.max(needed, this.#output.length * 2)),
      )
      larger.set(this.#output.subarray(0, this.#length))
      this.#output = larger
    }
    return true
  }

  #bit(model: Uint16Array, index: number): number {
    const probability = model[index] ?? UNDECIDED
    const bound = (this.#range >>> 11) * probability
    let bit = 0
    if (this.#code < bound) {
      this.#range = bound
      model[index] = probability + ((2048 - probability) >> 5)
    } else {
      this.#range -= bound
      this.#code -= bound
      model[index] = probability - (probability >> 5)
      bit = 1
    }
    this.#normalize()
    return bit
  }

  #normalize(): void {
    if (this.#range >= TOP) return
    this.#range = (this.#range << 8) >>> 0
    this.#code = ((this.#code << 8) | (this.#input[this.#position++] ?? 0)) >>> 0
  }

  #directBits(count: number): number {
    let value = 0
    for (let index = 0; index < count; index++) {
      this.#range >>>= 1
      const bit = this.#code >= this.#range ? 1 : 0
      if (bit) this.#code -= this.#range
      this.#normalize()
      value = value * 2 + bit
    }
    return value
  }

  #tree(model: Uint16Array, base: number, bits: number): number {
    let node = 1
    for (let index = 0; index < bits; index++) node = node * 2 + this.#bit(model, base + node)
    return node - (1 << bits)
  }

  #reverseTree(model: Uint16Array, base: number, bits: number): number {
    let node = 1
    let value = 0
    for (let index = 0; index < bits; index++) {
      const bit = this.#bit(model, base + node)
      node = node * 2 + bit
      value |= bit << index
    }
    return value
  }

  #decodeLength(model: LengthModel, position: number): number {
    if (this.#bit(model.choice, 0) === 0) return 2 + this.#tree(model.low, position * 8, 3)
    if (this.#bit(model.choice, 1) === 0) return 10 + this.#tree(model.middle, position * 8, 3)
    return 18 + this.#tree(model.high, 0, 8)
  }

  #decodeDistance(length: number): number {
    const slot = this.#tree(this.#model.slots, Math.min(length - 2, 3) * 64, 6)
    if (slot < 4) return slot
    const bits = (slot >> 1) - 1
    const base = (2 | (slot & 1)) * 2 ** bits
    if (slot < 14) return base + this.#reverseTree(this.#model.reverse, base - slot, bits)
    return base + this.#directBits(bits - 4) * 16 + this.#reverseTree(this.#model.align, 0, 4)
  }

  #decodeLiteral(): void {
    const model = this.#model.literals
    const place = this.#length - this.#start
    const previous = place > 0 ? (this.#output[this.#length - 1] ?? 0) : 0
    const low = (place & ((1 << this.#lp) - 1)) << this.#lc
    const base = 0x300 * (low + (previous >> (8 - this.#lc)))
    let symbol = 1
    if (this.#state >= 7) {
      let match = this.#output[this.#length - this.#repeats[0] - 1] ?? 0
      while (symbol < 0x100) {
        const matchBit = (match >> 7) & 1
        match <<= 1
        const bit = this.#bit(model, base + ((1 + matchBit) << 8) + symbol)
        symbol = symbol * 2 + bit
        if (matchBit !== bit) break
      }
    }
    while (symbol < 0x100) symbol = symbol * 2 + this.#bit(model, base + symbol)
    this.#output[this.#length++] = symbol & 0xff
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6
  }

  /**
   * Decodes until the output has `target` bytes, or the end marker where one is expected. Returns true at the marker; ends
   * early where the data are damaged, or they or the budget are used up.
   */
  run(target: number, marked: boolean): boolean {
    let symbols = 0
    while ((this.#length < target || marked) && this.#position <= this.#input.length + 4) {
      if ((++symbols & 0xffff) === 0 && !this.#budget.trySteps(STEPS)) return false
      const position = (this.#length - this.#start) & ((1 << this.#pb) - 1)
      if (this.#bit(this.#model.isMatch, this.#state * POSITIONS + position) === 0) {
        if (this.#length >= target || !this.#reserve(1)) return false
        this.#decodeLiteral()
        continue
      }
      const length = this.#decodeMatch(position)
      if (length === undefined) return true
      const distance = this.#repeats[0] + 1
      const count = Math.min(length, target - this.#length)
      if (distance > this.#length - this.#start || count === 0 || !this.#reserve(count))
        return false
      for (let index = 0; index < count; index++) {
        this.#output[this.#length] = this.#output[this.#length - distance] ?? 0
        this.#length++
      }
    }
    return false
  }

  /** The length of the next match, whose distance is then `#repeats[0]`; `undefined` for the end marker. */
  #decodeMatch(position: number): number | undefined {
    const model = this.#model
    const before = this.#state
    if (this.#bit(model.isRepeat, before) === 0) {
      const [first, second, third] = this.#repeats
      const length = this.#decodeLength(model.matchLength, position)
      this.#state = before < 7 ? 7 : 10
      const distance = this.#decodeDistance(length)
      if (distance === 0xffffffff) return undefined
      this.#repeats = [distance, first, second, third]
      return length
    }
    if (this.#bit(model.isRepeat0, before) === 0) {
      if (this.#bit(model.isRepeat0Long, before * POSITIONS + position) === 0) {
        this.#state = before < 7 ? 9 : 11
        return 1
      }
    } else {
      this.#takeRepeat(before)
    }
    const length = this.#decodeLength(model.repeatLength, position)
    this.#state = before < 7 ? 8 : 11
    return length
  }

  /** Brings one of the three older distances to the front. */
  #takeRepeat(state: number): void {
    const [first, second, third, fourth] = this.#repeats
    if (this.#bit(this.#model.isRepeat1, state) === 0) {
      this.#repeats = [second, first, third, fourth]
    } else if (this.#bit(this.#model.isRepeat2, state) === 0) {
      this.#repeats = [third, first, second, fourth]
    } else {
      this.#repeats = [fourth, first, second, third]
    }
  }
}
