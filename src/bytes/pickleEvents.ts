import type { PickleCall, PickleGlobal, PickleValue } from './pickleValues'

/** Where a pickle does what no pickler writes, or what loaders read differently. */
export type PickleAnomalyRule =
  | 'frame-crossed'
  | 'frame-nested'
  | 'protocol-position'
  | 'protocol-raised'
  | 'protocol-unknown'
  | 'global-characters'
  | 'global-unresolved'
  | 'call-unknown'
  | 'build-on-global'
  | 'memo-index'
  | 'number-skipped'

/**
 * What an unpickler does with the outside world, in the order in which it does it. An event happens when its opcode is
 * executed, whatever becomes of the result. `afterError` marks those beyond the place where CPython stops.
 */
export type PickleEvent = { readonly offset: number; readonly afterError: boolean } & (
  | { readonly kind: 'global'; readonly global: PickleGlobal; readonly opcode: string }
  | { readonly kind: 'call'; readonly call: PickleCall }
  | { readonly kind: 'build'; readonly target: PickleValue; readonly state: PickleValue }
  /** APPEND(S), SETITEM(S) or ADDITEMS on what is no plain list, dict or set: the first on each target. */
  | { readonly kind: 'items'; readonly target: PickleValue; readonly opcode: string }
  | { readonly kind: 'persistent-id'; readonly id: PickleValue }
  | { readonly kind: 'extension'; readonly code: number }
  | { readonly kind: 'anomaly'; readonly rule: PickleAnomalyRule; readonly message: string }
)

/** An event without what the machine adds to it. */
export type PickleEventBody = PickleEvent extends infer E
  ? E extends PickleEvent
    ? Omit<E, 'offset' | 'afterError'>
    : never
  : never
