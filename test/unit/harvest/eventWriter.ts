import { maskedCrc } from '../../../src/harvest/eventFile'
import { entry, pb } from '../../support/protobuf'

function double(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value, true)
  return bytes
}

/** One TFRecord frame. */
export function record(payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(12)
  const view = new DataView(head.buffer)
  view.setBigUint64(0, BigInt(payload.length), true)
  view.setUint32(8, maskedCrc(head.subarray(0, 8)), true)
  const foot = new Uint8Array(4)
  new DataView(foot.buffer).setUint32(0, maskedCrc(payload), true)
  return Buffer.concat([head, payload, foot])
}

export function version(): Uint8Array {
  return record(pb([3, 'brain.Event:2']))
}

/** A scalar as the first generation of writers has it, and PyTorch's. */
export function scalar(tag: string, step: number, value: number): Uint8Array {
  return record(pb([2, step], [5, pb([1, pb([1, tag], [2, { float: value }])])]))
}

/** A scalar as TensorFlow 2 writes it: a tensor without dimensions, and the name of the plugin. */
export function tensorScalar(tag: string, step: number, value: number, shape = pb()): Uint8Array {
  const content = new Uint8Array(4)
  new DataView(content.buffer).setFloat32(0, value, true)
  const tensor = pb([1, 1], [2, shape], [4, content])
  const metadata = pb([1, pb([1, 'scalars'])])
  return record(pb([2, step], [5, pb([1, pb([1, tag], [9, metadata], [8, tensor])])]))
}

/** The hyperparameters of a session. */
export function hparams(values: Readonly<Record<string, number | string | boolean>>): Uint8Array {
  const entries = Object.entries(values).map(([name, value]) => {
    // A `double` has wire type 1, which `pb` does not write: tag 17 is field 2 of that type.
    if (typeof value === 'number') {
      return entry(name, Buffer.concat([Uint8Array.of(17), double(value)]))
    }
    return entry(name, typeof value === 'string' ? pb([3, value]) : pb([4, value ? 1 : 0]))
  })
  const session = pb(...entries.map((bytes) => [1, bytes] as const))
  const metadata = pb([1, pb([1, 'hparams'], [2, pb([1, 0], [3, session])])])
  return record(pb([5, pb([1, pb([1, '_hparams_/session_start_info'], [9, metadata])])]))
}
