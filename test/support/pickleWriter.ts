const encoder = new TextEncoder()

/** Writes a pickle opcode by opcode; what it writes need not make sense. */
export class PickleWriter {
  readonly #parts: Buffer[] = []

  raw(...bytes: (number | Uint8Array)[]): this {
    for (const part of bytes) {
      this.#parts.push(typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))
    }
    return this
  }

  /** An opcode by its character, with lines after it. */
  line(opcode: string, ...lines: string[]): this {
    return this.raw(encoder.encode(opcode + lines.map((line) => `${line}\n`).join('')))
  }

  /** Opcodes without arguments, by their characters. */
  ops(codes: string): this {
    return this.raw(Buffer.from(codes, 'latin1'))
  }

  proto(version: number): this {
    return this.raw(0x80, version)
  }

  /** SHORT_BINUNICODE. */
  text(text: string): this {
    const bytes = encoder.encode(text)
    return this.raw(0x8c, bytes.length, bytes)
  }

  /** BINUNICODE, which protocol 2 has. */
  text4(text: string): this {
    const bytes = encoder.encode(text)
    return this.raw(0x58, uint4(bytes.length), bytes)
  }

  /** BININT. */
  int(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32LE(value)
    return this.raw(0x4a, bytes)
  }

  /** BINBYTES. */
  data(bytes: Uint8Array): this {
    return this.raw(0x42, uint4(bytes.length), bytes)
  }

  global(module: string, name: string): this {
    return this.line('c', module, name)
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

function uint4(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
