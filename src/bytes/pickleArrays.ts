import type { ByteReader } from './byteReader'
import type { Literal } from './opcodes'
import type { PickleCall, PickleValue } from './pickleValues'
import { attributesOf, calleeOf, isKind, itemsOf } from './pickleValues'
import type { NumpyDtype } from './numpyDtype'
import { decodeElements, parseDtype } from './numpyDtype'
import { elementCount } from './shape'

/** An array of NumPy as a pickle or joblib file holds it. */
export interface PickledArray {
  readonly dtype: NumpyDtype
  readonly shape: readonly number[]
  /** The raw elements: where they lie in the pickle, or themselves where it holds them as a text. */
  readonly data: Literal | Uint8Array | undefined
  /** The elements of an object array. */
  readonly items: readonly PickleValue[] | undefined
}

/** Elements that are decoded for display: classes and feature names. */
const DECODED = 200
const MAX_DECODED = 1024 * 1024
/** The modules that NumPy's helpers have had; version 2 renamed `core`. */
const MULTIARRAY = /^numpy\.(?:_core|core)\.(?:multiarray|_multiarray_umath)$/
const NUMERIC = /^numpy\.(?:_core|core)\.numeric$/
const DTYPE = /^numpy(?:\.dtypes)?$/

/** The type that a pickled `numpy.dtype` names. */
export function dtypeOf(value: PickleValue | undefined): NumpyDtype | undefined {
  const callee = calleeOf(value)
  if (!isKind(value, 'call') || !callee || !DTYPE.test(callee.module)) return undefined
  const text = itemsOf(value.args)[0]
  const state = itemsOf(value.state)
  const code = textOf(text)
  if (code === undefined) return undefined
  const order = textOf(state[1])
  const dtype = parseDtype(code)
  if (!dtype) return undefined
  // A structured type has its field names in the state's fourth place.
  if (dtype.kind === 'V' && isKind(state[3], 'tuple')) return { ...dtype, name: 'structured' }
  return order === '>' ? parseDtype(`>${code.replace(/^[<>|=]/, '')}`) : dtype
}

/** A text, also one that Python 2 wrote as bytes. */
function textOf(value: PickleValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function shapeOf(value: PickleValue | undefined): readonly number[] | undefined {
  const sizes = typeof value === 'number' ? [value] : itemsOf(value)
  return sizes.every((size): size is number => Number.isSafeInteger(size) && Number(size) >= 0)
    ? sizes
    : undefined
}

/** The array that a value is: `_reconstruct` with BUILD, `_frombuffer`, or joblib's wrapper. */
export function arrayOf(value: PickleValue | undefined): PickledArray | undefined {
  const callee = isKind(value, 'call') ? value.callee : undefined
  if (!isKind(value, 'call') || !isKind(callee, 'global')) return undefined
  if (callee.name === '_reconstruct' && MULTIARRAY.test(callee.module)) return reconstructed(value)
  if (callee.name === '_frombuffer' && NUMERIC.test(callee.module)) return fromBuffer(value)
  return isArrayWrapper(value) ? wrapped(value) : undefined
}

function reconstructed(value: PickleCall): PickledArray | undefined {
  const [, shapeValue, dtypeValue, , data] = itemsOf(value.state)
  return makeArray(dtypeOf(dtypeValue), shapeOf(shapeValue), data)
}

function fromBuffer(value: PickleCall): PickledArray | undefined {
  const [data, dtypeValue, shapeValue] = itemsOf(value.args)
  return makeArray(dtypeOf(dtypeValue), shapeOf(shapeValue), data)
}

function makeArray(
  dtype: NumpyDtype | undefined,
  shape: readonly number[] | undefined,
  data: PickleValue | undefined,
): PickledArray | undefined {
  if (!dtype || !shape) return undefined
  const isRaw = isKind(data, 'bytes') || isKind(data, 'bytearray')
  return {
    dtype,
    shape,
    data: isRaw ? data.literal : encodedBytes(data),
    items: isKind(data, 'list') ? data.items : undefined,
  }
}

/** joblib's stand-in for an array whose bytes follow it in the stream. */
export function isArrayWrapper(value: PickleCall): boolean {
  return /^(?:sklearn\.externals\.)?joblib\.numpy_pickle\.NumpyArrayWrapper$/.test(
    calleeOf(value)?.path ?? '',
  )
}

function wrapped(value: PickleCall): PickledArray | undefined {
  const attributes = attributesOf(value)
  const dtype = dtypeOf(attributes.get('dtype'))
  const shape = shapeOf(attributes.get('shape'))
  const [data] = value.items ?? []
  return makeArray(dtype, shape, data)
}

/** The first elements of an array, or of a list or tuple, as scalars; `undefined` where there is no such thing. */
export function elementsOf(
  value: PickleValue | undefined,
  reader: ByteReader,
): (number | boolean | string)[] | undefined {
  const array = arrayOf(value)
  const items = array
    ? array.items
    : isKind(value, 'list') || isKind(value, 'tuple')
      ? itemsOf(value)
      : undefined
  if (items) {
    return items.slice(0, DECODED).flatMap((item) => {
      const scalar = scalarOf(item, reader)
      return scalar === undefined || scalar === null ? [] : [scalar]
    })
  }
  if (!array?.data) return undefined
  const count = Math.min(DECODED, elementCount(array.shape) ?? 0)
  return decodeElements(
    readData(array.data, count * array.dtype.itemSize, reader),
    array.dtype,
    count,
  )
}

/** A number, text, boolean or None, also as NumPy's scalar or array of one; `undefined` for everything else. */
export function scalarOf(
  value: PickleValue | undefined,
  reader: ByteReader,
): number | boolean | string | null | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return String(value)
  if (!isKind(value, 'call') || !isKind(value.callee, 'global')) return undefined
  const { callee } = value
  if (callee.name === 'scalar' && MULTIARRAY.test(callee.module)) {
    const [dtypeValue, data] = itemsOf(value.args)
    const dtype = dtypeOf(dtypeValue)
    const bytes = isKind(data, 'bytes') ? data.literal : encodedBytes(data)
    if (!dtype || !bytes) return undefined
    return decodeElements(readData(bytes, dtype.itemSize, reader), dtype, 1)?.[0]
  }
  const array = arrayOf(value)
  return array && array.shape.length === 0 ? elementsOf(value, reader)?.[0] : undefined
}

/** At most `length` of the bytes, and no more than a text of some thousand characters has. */
function readData(data: Literal | Uint8Array, length: number, reader: ByteReader): Uint8Array {
  const size = Math.min(data.length, length, MAX_DECODED)
  return data instanceof Uint8Array ? data.subarray(0, size) : reader.head(data.offset, size)
}

/**
 * The beginning of a value of bytes, however the protocol writes it; `undefined` where it is something else. Of a text
 * that is too long to be kept it is what stands in the file: its ASCII characters are right.
 */
export function bytesOf(
  value: PickleValue | undefined,
  length: number,
  reader: ByteReader,
): Uint8Array | undefined {
  if (isKind(value, 'bytes') || isKind(value, 'bytearray')) {
    return readData(value.literal, length, reader)
  }
  const text = encodedText(value)
  if (isKind(text, 'long-text')) return readData(text.literal, length, reader)
  return encodedBytes(value)?.subarray(0, length)
}

/** Protocols 0 to 2 write bytes as `_codecs.encode(text, "latin1")`. */
function encodedText(value: PickleValue | undefined): PickleValue | undefined {
  if (!isKind(value, 'call') || calleeOf(value)?.path !== '_codecs.encode') return undefined
  return itemsOf(value.args)[0]
}

function encodedBytes(value: PickleValue | undefined): Uint8Array | undefined {
  const text = encodedText(value)
  return typeof text === 'string' ? Buffer.from(text, 'latin1') : undefined
}
