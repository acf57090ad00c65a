import { PickleWriter } from '../support/pickleWriter'
import type { CorpusCase } from './case'
import { file } from './case'
import { callPickle, textPickle } from './gadgets'

interface Wrapped {
  readonly code?: string
  /** The size that the dtype's state claims. */
  readonly size?: number
  readonly shape: number
  readonly aligned?: boolean
  readonly data: Uint8Array
}

/** What joblib writes for an array: its wrapper, and behind it the raw numbers. */
function wrapped({ code = 'f8', size = -1, shape, aligned = true, data }: Wrapped): Buffer {
  const writer = new PickleWriter()
    .proto(3)
    .global('joblib.numpy_pickle', 'NumpyArrayWrapper')
    .ops(')\x81}(')
    .text4('subclass')
    .global('numpy', 'ndarray')
    .text4('shape')
    .int(shape)
    .ops('\x85')
    .text4('order')
    .text4('C')
    .text4('dtype')
    .global('numpy', 'dtype')
    .text4(code)
    .ops('\x89\x88\x87R(K\x03')
    .text4('<')
    .ops('NNN')
    .int(size)
    .int(-1)
    .ops('K\x00tb')
    .text4('allow_mmap')
    .ops('\x88')
  if (aligned) writer.text4('numpy_array_alignment_bytes').ops('K\x10')
  writer.ops('ub')
  if (aligned) writer.raw(1, 0xff)
  return writer.raw(data).ops('.').bytes()
}

export function joblibCases(): CorpusCase[] {
  const call = textPickle('os', 'system').subarray(0, -1)
  return [
    file(
      'joblib objects',
      'model.joblib',
      wrapped({ code: 'O8', shape: 1, aligned: false, data: callPickle('os', 'system') }),
    ),
    file(
      'joblib size that contradicts',
      'model.joblib',
      wrapped({
        code: 'V64',
        size: 1,
        shape: 2,
        data: Buffer.concat([Buffer.alloc(2), call, Buffer.alloc(90)]),
      }),
    ),
    file(
      'joblib shape that overflows',
      'model.joblib',
      wrapped({ shape: 2 ** 31 - 1, data: call }),
      'suspicious',
    ),
    file(
      'joblib code behind an array',
      'model.joblib',
      Buffer.concat([
        wrapped({ shape: 1, data: Buffer.alloc(8) }).subarray(0, -1),
        textPickle('os', 'system'),
      ]),
    ),
    file(
      'joblib numbers that a plain unpickler executes',
      'model.joblib',
      wrapped({
        code: 'u1',
        shape: call.length + 1,
        aligned: false,
        data: Buffer.concat([call, Buffer.from('.')]),
      }),
    ),
    file(
      'joblib that names another file',
      'model.joblib',
      new PickleWriter()
        .proto(2)
        .global('joblib.numpy_pickle', 'NDArrayWrapper')
        .ops(')\x81}')
        .text4('filename')
        .text4('../x.npy')
        .ops('sb.')
        .bytes(),
      'suspicious',
    ),
  ]
}
