import { LIMITS } from '../bytes/limits'
import type { Message } from '../bytes/protobuf'
import type { TensorInfo } from '../registry/inspection'
import { add, elementCount } from './summary'

/** `DataType` of the model intermediate language (coremltools, MIL.proto), with bits of an element. */
const DATA_TYPES: readonly (readonly [id: number, name: string, bits: number])[] = [
  [1, 'bool', 8],
  [2, 'string', 0],
  [10, 'float16', 16],
  [11, 'float32', 32],
  [12, 'float64', 64],
  [13, 'bfloat16', 16],
  [21, 'int8', 8],
  [22, 'int16', 16],
  [23, 'int32', 32],
  [24, 'int64', 64],
  [25, 'int4', 4],
  [31, 'uint8', 8],
  [32, 'uint16', 16],
  [33, 'uint32', 32],
  [34, 'uint64', 64],
  [35, 'uint4', 4],
  [36, 'uint2', 2],
  [37, 'uint1', 1],
  [38, 'uint6', 6],
  [39, 'uint3', 3],
]
const TYPES = new Map(DATA_TYPES.map(([id, name, bits]) => [id, { name, bits }]))

/** What an ML program holds: operations by type, and the constants that are weights. */
export interface MilProgram {
  readonly operations: ReadonlyMap<string, number>
  readonly weights: readonly TensorInfo[]
  /** Files that weights lie in, as written: `@model_path/weights/weight.bin`. */
  readonly files: ReadonlySet<string>
}

/** Walks `Program { functions 2: map of Function { block_specializations 3: map of Block { operations 3 } } }`. */
export function readMilProgram(program: Message): MilProgram {
  const walk = new ProgramWalk()
  while (program.next()) {
    if (program.field !== 2) continue
    for (const definition of values(program.message())) {
      while (definition.next()) {
        if (definition.field !== 3) continue
        for (const block of values(definition.message())) walk.readBlock(block)
      }
    }
  }
  return walk
}

/** The values of a map's entry: `{ key 1, value 2 }`. */
function* values(entry: Message): Generator<Message> {
  while (entry.next()) if (entry.field === 2) yield entry.message()
}

class ProgramWalk implements MilProgram {
  readonly operations = new Map<string, number>()
  readonly weights: TensorInfo[] = []
  readonly files = new Set<string>()

  readBlock(block: Message): void {
    while (block.next()) if (block.field === 3) this.#readOperation(block.message())
  }

  /** `Operation { type 1, outputs 3, blocks 4, attributes 5 }`; a constant has its value in the attribute `val`. */
  #readOperation(operation: Message): void {
    let type = ''
    let name = ''
    let value: Omit<TensorInfo, 'name'> | undefined
    while (operation.next()) {
      switch (operation.field) {
        case 1:
          type = operation.text()
          break
        case 3:
          name ||= readOutputName(operation.message())
          break
        case 4:
          this.readBlock(operation.message())
          break
        case 5: {
          const [key, found] = readAttribute(operation.message())
          if (key === 'val') value = found
          break
        }
      }
    }
    if (type !== 'const') add(this.operations, type)
    if (!value) return
    if (value.file) this.files.add(value.file)
    if (this.weights.length < LIMITS.tensors) this.weights.push({ ...value, name })
  }
}

function readOutputName(output: Message): string {
  while (output.next()) if (output.field === 1) return output.text()
  return ''
}

/** An entry of `map<string, Value>`; the value only where it is a tensor that holds weights. */
function readAttribute(entry: Message): [key: string, value: Omit<TensorInfo, 'name'> | undefined] {
  let key = ''
  let value: Omit<TensorInfo, 'name'> | undefined
  while (entry.next()) {
    if (entry.field === 1) key = entry.text()
    else if (entry.field === 2) value = readValue(entry.message())
  }
  return [key, value]
}

/** `Value { type 2, immediateValue 3, blobFileValue 5 { fileName 2, offset 3 } }` */
function readValue(value: Message): Omit<TensorInfo, 'name'> | undefined {
  let type: TensorType | undefined
  let file: string | undefined
  let offset = 0
  while (value.next()) {
    if (value.field === 2) {
      type = readValueType(value.message())
    } else if (value.field === 5) {
      const blob = value.message()
      while (blob.next()) {
        if (blob.field === 2) file = blob.text()
        else if (blob.field === 3) offset = blob.int
      }
    }
  }
  const parameters = type && elementCount(type.shape)
  if (!type || parameters === undefined) return undefined
  // Small weights stand in the program itself; numbers without a dimension are settings such as an epsilon.
  const isWeight = file !== undefined || (type.shape.length > 0 && type.dtype.includes('float'))
  if (!isWeight) return undefined
  const bytes = Math.ceil((parameters * type.bits) / 8)
  return {
    dtype: type.dtype,
    shape: type.shape,
    parameters,
    ...(Number.isSafeInteger(bytes) && { bytes }),
    ...(file !== undefined && Number.isSafeInteger(offset) && { file, offset }),
  }
}

interface TensorType {
  readonly dtype: string
  readonly bits: number
  readonly shape: readonly number[]
}

/** `ValueType { tensorType 1 { dataType 1, dimensions 3 { constant 1 { size 1 } } } }` */
function readValueType(type: Message): TensorType | undefined {
  while (type.next()) {
    if (type.field !== 1) continue
    const tensor = type.message()
    const shape: number[] = []
    let id = 0
    while (tensor.next()) {
      if (tensor.field === 1) id = tensor.int
      else if (tensor.field === 3 && shape.length < LIMITS.depth) {
        shape.push(readDimension(tensor.message()))
      }
    }
    const { name: dtype, bits } = TYPES.get(id) ?? { name: `type ${id}`, bits: 0 }
    return { dtype, bits, shape }
  }
  return undefined
}

function readDimension(dimension: Message): number {
  while (dimension.next()) {
    if (dimension.field !== 1) continue
    const constant = dimension.message()
    while (constant.next()) if (constant.field === 1) return constant.int
  }
  return 0
}
