import { readDatatype } from './hdf5Datatype'
import type { Hdf5Type } from './hdf5Datatype'
import { openMessage, readHeader, readSharedAddress, MessageType } from './hdf5Header'
import { readGlobalHeap } from './hdf5Heap'
import type { Cursor } from './hdf5Source'

/** Elements of one attribute that are read: Keras lists the names of a layer's weights in one. */
const MAX_ELEMENTS = 10_000
/** Text of an attribute: the configuration of a large Keras model has some megabytes. */
const MAX_TEXT = 32 * 1024 * 1024

export type Hdf5Scalar = string | number | boolean
/** A scalar, a list, or nothing where the type has no plain value. */
export type Hdf5Value = Hdf5Scalar | readonly Hdf5Scalar[] | undefined

export interface Hdf5Attribute {
  readonly name: string
  readonly value: Hdf5Value
}

/** Dimensions of a dataspace (spec IV.A.2.b); `undefined` for one without any element. */
export function readDataspace(cursor: Cursor): number[] | undefined {
  const version = cursor.u8()
  const rank = cursor.u8()
  cursor.take(1)
  const kind = cursor.u8()
  if (version === 1) cursor.take(4)
  else if (kind === 2) return undefined
  if (rank > 32)
    throw cursor.source.corrupt('An HDF5 dataspace has over 32 dimensions.', cursor.position)
  return Array.from({ length: rank }, () => cursor.length())
}

/** Reads an attribute message (spec IV.A.2.m). */
export function readAttribute(cursor: Cursor): Hdf5Attribute {
  const { source } = cursor
  const version = cursor.u8()
  const flags = cursor.u8()
  if (version < 1 || version > 3) {
    throw source.corrupt(`HDF5 attribute version ${version} is not known.`, cursor.position - 2)
  }
  const [nameSize, typeSize, spaceSize] = [cursor.u16(), cursor.u16(), cursor.u16()]
  if (version === 3) cursor.take(1)
  const padded = (size: number): number => (version === 1 ? size + (-size & 7) : size)
  const name = source.window.text(cursor.take(padded(nameSize)), nameSize).replace(/\0.*$/s, '')
  const typeAt = cursor.take(padded(typeSize))
  const typeCursor = source.cursor(typeAt, typeAt + typeSize)
  const type = version > 1 && flags & 1 ? readSharedType(typeCursor) : readDatatype(typeCursor)
  const spaceAt = cursor.take(padded(spaceSize))
  const shape = readDataspace(source.cursor(spaceAt, spaceAt + spaceSize))
  return { name, value: shape && type && readValue(cursor, type, shape) }
}

function readSharedType(cursor: Cursor): Hdf5Type | undefined {
  const address = readSharedAddress(cursor)
  if (address === undefined) return undefined
  const message = readHeader(cursor.source, address).find(
    ({ type }) => type === MessageType.datatype,
  )
  const target = message && openMessage(cursor.source, message)
  return target && readDatatype(target)
}

function readValue(cursor: Cursor, type: Hdf5Type, shape: readonly number[]): Hdf5Value {
  const count = shape.reduce((product, size) => product * size, 1)
  if (!Number.isSafeInteger(count)) return undefined
  if (shape.length === 0) return readElement(cursor, type)
  const values: Hdf5Scalar[] = []
  for (let index = 0; index < Math.min(count, MAX_ELEMENTS) && cursor.left > 0; index++) {
    cursor.source.budget.step()
    const value = readElement(cursor, type)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

function readElement(cursor: Cursor, type: Hdf5Type): Hdf5Scalar | undefined {
  const { source } = cursor
  const at = cursor.take(type.size)
  switch (type.kind) {
    case 'text':
      return source.window.text(at, type.size, MAX_TEXT).replace(/\0.*$/s, '')
    case 'variableText':
      return readVariableText(source.cursor(at, at + type.size))
    case 'boolean':
      return source.window.u8(at) !== 0
    case 'integer':
    case 'float':
      return toNumber(source.window.bytes(at, Math.min(type.size, 16)), type)
    case 'other':
      return undefined
  }
}

/** Text of any length is a length, and an object of a global heap. */
function readVariableText(cursor: Cursor): string {
  const length = cursor.u32()
  const address = cursor.address()
  const index = cursor.u32()
  if (length === 0 || address === undefined) return ''
  const bytes = readGlobalHeap(cursor.source, address, index, Math.min(length, MAX_TEXT))
  return decoder.decode(bytes).replace(/\0+$/, '')
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function toNumber(bytes: Uint8Array, type: Hdf5Type): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const little = type.littleEndian
  if (type.kind === 'float') {
    if (bytes.length === 4) return view.getFloat32(0, little)
    return bytes.length === 8 ? view.getFloat64(0, little) : undefined
  }
  switch (bytes.length) {
    case 1:
      return type.signed ? view.getInt8(0) : view.getUint8(0)
    case 2:
      return type.signed ? view.getInt16(0, little) : view.getUint16(0, little)
    case 4:
      return type.signed ? view.getInt32(0, little) : view.getUint32(0, little)
    case 8:
      return Number(type.signed ? view.getBigInt64(0, little) : view.getBigUint64(0, little))
    default:
      return undefined
  }
}
