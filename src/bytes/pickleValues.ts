import type { Literal } from './opcodes'

/**
 * What a pickle would build, as a description: nothing is imported or called. Python's None, booleans, numbers and texts
 * are JavaScript's own (an integer beyond 2^53 is a `bigint`); everything else has a `kind`.
 */
export type PickleValue = null | boolean | number | bigint | string | PickleObject

export type PickleObject =
  | PickleBytes
  | PickleLongText
  | PickleGlobal
  | PickleCall
  | PickleList
  | PickleDict
  | PickleTuple
  | PickleSet
  | PicklePersistentId
  | PickleUnknown

/** A bytes literal, left where it is in the reader. */
export interface PickleBytes {
  readonly kind: 'bytes' | 'bytearray'
  readonly literal: Literal
}

/** A text or number that is too long to be kept. */
export interface PickleLongText {
  readonly kind: 'long-text'
  readonly literal: Literal
}

/** Something that the unpickler imports. */
export interface PickleGlobal {
  readonly kind: 'global'
  /** After Python 2's names are mapped, which protocol 0 to 2 asks for. */
  readonly module: string
  readonly name: string
  /** As they stand in the pickle. */
  readonly rawModule: string
  readonly rawName: string
  /** `module.name`. */
  readonly path: string
  /** Where it is first named. */
  readonly offset: number
}

/** The opcode that makes an object from a class or function. */
export type CallOpcode = 'REDUCE' | 'NEWOBJ' | 'NEWOBJ_EX' | 'OBJ' | 'INST'

/** The result of a call, and what is done to it afterwards. */
export interface PickleCall {
  readonly kind: 'call'
  readonly opcode: CallOpcode
  readonly callee: PickleValue
  readonly args: PickleValue
  readonly kwargs: PickleValue | undefined
  readonly offset: number
  /** What BUILD gave it, the last time. */
  state: PickleValue | undefined
  /** What APPEND(S) and ADDITEMS gave it: a list subclass, a deque. */
  items: PickleValue[] | undefined
  /** What SETITEM(S) gave it: an OrderedDict, a defaultdict. */
  entries: [PickleValue, PickleValue][] | undefined
}

export interface PickleList {
  readonly kind: 'list'
  readonly items: PickleValue[]
  /** How many there are; `items` may hold fewer (`LIMITS.pickleItems`). */
  length: number
}

export interface PickleDict {
  readonly kind: 'dict'
  /** In the order of assignment: of equal keys the last one counts. */
  readonly entries: [PickleValue, PickleValue][]
  length: number
}

export interface PickleTuple {
  readonly kind: 'tuple'
  readonly items: readonly PickleValue[]
}

export interface PickleSet {
  readonly kind: 'set' | 'frozenset'
  readonly items: PickleValue[]
  length: number
}

/** What the loader makes of a persistent id: a storage of PyTorch. */
export interface PicklePersistentId {
  readonly kind: 'persistent-id'
  readonly id: PickleValue
  readonly offset: number
}

/** What can't be known: an extension code, an out-of-band buffer, an operand that is not there. */
export interface PickleUnknown {
  readonly kind: 'unknown'
  readonly reason: string
}

/** The member of the union whose kind is, or may be, `K`. */
type OfKind<K, T = PickleObject> = T extends { kind: infer U } ? (K extends U ? T : never) : never

export function isKind<K extends PickleObject['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is OfKind<K> {
  return typeof value === 'object' && value !== null && value.kind === kind
}

/** The items of a tuple or list, else none. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  if (typeof value !== 'object' || value === null) return []
  switch (value.kind) {
    case 'tuple':
    case 'list':
    case 'set':
    case 'frozenset':
      return value.items
    case 'call':
      return value.items ?? []
    default:
      return []
  }
}

/** The entries of a dict or of an object that behaves as one, else none. */
export function entriesOf(
  value: PickleValue | undefined,
): readonly (readonly [PickleValue, PickleValue])[] {
  if (isKind(value, 'dict')) return value.entries
  return isKind(value, 'call') ? (value.entries ?? []) : []
}

/** The value of a text key. */
export function lookUp(value: PickleValue | undefined, key: string): PickleValue | undefined {
  return entriesOf(value).findLast(([candidate]) => candidate === key)?.[1]
}

/** Entries with text keys by key. */
export function toRecord(value: PickleValue | undefined): Map<string, PickleValue> {
  const record = new Map<string, PickleValue>()
  for (const [key, item] of entriesOf(value)) if (typeof key === 'string') record.set(key, item)
  return record
}

/** The functions that pickles make an object of a class with; their first argument is the class. */
const CONSTRUCTORS: ReadonlySet<string> = new Set([
  'copyreg._reconstructor',
  'copyreg.__newobj__',
  'copyreg.__newobj_ex__',
])

/** A class that torch's old format names by a persistent id, with its source: `('module', class, file, source)`. */
export function referenceOf(callee: PickleValue): PickleValue {
  if (!isKind(callee, 'persistent-id')) return callee
  const [tag, made] = itemsOf(callee.id)
  return tag === 'module' && made !== undefined ? made : callee
}

/** The class or function that made a value. */
export function calleeOf(value: PickleValue | undefined): PickleGlobal | undefined {
  if (!isKind(value, 'call')) return undefined
  const callee = referenceOf(value.callee)
  if (isKind(callee, 'global') && CONSTRUCTORS.has(callee.path)) {
    const made = itemsOf(value.args)[0]
    return isKind(made, 'global') ? made : callee
  }
  return isKind(callee, 'global') ? callee : undefined
}

/** The attributes that BUILD gave an object: its `__dict__`, also as the first of a pair with its slots. */
export function attributesOf(value: PickleValue | undefined): Map<string, PickleValue> {
  if (!isKind(value, 'call')) return new Map()
  const { state } = value
  if (!isKind(state, 'tuple')) return toRecord(state)
  return new Map(state.items.flatMap((part) => [...toRecord(part)]))
}
