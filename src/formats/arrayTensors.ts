import type { PickledArray } from '../bytes/pickleArrays'
import { arrayOf } from '../bytes/pickleArrays'
import type { PickleValue } from '../bytes/pickleValues'
import { entriesOf, itemsOf } from '../bytes/pickleValues'
import type { TensorInfo } from '../registry/inspection'
import { elementCount } from './summary'

/** Arrays that are listed, dicts and lists in one another that are gone into, and places where one of them is listed. */
const MAX_ARRAYS = 100_000
const LEVELS = 64
const SHARED = 8

/** The arrays of dicts and lists, by the keys that lead to them: the weights of something, as a tree or flat. */
export function collectArrays(root: PickleValue | undefined): TensorInfo[] {
  const tensors: TensorInfo[] = []
  const visits = new Map<PickleValue, number>()
  const visit = (value: PickleValue, name: string, level: number): void => {
    if (typeof value !== 'object' || value === null || tensors.length >= MAX_ARRAYS) return
    const array = level > 0 ? arrayOf(value) : undefined
    if (array) {
      tensors.push(toTensor(name, array))
      return
    }
    const count = visits.get(value) ?? 0
    if (level > LEVELS || count >= SHARED) return
    visits.set(value, count + 1)
    const join = (key: string): string => (level === 0 ? key : `${name}.${key}`)
    for (const [key, item] of entriesOf(value)) {
      visit(item, join(typeof key === 'object' ? '?' : String(key)), level + 1)
    }
    for (const [index, item] of itemsOf(value).entries()) visit(item, join(`${index}`), level + 1)
  }
  if (root !== undefined) visit(root, '', 0)
  return tensors
}

function toTensor(name: string, array: PickledArray): TensorInfo {
  const { dtype, shape, data } = array
  const parameters = elementCount(shape) ?? 0
  const bytes = parameters * dtype.itemSize
  const isInPlace = data !== undefined && !(data instanceof Uint8Array) && data.length === bytes
  return {
    name,
    dtype: dtype.name,
    shape,
    parameters,
    bytes,
    ...(isInPlace && { offset: data.offset, length: bytes }),
  }
}
