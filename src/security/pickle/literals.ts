import { ByteReader } from '../../bytes/byteReader'
import { arrayOf } from '../../bytes/pickleArrays'
import type { PickleObject, PickleValue } from '../../bytes/pickleValues'
import { calleeOf, itemsOf } from '../../bytes/pickleValues'
import type { Content, ScanContext } from '../context'
import { looksLikeContainer } from '../magic'

/** Shorter bytes hold no file. */
const MIN_LITERAL = 16
/** Expanded references of one pickle, beyond which walking or printing it takes forever. */
const EXPANSION = 1e7
/** And that many more than there are. */
const EXPANSION_RATIO = 1e3

/** Objects below these values, without what an array's raw numbers are: each once. */
export class ValueWalk {
  readonly #content: Content
  readonly #context: ScanContext
  readonly #seen = new Set<PickleObject>()

  constructor(content: Content, context: ScanContext) {
    this.#content = content
    this.#context = context
  }

  /** Looks for files inside of bytes, and texts that were bytes in protocols 0 to 2. */
  visit(root: PickleValue | undefined): void {
    const stack: (PickleValue | undefined)[] = [root]
    while (stack.length > 0) {
      const value = stack.pop()
      if (typeof value !== 'object' || value === null || this.#seen.has(value)) continue
      this.#seen.add(value)
      this.#context.budget.step()
      switch (value.kind) {
        case 'bytes':
        case 'bytearray':
          this.#probe(value.literal.offset, value.literal.length)
          break
        case 'tuple':
        case 'list':
        case 'set':
        case 'frozenset':
          for (const item of value.items) stack.push(item)
          break
        case 'dict':
          for (const entry of value.entries) stack.push(entry[0], entry[1])
          break
        case 'call':
          this.#call(value, stack)
          break
        case 'persistent-id':
          stack.push(value.id)
      }
    }
  }

  #call(value: Extract<PickleObject, { kind: 'call' }>, stack: (PickleValue | undefined)[]): void {
    const path = calleeOf(value)?.path
    if (path === 'torch.storage._load_from_bytes') return
    const isNumbers = arrayOf(value)?.items === undefined && arrayOf(value) !== undefined
    if (isNumbers || path?.endsWith('.multiarray.scalar')) return
    if (path === '_codecs.encode') {
      const [text] = itemsOf(value.args)
      if (typeof text === 'string' && text.length >= MIN_LITERAL) {
        this.#scan(ByteReader.of(Buffer.from(text, 'latin1')), value.offset)
      }
    }
    stack.push(value.callee, value.args, value.kwargs, value.state)
    if (value.items) stack.push(...value.items.slice(0, 100_000))
    for (const entry of value.entries ?? []) stack.push(entry[0], entry[1])
  }

  #probe(offset: number, length: number): void {
    if (length < MIN_LITERAL) return
    this.#scan(this.#content.reader.view(offset, length), offset)
  }

  #scan(reader: ByteReader, offset: number): void {
    if (!looksLikeContainer(reader, this.#context.budget)) return
    this.#context.add('pickle/nested', this.#content, { offset, evidence: `${reader.size} bytes` })
    const path = `bytes at ${offset}`
    this.#context.scanInner(this.#content, { reader, name: '', path, within: 'pickle' })
  }
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
