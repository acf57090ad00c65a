import type { PickleCall, PickleObject, PickleValue } from '../../bytes/pickleValues'
import { isKind, itemsOf } from '../../bytes/pickleValues'

/** Expanded references of one pickle, beyond which walking or printing it takes forever. */
const EXPANSION = 1e7
/** And that many more than there are. */
const EXPANSION_RATIO = 1e3
/** Items that a call makes of a single number: no pickler writes such a call, whatever the number. */
const LARGE = 1e6
/** Items of a range that are too many for a list. */
const VAST = 1e8
/** What takes every item of its argument at once. */
const EXHAUSTING =
  /^(?:builtins\.(?:list|tuple|set|frozenset|bytes|bytearray|dict)|collections\.(?:deque|Counter|OrderedDict)|array\.array)$/
/** Reserves as many places as its argument says. */
const SIZED = /^(?:builtins\.(?:bytes|bytearray)|numpy\.(?:_core|core)\.multiarray\._reconstruct)$/
const ENDLESS = /^itertools\.(?:count|cycle|repeat)$/

/** Whether a call with vetted functions takes all memory or never ends: `list(itertools.count())`, `bytes(10**12)`. */
export function isEndlessCall({ callee, args }: PickleCall): boolean {
  if (!isKind(callee, 'global')) return false
  const items = itemsOf(args)
  if (SIZED.test(callee.path)) {
    const sizes = items.flatMap((item) => (isKind(item, 'tuple') ? item.items : [item]))
    if (sizes.reduce<number>((product, size) => product * sizeOf(size), 1) > LARGE) return true
  }
  return (
    EXHAUSTING.test(callee.path) && items.some((item) => isKind(item, 'call') && isEndless(item))
  )
}

function sizeOf(value: PickleValue): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Math.abs(Number(value)) : 1
}

/** An iterator without an end; `iter` with two arguments calls the first until it returns the second. */
function isEndless({ callee, args }: PickleCall): boolean {
  if (!isKind(callee, 'global')) return false
  const items = itemsOf(args)
  if (callee.path === 'itertools.repeat') return items.length === 1 || sizeOf(items[1] ?? 0) > LARGE
  if (callee.path === 'builtins.range') return items.some((item) => sizeOf(item) > VAST)
  if (callee.path === 'builtins.iter') return items.length === 2
  return ENDLESS.test(callee.path) || items.some((item) => isKind(item, 'call') && isEndless(item))
}

/** Whether shared references make a value that is exponentially larger than its pickle. */
export function isBomb(root: PickleValue | undefined): boolean {
  const sizes = new Map<PickleObject, number>()
  const open = new Set<PickleObject>()
  let written = 0
  const childrenOf = (value: PickleObject): readonly PickleValue[] => {
    switch (value.kind) {
      case 'tuple':
      case 'list':
      case 'set':
      case 'frozenset':
        return value.items
      case 'dict':
        return value.entries.flat()
      case 'call':
        return [value.args, value.state ?? null, ...(value.items ?? []).slice(0, 100_000)]
      default:
        return []
    }
  }
  const isObject = (value: PickleValue): value is PickleObject =>
    typeof value === 'object' && value !== null
  const stack: PickleObject[] = root !== undefined && isObject(root) ? [root] : []
  while (stack.length > 0) {
    const value = stack.at(-1)
    if (!value) break
    if (sizes.has(value)) {
      stack.pop()
      continue
    }
    const items = childrenOf(value)
    const children = items.filter(isObject)
    const pending = open.has(value)
      ? []
      : children.filter((child) => !sizes.has(child) && !open.has(child))
    if (pending.length > 0) {
      open.add(value)
      for (const child of pending) stack.push(child)
      continue
    }
    written += 1 + items.length
    let size = 1 + items.length - children.length
    for (const child of children) size += sizes.get(child) ?? 1
    sizes.set(value, size)
    open.delete(value)
    stack.pop()
  }
  const total = root !== undefined && isObject(root) ? (sizes.get(root) ?? 0) : 0
  return total > EXPANSION && total > EXPANSION_RATIO * written
}
