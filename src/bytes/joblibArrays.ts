import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { Budget } from './limits'
import { LIMITS } from './limits'
import type { PickleOptions } from './pickle'
import { runPickle } from './pickle'
import { arrayOf, isArrayWrapper } from './pickleArrays'
import type { PickleCall } from './pickleValues'
import { attributesOf } from './pickleValues'
import { elementCount } from './shape'

/**
 * Goes past the array that follows each wrapper (`joblib/numpy_pickle.py`, `NumpyArrayWrapper.read_array`): padding of a
 * length that its first byte gives, where the wrapper says so, then the elements, or a pickle of an array of objects.
 */
export function skipArrays(
  reader: ByteReader,
  budget: Budget,
  level = 0,
): NonNullable<PickleOptions['afterBuild']> {
  return (target: PickleCall, offset: number) => {
    if (!isArrayWrapper(target)) return undefined
    const array = arrayOf(target)
    if (!array) {
      throw new AppError('corrupt', `An array of an unknown type begins at offset ${offset}.`, {
        location: { offset: reader.base + offset },
      })
    }
    if (array.dtype.kind === 'O') {
      if (level >= LIMITS.depth) throw new AppError('corrupt', 'Arrays are nested too deep.')
      const inner = runPickle(reader, {
        offset,
        budget,
        recordEvents: false,
        afterBuild: skipArrays(reader, budget, level + 1),
      })
      if (inner.error) throw inner.error
      return { offset: inner.end, ...(inner.value !== undefined && { value: inner.value }) }
    }
    const aligned = typeof attributesOf(target).get('numpy_array_alignment_bytes') === 'number'
    const start = offset + (aligned ? 1 + reader.u8(offset) : 0)
    const length = (elementCount(array.shape) ?? Infinity) * array.dtype.itemSize
    reader.check(start, length)
    target.items = [{ kind: 'bytes', literal: { offset: start, length } }]
    return { offset: start + length }
  }
}
