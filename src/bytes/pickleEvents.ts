import { AppError } from '../base/errors'
import { BudgetExceeded, LIMITS } from './limits'
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
 * executed, whatever becomes of the result; offsets are in bytes from the start of the reader. `afterError` marks those beyond the place where CPython stops.
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

/** Collects what a pickle does, and where CPython would stop. Events may be left out, the error never is. */
export class PickleTrace {
  readonly events: PickleEvent[] = []
  readonly #isRecording: boolean
  readonly #base: number
  readonly #targets = new Set<PickleValue>()
  #error: AppError | undefined
  #isBroken = false

  /** `base` is where the reader's bytes lie in the file: errors tell offsets in it. */
  constructor(isRecording: boolean, base: number) {
    this.#isRecording = isRecording
    this.#base = base
  }

  get error(): AppError | undefined {
    return this.#error
  }

  /** Notes the first thing that CPython raises; everything after it is marked as beyond. */
  fail(problem: string, offset: number): void {
    this.tolerate(problem, offset)
    this.#isBroken = true
  }

  /** Notes what CPython's C unpickler raises and its Python one passes over: what follows may be executed. */
  tolerate(problem: string, offset: number): void {
    const absolute = this.#base + offset
    this.#error ??= new AppError('corrupt', `${problem} (offset ${absolute}).`, {
      location: { offset: absolute },
    })
  }

  /** Notes the error at which even reading ends. */
  stop(error: AppError): void {
    this.#error ??= error
    this.#isBroken = true
  }

  global(offset: number, global: PickleGlobal, opcode: string): void {
    if (!this.#isRecording) return
    this.#add({ kind: 'global', offset, afterError: this.#isBroken, global, opcode })
  }

  call(offset: number, call: PickleCall): void {
    if (!this.#isRecording) return
    this.#add({ kind: 'call', offset, afterError: this.#isBroken, call })
  }

  build(offset: number, target: PickleValue, state: PickleValue): void {
    if (!this.#isRecording) return
    this.#add({ kind: 'build', offset, afterError: this.#isBroken, target, state })
  }

  /** Records the first one for each target. */
  items(offset: number, target: PickleValue, opcode: string): void {
    if (!this.#isRecording || this.#targets.has(target)) return
    this.#targets.add(target)
    this.#add({ kind: 'items', offset, afterError: this.#isBroken, target, opcode })
  }

  persistentId(offset: number, id: PickleValue): void {
    if (!this.#isRecording) return
    this.#add({ kind: 'persistent-id', offset, afterError: this.#isBroken, id })
  }

  extension(offset: number, code: number): void {
    if (!this.#isRecording) return
    this.#add({ kind: 'extension', offset, afterError: this.#isBroken, code })
  }

  anomaly(offset: number, rule: PickleAnomalyRule, message: string): void {
    if (!this.#isRecording) return
    this.#add({ kind: 'anomaly', offset, afterError: this.#isBroken, rule, message })
  }

  #add(event: PickleEvent): void {
    if (this.events.length >= LIMITS.pickleEvents) {
      throw new BudgetExceeded('The pickle does more than is recorded.')
    }
    this.events.push(event)
  }
}
