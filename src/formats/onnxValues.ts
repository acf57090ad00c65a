import { LIMITS } from '../bytes/limits'
import type { Message } from '../bytes/protobuf'
import { WireType } from '../bytes/protobuf'
import type { TensorSpec } from '../registry/inspection'
import { onnxDtype } from './onnxTypes'

/** A `TensorProto` without its data: where the data lies, in this file or in another one. */
export interface OnnxTensor {
  readonly name: string
  readonly dataType: number
  readonly dims: readonly number[]
  /** Where the message begins in the file. */
  readonly at: number
  /** Bytes of `raw_data` in this file. */
  readonly raw?: { readonly offset: number; readonly length: number }
  /** `external_data` as written; `location` and more come from whoever made the file. */
  readonly external?: ReadonlyMap<string, string>
  /** An initializer, the value of a `Constant` node, or another attribute of a node. */
  readonly role: OnnxTensorRole
}

export type OnnxTensorRole = 'initializer' | 'constant' | 'attribute'

/** Reads a `TensorProto`, and skips its data. */
export function readTensor(message: Message, role: OnnxTensorRole): OnnxTensor {
  const at = message.tag
  const dims: number[] = []
  let dataType = 0
  let name = ''
  let raw: { offset: number; length: number } | undefined
  let external: Map<string, string> | undefined
  while (message.next()) {
    switch (message.field) {
      case 1:
        for (const dim of message.ints()) if (dims.length < LIMITS.depth) dims.push(dim)
        break
      case 2:
        dataType = message.int
        break
      case 8:
        name = message.text()
        break
      case 9:
        if (message.wire === WireType.bytes) {
          raw = { offset: message.start, length: message.length }
        }
        break
      case 13: {
        external ??= new Map()
        const [key, value] = readPair(message.message())
        external.set(key, value)
        break
      }
    }
  }
  return {
    name,
    dataType,
    dims,
    at,
    role,
    ...(raw && { raw }),
    ...(external && { external }),
  }
}

/** `StringStringEntryProto` */
export function readPair(pair: Message): [key: string, value: string] {
  let key = ''
  let value = ''
  while (pair.next()) {
    if (pair.field === 1) key = pair.text()
    else if (pair.field === 2) value = pair.text()
  }
  return [key, value]
}

/** Reads a `ValueInfoProto`. */
export function readValueInfo(info: Message): TensorSpec {
  let name = ''
  let type: Omit<TensorSpec, 'name'> = {}
  while (info.next()) {
    if (info.field === 1) name = info.text()
    else if (info.field === 2) type = readType(info.message())
  }
  return { name, ...type }
}

/** Types in types that are named: a sequence of maps has two. */
const MAX_TYPE_DEPTH = 8

/** `TypeProto`: a tensor's element type and shape; containers as `sequence(map(INT64, FLOAT))`, without shapes. */
function readType(type: Message, depth = 0): Omit<TensorSpec, 'name'> {
  while (type.next()) {
    switch (type.field) {
      case 1:
        return readTensorType(type.message())
      case 4:
        return { dtype: `sequence(${readElement(type.message(), depth)})` }
      case 5:
        return { dtype: `map(${readMap(type.message(), depth)})` }
      case 8: {
        const { dtype, ...shape } = readTensorType(type.message())
        return { dtype: `sparse(${dtype ?? ''})`, ...shape }
      }
      case 9:
        return { dtype: `optional(${readElement(type.message(), depth)})` }
    }
  }
  return {}
}

/** The element type of a sequence or optional. */
function readElement(container: Message, depth: number): string {
  let dtype = ''
  while (container.next()) {
    if (container.field === 1 && depth < MAX_TYPE_DEPTH) {
      dtype = readType(container.message(), depth + 1).dtype ?? ''
    }
  }
  return dtype
}

/** `TypeProto.Map { key_type 1, value_type 2 }` */
function readMap(map: Message, depth: number): string {
  let key = ''
  let value = ''
  while (map.next()) {
    if (map.field === 1) key = onnxDtype(map.int).name
    else if (map.field === 2 && depth < MAX_TYPE_DEPTH) {
      value = readType(map.message(), depth + 1).dtype ?? ''
    }
  }
  return `${key}, ${value}`
}

function readTensorType(tensor: Message): Omit<TensorSpec, 'name'> {
  let dtype = ''
  let shape: (number | string | null)[] | undefined
  while (tensor.next()) {
    if (tensor.field === 1) dtype = onnxDtype(tensor.int).name
    else if (tensor.field === 2) shape = readShape(tensor.message())
  }
  return { dtype, ...(shape && { shape }) }
}

function readShape(shape: Message): (number | string | null)[] {
  const dims: (number | string | null)[] = []
  while (shape.next()) {
    if (shape.field !== 1 || dims.length >= LIMITS.depth) continue
    const dim = shape.message()
    let value: number | string | null = null
    while (dim.next()) {
      if (dim.field === 1) value = dim.int
      else if (dim.field === 2) value = dim.text() || null
    }
    dims.push(value)
  }
  return dims
}
