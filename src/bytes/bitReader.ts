/** Bits of bytes in memory, the highest of each byte first. Beyond the end there are zeros, and `isExhausted` is true. */
export class BitReader {
  readonly #bytes: Uint8Array
  /** In bits. */
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isExhausted(): boolean {
    return this.#position > this.#bytes.length * 8
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length * 8
  }

  /** Up to 24 bits as a number. */
  read(count: number): number {
    const first = this.#position >>> 3
    const shift = 32 - (this.#position & 7) - count
    const bytes = this.#bytes
    const word =
      ((bytes[first] ?? 0) << 24) |
      ((bytes[first + 1] ?? 0) << 16) |
      ((bytes[first + 2] ?? 0) << 8) |
      (bytes[first + 3] ?? 0)
    this.#position += count
    return (word >>> shift) & (2 ** count - 1)
  }

  /** Goes to the next whole byte. */
  align(): void {
    this.#position = (this.#position + 7) & ~7
  }
}
