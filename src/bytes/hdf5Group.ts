import { MessageType, openMessage } from './hdf5Header'
import type { HeaderMessage } from './hdf5Header'
import { FractalHeap, LocalHeap } from './hdf5Heap'
import type { Cursor, Hdf5Source } from './hdf5Source'
import { readRecords, readSymbols } from './hdf5Tree'

/** A name in a group, and what it leads to. */
export type Hdf5Link =
  | { readonly kind: 'hard'; readonly name: string; readonly address: number }
  | { readonly kind: 'soft'; readonly name: string; readonly target: string }
  | {
      readonly kind: 'external'
      readonly name: string
      readonly file: string
      readonly target: string
    }

/** Every link of a group: in a symbol table (old), in messages of its header, or in a heap where there are many. */
export function* readLinks(
  source: Hdf5Source,
  messages: readonly HeaderMessage[],
): Generator<Hdf5Link> {
  for (const message of messages) {
    const cursor = openMessage(source, message)
    if (!cursor) continue
    source.budget.step()
    if (message.type === MessageType.symbolTable) {
      yield* readSymbolTable(cursor)
    } else if (message.type === MessageType.link) {
      const link = readLink(cursor)
      if (link) yield link
    } else if (message.type === MessageType.linkInfo) {
      yield* readDenseLinks(cursor)
    }
  }
}

/** Whether an object is a group, and not a dataset or a named type. */
export function isGroup(messages: readonly HeaderMessage[]): boolean {
  return messages.some(
    ({ type }) =>
      type === MessageType.symbolTable ||
      type === MessageType.link ||
      type === MessageType.linkInfo,
  )
}

function* readSymbolTable(cursor: Cursor): Generator<Hdf5Link> {
  const tree = cursor.address()
  const heapAddress = cursor.address()
  if (tree === undefined || heapAddress === undefined) return
  const heap = new LocalHeap(cursor.source, heapAddress)
  for (const { nameOffset, address, softOffset } of readSymbols(cursor.source, tree)) {
    const name = heap.text(nameOffset)
    if (softOffset !== undefined) yield { kind: 'soft', name, target: heap.text(softOffset) }
    else if (address !== undefined) yield { kind: 'hard', name, address }
  }
}

/** Reads a link info message (spec IV.A.2.c): a heap of link messages, and a tree of their names. */
function* readDenseLinks(cursor: Cursor): Generator<Hdf5Link> {
  const { source } = cursor
  cursor.take(1)
  const flags = cursor.u8()
  if (flags & 1) cursor.take(8)
  const heapAddress = cursor.address()
  const tree = cursor.address()
  if (heapAddress === undefined || tree === undefined) return
  const heap = new FractalHeap(source, heapAddress)
  for (const record of readRecords(source, tree)) {
    // A record of the tree of names is a hash and a heap id.
    record.take(4)
    const message = heap.open(record)
    const link = message && readLink(message)
    if (link) yield link
  }
}

/** Reads a link message (spec IV.A.2.g); `undefined` for a kind that somebody defined himself. */
function readLink(cursor: Cursor): Hdf5Link | undefined {
  cursor.take(1)
  const flags = cursor.u8()
  const type = flags & 8 ? cursor.u8() : 0
  if (flags & 4) cursor.take(8)
  if (flags & 0x10) cursor.take(1)
  const name = cursor.text(cursor.uint(1 << (flags & 3)))
  if (type === 0) {
    const address = cursor.address()
    return address === undefined ? undefined : { kind: 'hard', name, address }
  }
  const length = cursor.u16()
  if (type === 1) return { kind: 'soft', name, target: cursor.text(length) }
  if (type !== 64) return undefined
  cursor.take(1)
  const file = cursor.zeroTerminated(length)
  return { kind: 'external', name, file, target: cursor.zeroTerminated(length) }
}
