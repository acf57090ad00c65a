import { ByteReader } from '../../bytes/byteReader'
import { arrayOf } from '../../bytes/pickleArrays'
import type { PickleObject, PickleValue } from '../../bytes/pickleValues'
import { calleeOf, itemsOf } from '../../bytes/pickleValues'
import type { Content, ScanContext } from '../context'
import { looksLikeContainer } from '../magic'
import { encodedPickle } from '../text/encoding'

/** Shorter bytes hold no file. */
const MIN_LITERAL = 16
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
      if (typeof value === 'string') this.#encoded(value)
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

  /** A text that is the Base64 of a pickle. */
  #encoded(text: string): void {
    const bytes = encodedPickle(text)
    if (bytes) this.#scan(ByteReader.of(bytes), 0)
  }

  #scan(reader: ByteReader, offset: number): void {
    if (!looksLikeContainer(reader)) return
    this.#context.add('pickle/nested', this.#content, { offset, evidence: `${reader.size} bytes` })
    const path = `bytes at ${offset}`
    this.#context.scanInner(this.#content, { reader, name: '', path, within: 'pickle' })
  }
}
