import type { ByteReader } from './byteReader'
import type { PickleOptions, PickleResult } from './pickleMachine'
import { PickleMachine } from './pickleMachine'

export type { PickleAnomalyRule, PickleEvent } from './pickleEvents'
export type { PickleOptions, PickleResult } from './pickleMachine'

/**
 * Follows one pickle without executing it. Never throws for damaged data (only `cancelled`): the result has everything up
 * to the damage. Where CPython would raise although the next opcode can be read, the machine notes the error and goes on
 * with unknown operands, because other loaders may be more lenient.
 */
export function runPickle(reader: ByteReader, options: PickleOptions): PickleResult {
  return new PickleMachine(reader, options).run()
}
