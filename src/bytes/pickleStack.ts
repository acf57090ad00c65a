import { BudgetExceeded, LIMITS } from './limits'
import type { PickleObject, PickleValue } from './pickleValues'

/**
 * The stack, marks and memo of an unpickler, as CPython's C unpickler keeps them: one stack, and for each mark the height
 * below which nothing may be taken. Where CPython raises, `onError` is told and an unknown value takes the place.
 */
export class PickleStack {
  readonly unknown: PickleValue = { kind: 'unknown', reason: 'missing operand' }
  readonly #onError: (problem: string) => void
  readonly #values: PickleValue[] = []
  readonly #marks: number[] = []
  // Picklers number the memo from 0 on; only the places beyond the end are kept by number.
  readonly #memo: PickleValue[] = []
  readonly #distant = new Map<number, PickleValue>()
  #objects = 0

  constructor(onError: (problem: string) => void) {
    this.#onError = onError
  }

  get #fence(): number {
    return this.#marks.at(-1) ?? 0
  }

  /** How many places of the memo are taken: the one that MEMOIZE takes next. */
  get memoLength(): number {
    return this.#memo.length + this.#distant.size
  }

  push(value: PickleValue): void {
    if (this.#values.length >= LIMITS.pickleStack) {
      throw new BudgetExceeded('The pickle stacks more values than are looked at.')
    }
    this.#values.push(value)
  }

  /** Pushes a value that takes memory of its own. */
  pushObject<T extends PickleObject>(value: T): T {
    this.count()
    this.push(value)
    return value
  }

  /** Counts an object that the pickle makes, so that no pickle fills the memory. */
  count(): void {
    this.#objects++
    if (this.#objects > LIMITS.pickleValues) {
      throw new BudgetExceeded('The pickle builds more objects than are looked at.')
    }
  }

  mark(): void {
    if (this.#marks.length >= LIMITS.pickleStack) {
      throw new BudgetExceeded('The pickle stacks more marks than are looked at.')
    }
    this.#marks.push(this.#values.length)
  }

  pop(): PickleValue {
    return this.take(1)[0] ?? null
  }

  /** The topmost value, which stays. */
  top(): PickleValue {
    if (this.#values.length > this.#fence) return this.#values.at(-1) ?? null
    this.#onError('The pickle takes a value that is not there')
    return this.unknown
  }

  /** The topmost `count` values, the deepest first. */
  take(count: number): PickleValue[] {
    const there = Math.min(count, this.#values.length - this.#fence)
    const values = this.#values.splice(this.#values.length - there, there)
    if (there === count) return values
    this.#onError('The pickle takes a value that is not there')
    return [...Array.from({ length: count - there }, () => this.unknown), ...values]
  }

  /** The values above the last mark, which goes with them. */
  takeToMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) this.#onError('The pickle takes a mark that is not there')
    return this.#values.splice(mark ?? this.#values.length)
  }

  /** POP: a mark where one was just set, else a value. */
  popOrUnmark(): void {
    if (this.#marks.at(-1) === this.#values.length) this.#marks.pop()
    else this.take(1)
  }

  /** Stores the topmost value. */
  memoize(index: number): void {
    if (this.memoLength >= LIMITS.pickleStack) {
      throw new BudgetExceeded('The pickle memoizes more values than are looked at.')
    }
    const value = this.top()
    if (index < this.#memo.length) this.#memo[index] = value
    else if (index === this.#memo.length && !this.#distant.has(index)) this.#memo.push(value)
    else this.#distant.set(index, value)
  }

  recall(index: number | bigint | undefined): PickleValue {
    const key = Number(index ?? -1)
    const value = key >= 0 && key < this.#memo.length ? this.#memo[key] : this.#distant.get(key)
    if (value !== undefined) return value
    this.#onError('The pickle recalls a value that it has not memoized')
    return this.unknown
  }
}
