import { LIMITS } from '../bytes/limits'
import type { Message } from '../bytes/protobuf'
import type { TensorSpec } from '../registry/inspection'

/** `DataType` (tensorflow/core/framework/types.proto): name and bits of an element, 0 where it has no fixed size. */
const DATA_TYPES: readonly (readonly [id: number, name: string, bits: number])[] = [
  [1, 'float32', 32],
  [2, 'float64', 64],
  [3, 'int32', 32],
  [4, 'uint8', 8],
  [5, 'int16', 16],
  [6, 'int8', 8],
  [7, 'string', 0],
  [8, 'complex64', 64],
  [9, 'int64', 64],
  [10, 'bool', 8],
  [11, 'qint8', 8],
  [12, 'quint8', 8],
  [13, 'qint32', 32],
  [14, 'bfloat16', 16],
  [15, 'qint16', 16],
  [16, 'quint16', 16],
  [17, 'uint16', 16],
  [18, 'complex128', 128],
  [19, 'float16', 16],
  [20, 'resource', 0],
  [21, 'variant', 0],
  [22, 'uint32', 32],
  [23, 'uint64', 64],
  [24, 'float8_e5m2', 8],
  [25, 'float8_e4m3fn', 8],
  [29, 'int4', 4],
  [30, 'uint4', 4],
]
const BY_ID = new Map(DATA_TYPES.map(([id, name, bits]) => [id, { name, bits }]))

export interface TfType {
  readonly name: string
  readonly bits: number
}

/** References (100 and above) are of the type that they refer to. */
export function tfType(id: number): TfType {
  return BY_ID.get(id > 100 ? id - 100 : id) ?? { name: `type ${id}`, bits: 0 }
}

/** Types that weights have: what is counted as parameters. Plain integers are shapes, axes and counters. */
export function isWeightType(id: number): boolean {
  const { name, bits } = tfType(id)
  return bits > 0 && /float|complex|^q|int4|int8/.test(name)
}

/** `TensorShapeProto`; `undefined` where the rank is unknown. */
export function readTfShape(shape: Message): (number | null)[] | undefined {
  const dims: (number | null)[] = []
  let isUnknown = false
  while (shape.next()) {
    if (shape.field === 3) isUnknown = shape.bool
    if (shape.field !== 2 || dims.length >= LIMITS.depth) continue
    const dim = shape.message()
    let size = 0
    while (dim.next()) if (dim.field === 1) size = dim.int
    dims.push(size < 0 ? null : size)
  }
  return isUnknown ? undefined : dims
}

/** `TensorInfo` of a signature, under the name that callers use. */
export function readTfTensorInfo(name: string, info: Message): TensorSpec {
  let dtype: string | undefined
  let shape: (number | null)[] | undefined
  while (info.next()) {
    if (info.field === 2) dtype = tfType(info.int).name
    else if (info.field === 3) shape = readTfShape(info.message())
  }
  return { name, ...(dtype && { dtype }), ...(shape && { shape }) }
}

/** A shape without free dimensions, or `undefined`. */
export function toFixedShape(
  shape: readonly (number | null)[] | undefined,
): readonly number[] | undefined {
  return shape?.every((size) => size !== null) ? shape.filter((size) => size !== null) : undefined
}
