import { runPickle } from '../../bytes/pickle'
import { isKind, itemsOf } from '../../bytes/pickleValues'
import type { Content, ScanContext } from '../context'
import { isCorrupt } from '../context'
import { scanPickles } from './pickleScan'
import { sweep } from './sweep'

/** `torch.save` before 1.6 begins with the pickle of this number (`torch.serialization.MAGIC_NUMBER`). */
const MAGIC = [
  0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
] as const
/** Magic number, protocol, machine, object, keys of the storages. */
const PICKLES = 5
/** The most that an element takes: complex numbers of 64-bit floats. */
const MAX_ELEMENT = 16

export function isTorchLegacy(head: Uint8Array): boolean {
  return head[0] === 0x80 && MAGIC.every((byte, index) => head[2 + index] === byte)
}

/** Five pickles, and behind them raw storages, which no loader reads as pickles. */
export function scanTorchLegacy(content: Content, context: ScanContext): void {
  const { results, end, isWhole } = scanPickles(content, context, {
    flavor: 'torch-legacy',
    count: PICKLES,
  })
  if (!isWhole) return
  const { reader } = content
  if (results.length < PICKLES) {
    context.add('pickle/damaged', content, { offset: end, evidence: 'pickles are missing' })
    return
  }
  const keys = itemsOf(results[PICKLES - 1]?.value)
  const sizes = elementSizes(content, context, results[PICKLES - 2]?.start ?? 0)
  let position = end
  try {
    for (const key of keys) {
      context.budget.step()
      const count = Number(reader.i64(position))
      const element = typeof key === 'string' ? sizes.get(key) : undefined
      if (count < 0 || element === undefined) {
        context.add('torch/storage', content, {
          offset: position,
          evidence: `storage ${typeof key === 'string' ? key : 'without a key'}`,
        })
        sweep(content, context, position)
        return
      }
      reader.check(position + 8, count * element)
      position += 8 + count * element
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error
    context.add('torch/storage-missing', content, { offset: position, evidence: error.message })
    return
  }
  if (position < reader.size) {
    context.add('pickle/trailing', content, { offset: position })
    sweep(content, context, position)
  }
}

const ELEMENTS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    Double: 8,
    Float: 4,
    Half: 2,
    BFloat16: 2,
    Long: 8,
    Int: 4,
    Short: 2,
    Char: 1,
  }).concat(
    Object.entries({
      Byte: 1,
      Bool: 1,
      ComplexFloat: 8,
      ComplexDouble: MAX_ELEMENT,
      QInt8: 1,
      QUInt8: 1,
    }),
    Object.entries({ QInt32: 4, QUInt4x2: 1, QUInt2x4: 1, Untyped: 1 }),
  ),
)

/** Bytes of an element of each storage, by its key. */
function elementSizes(content: Content, context: ScanContext, offset: number): Map<string, number> {
  const sizes = new Map<string, number>()
  const { events } = runPickle(content.reader, { offset, budget: context.budget })
  for (const event of events) {
    if (event.kind !== 'persistent-id') continue
    const [tag, type, key] = itemsOf(event.id)
    if (tag !== 'storage' || typeof key !== 'string' || !isKind(type, 'global')) continue
    const size = ELEMENTS.get(type.name.replace(/Storage$/, ''))
    if (size !== undefined) sizes.set(key, size)
  }
  return sizes
}
