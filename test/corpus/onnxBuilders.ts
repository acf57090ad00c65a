import { pb } from '../support/protobuf'

/** A model of this graph. */
export function onnx(content: Uint8Array, ...more: (readonly [number, Uint8Array])[]): Uint8Array {
  return pb([1, 8], [2, 'test'], [7, content], [8, pb([2, 17])], ...more)
}

/** A tensor whose data lie in this file. */
export function external(location: string, ...more: (readonly [string, string])[]): Uint8Array {
  const entries = [['location', location] as const, ...more]
  return pb(
    [1, 4],
    [2, 1],
    [8, 'w'],
    ...entries.map(([key, value]) => [13, pb([1, key], [2, value])] as const),
    [14, 1],
  )
}
