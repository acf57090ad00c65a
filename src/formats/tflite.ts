import type { ByteReader } from '../bytes/byteReader'
import { hasFlatBufferIdentifier, Table } from '../bytes/flatbuffers'
import { LIMITS } from '../bytes/limits'
import type { TensorInfo, TensorSpec } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { add, elementCount, Findings, quote, tallyTensors, toCounts, toMetadata } from './summary'
import { operatorName } from './tfliteOperators'

/** `TensorType` of the schema, in the order of its numbers, with bits of an element. */
const TYPES: readonly (readonly [name: string, bits: number])[] = [
  ['float32', 32],
  ['float16', 16],
  ['int32', 32],
  ['uint8', 8],
  ['int64', 64],
  ['string', 0],
  ['bool', 8],
  ['int16', 16],
  ['complex64', 64],
  ['int8', 8],
  ['float64', 64],
  ['complex128', 128],
  ['uint64', 64],
  ['resource', 0],
  ['variant', 0],
  ['uint32', 32],
  ['uint16', 16],
  ['int4', 4],
  ['bfloat16', 16],
]
/** Weights of fewer bits than a float, of which a quantised model has most. */
const QUANTISED = new Set(['int8', 'uint8', 'int4', 'int16', 'float16'])

// Field numbers of the schema (tensorflow/lite/schema/schema.fbs).
const MODEL = {
  version: 0,
  operatorCodes: 1,
  subgraphs: 2,
  description: 3,
  buffers: 4,
  metadata: 6,
  signatures: 7,
}
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3 }
const TENSOR = { shape: 0, type: 1, buffer: 2, name: 3, signature: 7 }
const BUFFER = { data: 0, offset: 1, size: 2 }

/** TensorFlow Lite, version 3 of its schema. */
export const tflite: FileFormat = {
  id: 'tflite',
  extensions: ['.tflite', '.lite'],
  match: ({ head }) => hasFlatBufferIdentifier(head, /^TFL3$/),
  inspect({ reader, budget }): FormatResult {
    return new ModelWalk(Table.root(reader, budget), reader).read()
  },
}

interface Buffer {
  readonly offset: number
  readonly length: number
}

class ModelWalk {
  readonly #model: Table
  readonly #reader: ByteReader
  readonly #findings = new Findings()
  readonly #buffers: Buffer[] = []

  constructor(model: Table, reader: ByteReader) {
    this.#model = model
    this.#reader = reader
  }

  read(): FormatResult {
    for (const buffer of this.#model.tables(MODEL.buffers)) this.#buffers.push(this.#locate(buffer))
    const operators = this.#operators()
    const layers = new Map<string, number>()
    const tensors: TensorInfo[] = []
    let inputs: readonly TensorSpec[] = []
    let outputs: readonly TensorSpec[] = []
    let subgraphs = 0
    for (const subgraph of this.#model.tables(MODEL.subgraphs)) {
      const all = [...subgraph.tables(SUBGRAPH.tensors)]
      if (subgraphs++ === 0) {
        inputs = this.#specs(subgraph.i32s(SUBGRAPH.inputs, LIMITS.entries), all)
        outputs = this.#specs(subgraph.i32s(SUBGRAPH.outputs, LIMITS.entries), all)
      }
      for (const tensor of all) this.#addConstant(tensor, tensors)
      for (const operator of subgraph.tables(SUBGRAPH.operators)) {
        add(layers, operators[operator.u32(0)] ?? 'unknown')
      }
    }
    const quantization = quantizationOf(tensors)
    return {
      framework: 'tensorflow',
      summary: {
        ...tallyTensors(tensors),
        inputs,
        outputs,
        ...(quantization && { quantization }),
        layers: toCounts(layers),
        metadata: toMetadata([
          ['schemaVersion', this.#model.u32(MODEL.version)],
          ['description', this.#model.text(MODEL.description)],
          ['signatures', this.#signatures().join(', ') || undefined],
          ['subgraphs', subgraphs],
          ...this.#metadata(),
        ]),
      },
      tensors,
      findings: this.#findings.list(),
    }
  }

  /** Data inside of the FlatBuffer, or behind it for models above 2 GB. */
  #locate(buffer: Table): Buffer {
    const data = buffer.vector(BUFFER.data, 1)
    if (data && data.length > 0) return { offset: data.start, length: data.length }
    const [offset, length] = [buffer.u64(BUFFER.offset), buffer.u64(BUFFER.size)]
    // Offsets 0 and 1 say that there is none.
    if (offset <= 1 || length === 0) return { offset: 0, length: 0 }
    if (length > this.#reader.size - offset) {
      this.#findings.add(
        'truncated',
        'error',
        'The data of a tensor lies behind the end of the file.',
        {
          offset: this.#reader.size,
        },
      )
      return { offset: 0, length: 0 }
    }
    return { offset, length }
  }

  /** `OperatorCode { deprecated_builtin_code 0, custom_code 1, builtin_code 3 }` */
  #operators(): string[] {
    const names: string[] = []
    for (const code of this.#model.tables(MODEL.operatorCodes)) {
      const custom = code.text(1)
      const number = Math.max(code.i8(0), code.i32(3))
      names.push(operatorName(number, custom))
    }
    return names
  }

  #specs(indices: Iterable<number>, tensors: readonly Table[]): TensorSpec[] {
    const specs: TensorSpec[] = []
    for (const index of indices) {
      const tensor = tensors[index]
      if (!tensor) {
        this.#findings.add('invalid-tensor', 'error', `There is no tensor number ${index}.`)
        continue
      }
      // The signature has -1 where the shape has the size that it was converted with.
      const shape = [
        ...tensor.i32s(
          tensor.has(TENSOR.signature) ? TENSOR.signature : TENSOR.shape,
          LIMITS.depth,
        ),
      ]
      specs.push({
        name: tensor.text(TENSOR.name) ?? '',
        dtype: typeOf(tensor).name,
        shape: shape.map((size) => (size < 0 ? null : size)),
      })
    }
    return specs
  }

  #addConstant(tensor: Table, tensors: TensorInfo[]): void {
    const buffer = this.#buffers[tensor.u32(TENSOR.buffer)]
    if (!buffer || buffer.length === 0 || tensors.length >= LIMITS.tensors) return
    const name = tensor.text(TENSOR.name) ?? ''
    const shape = [...tensor.i32s(TENSOR.shape, LIMITS.depth)]
    const { name: dtype, bits } = typeOf(tensor)
    const parameters = elementCount(shape)
    if (parameters === undefined) {
      this.#findings.add('invalid-tensor', 'error', `${quote(name)} has an impossible shape.`)
      return
    }
    const bytes = Math.ceil((parameters * bits) / 8)
    // Sparse tensors have fewer bytes than their shape asks for; more than all would be read by nobody.
    if (bits > 0 && buffer.length > bytes) {
      this.#findings.add(
        'invalid-size',
        'warning',
        `${quote(name)} has ${buffer.length} bytes, but its shape and dtype ask for ${bytes}.`,
        { offset: buffer.offset },
      )
    }
    tensors.push({ name, dtype, shape, parameters, bytes: buffer.length, ...buffer })
  }

  /** `SignatureDef { signature_key 2 }` */
  #signatures(): string[] {
    return [...this.#model.tables(MODEL.signatures)].map((signature) => signature.text(2) ?? '')
  }

  /** `Metadata { name 0, buffer 1 }`: texts, such as the oldest runtime that can run the model, are shown. */
  *#metadata(): Generator<readonly [string, string]> {
    for (const metadata of this.#model.tables(MODEL.metadata)) {
      const name = metadata.text(0) ?? ''
      const buffer = this.#buffers[metadata.u32(1)]
      if (name !== 'min_runtime_version' || !buffer) continue
      const bytes = this.#reader.head(buffer.offset, Math.min(buffer.length, 64))
      yield ['minRuntimeVersion', new TextDecoder().decode(bytes).replace(/\0+$/, '')]
    }
  }
}

function typeOf(tensor: Table): { readonly name: string; readonly bits: number } {
  const id = tensor.i8(TENSOR.type)
  const [name, bits] = TYPES[id] ?? [`type ${id}`, 0]
  return { name, bits }
}

/** The type of most weights, where it is a quantised one. */
function quantizationOf(tensors: readonly TensorInfo[]): string | undefined {
  const parameters = new Map<string, number>()
  for (const { dtype, parameters: count } of tensors) add(parameters, dtype, count)
  const [main] = Object.keys(toCounts(parameters))
  return main !== undefined && QUANTISED.has(main) ? main : undefined
}
