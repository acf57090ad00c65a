import { dtypeOf } from '../../bytes/pickleArrays'
import type { PickleCall, PickleValue } from '../../bytes/pickleValues'
import { attributesOf, entriesOf, isKind, itemsOf } from '../../bytes/pickleValues'
import { elementCount } from '../../bytes/shape'

/** What follows joblib's wrapper of an array in the stream. */
export interface WrappedArray {
  /** Python objects: a pickle follows instead of numbers. */
  readonly hasObjects: boolean
  /** Bytes of all elements. */
  readonly length: number
  readonly isAligned: boolean
}

const MAX_DEPTH = 8

/** `undefined` where NumPy could take the type for another than it seems, or its size can't be told. */
export function wrappedArray(target: PickleCall): WrappedArray | undefined {
  const attributes = attributesOf(target)
  const type = attributes.get('dtype')
  const dtype = dtypeOf(type)
  const shape = attributes.get('shape')
  const sizes = typeof shape === 'number' ? [shape] : itemsOf(shape)
  if (
    !dtype ||
    !sizes.every((size): size is number => Number.isSafeInteger(size) && Number(size) >= 0)
  )
    return undefined
  const count = elementCount(sizes)
  const hasObjects = holdsObjects(type, 0)
  if (count === undefined || hasObjects === undefined || !hasOwnSize(type, dtype.itemSize)) {
    return undefined
  }
  const alignment = attributes.get('numpy_array_alignment_bytes')
  return {
    hasObjects,
    length: count * dtype.itemSize,
    isAligned: alignment !== undefined && alignment !== null,
  }
}

/** A dtype's state names the size again; for texts and structures NumPy takes that one. */
function hasOwnSize(type: PickleValue | undefined, itemSize: number): boolean {
  if (!isKind(type, 'call') || type.state === undefined) return true
  const size = itemsOf(type.state)[5]
  return size === undefined || size === null || size === -1 || size === itemSize
}

/** Whether a type, a field of it or what it is an array of, is that of Python objects. */
function holdsObjects(type: PickleValue | undefined, depth: number): boolean | undefined {
  const dtype = dtypeOf(type)
  if (!dtype || depth > MAX_DEPTH || !isKind(type, 'call')) return undefined
  if (dtype.kind === 'O') return true
  const [, , subarray, , fields] = itemsOf(type.state)
  const inner: PickleValue[] = []
  const [element] = itemsOf(subarray)
  if (element !== undefined && element !== null) inner.push(element)
  for (const [, field] of entriesOf(fields)) {
    const [fieldType] = itemsOf(field)
    if (fieldType !== undefined) inner.push(fieldType)
  }
  let found = false
  for (const item of inner) {
    const holds = holdsObjects(item, depth + 1)
    if (holds === undefined) return undefined
    found ||= holds
  }
  return found
}
