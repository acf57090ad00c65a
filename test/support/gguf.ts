/** Builds GGUF files of any version and byte order, right or wrong. */

const encoder = new TextEncoder()

type Value =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'u64'; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'numbers'; readonly value: readonly number[] }

export interface GgufOptions {
  readonly version?: number
  readonly bigEndian?: boolean
  readonly alignment?: number
  readonly dataLength?: number
}

export interface GgufTensorInput {
  readonly name: string
  readonly dimensions: readonly number[]
  readonly type: number
  readonly offset: number
}

class Writer {
  readonly #parts: Uint8Array[] = []
  readonly #little: boolean
  readonly #version: number
  length = 0

  constructor(little: boolean, version: number) {
    this.#little = little
    this.#version = version
  }

  push(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.length += bytes.length
  }

  #number(length: number, set: (view: DataView) => void): void {
    const bytes = new Uint8Array(length)
    set(new DataView(bytes.buffer))
    this.push(bytes)
  }

  u32(value: number): void {
    this.#number(4, (view) => view.setUint32(0, value, this.#little))
  }

  f32(value: number): void {
    this.#number(4, (view) => view.setFloat32(0, value, this.#little))
  }

  u64(value: number | bigint): void {
    this.#number(8, (view) => view.setBigUint64(0, BigInt(value), this.#little))
  }

  count(value: number): void {
    if (this.#version === 1) this.u32(value)
    else this.u64(value)
  }

  text(text: string): void {
    const bytes = encoder.encode(text)
    this.count(bytes.length)
    this.push(bytes)
  }

  value(value: Value): void {
    switch (value.type) {
      case 'u32':
        this.u32(4)
        this.u32(value.value)
        break
      case 'f32':
        this.u32(6)
        this.f32(value.value)
        break
      case 'bool':
        this.u32(7)
        this.push(Uint8Array.of(value.value ? 1 : 0))
        break
      case 'string':
        this.u32(8)
        this.text(value.value)
        break
      case 'u64':
        this.u32(10)
        this.u64(value.value)
        break
      case 'strings':
        this.u32(9)
        this.u32(8)
        this.count(value.value.length)
        value.value.forEach((text) => this.text(text))
        break
      case 'numbers':
        this.u32(9)
        this.u32(4)
        this.count(value.value.length)
        value.value.forEach((number) => this.u32(number))
        break
    }
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

export function ggufFile(
  metadata: Readonly<Record<string, Value>>,
  tensors: readonly GgufTensorInput[],
  { version = 3, bigEndian = false, alignment = 32, dataLength = 0 }: GgufOptions = {},
): Uint8Array {
  const writer = new Writer(!bigEndian, version)
  writer.push(encoder.encode('GGUF'))
  writer.u32(version)
  writer.count(tensors.length)
  writer.count(Object.keys(metadata).length)
  for (const [key, value] of Object.entries(metadata)) {
    writer.text(key)
    writer.value(value)
  }
  for (const { name, dimensions, type, offset } of tensors) {
    writer.text(name)
    writer.u32(dimensions.length)
    dimensions.forEach((dimension) => writer.count(dimension))
    writer.u32(type)
    writer.u64(offset)
  }
  writer.push(new Uint8Array((alignment - (writer.length % alignment)) % alignment))
  writer.push(new Uint8Array(dataLength))
  return writer.finish()
}
