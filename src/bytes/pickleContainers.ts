import { LIMITS } from './limits'
import type { PickleTrace } from './pickleEvents'
import type { PickleValue } from './pickleValues'
import { isKind } from './pickleValues'

/** Fills lists, sets and dicts, and objects that behave as one. Items beyond `LIMITS.pickleItems` are only counted. */
export class PickleContainers {
  readonly #trace: PickleTrace
  #items = 0

  constructor(trace: PickleTrace) {
    this.#trace = trace
  }

  /** APPEND, APPENDS and ADDITEMS. */
  append(target: PickleValue, items: readonly PickleValue[], opcode: string, offset: number): void {
    const kept = this.#keep(items)
    if (isKind(target, 'list') || isKind(target, 'set')) {
      target.length += items.length
      for (const item of kept) target.items.push(item)
      return
    }
    this.#trace.items(offset, target, opcode)
    if (!isKind(target, 'call')) return
    target.items ??= []
    for (const item of kept) target.items.push(item)
  }

  /** SETITEM and SETITEMS. */
  setItems(
    target: PickleValue,
    items: readonly PickleValue[],
    opcode: string,
    offset: number,
  ): void {
    const entries = this.#keep(this.pairs(items, opcode, offset))
    if (isKind(target, 'dict')) {
      this.checkKeys(entries, offset)
      target.length += items.length >> 1
      for (const entry of entries) target.entries.push(entry)
      return
    }
    this.#trace.items(offset, target, opcode)
    if (!isKind(target, 'call')) return
    target.entries ??= []
    for (const entry of entries) target.entries.push(entry)
  }

  pairs(
    items: readonly PickleValue[],
    opcode: string,
    offset: number,
  ): [PickleValue, PickleValue][] {
    if (items.length % 2 !== 0) this.#trace.fail(`${opcode} has an odd number of items`, offset)
    const pairs: [PickleValue, PickleValue][] = []
    for (let index = 0; index + 1 < items.length; index += 2) {
      pairs.push([items[index] ?? null, items[index + 1] ?? null])
    }
    return pairs
  }

  /** A dict takes no list as a key; what an object of some class takes is its own business. */
  checkKeys(entries: readonly (readonly [PickleValue, PickleValue])[], offset: number): void {
    if (entries.some(([key]) => isUnhashable(key))) {
      this.#trace.fail("A dict has a key that can't be one", offset)
    }
  }

  /** As many as may still be kept. */
  #keep<T>(items: readonly T[]): readonly T[] {
    const room = Math.max(0, LIMITS.pickleItems - this.#items)
    this.#items += items.length
    return items.length <= room ? items : items.slice(0, room)
  }
}

function isUnhashable(key: PickleValue): boolean {
  return (
    isKind(key, 'list') || isKind(key, 'dict') || isKind(key, 'set') || isKind(key, 'bytearray')
  )
}
