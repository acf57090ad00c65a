import type { TopLevel } from '../../bytes/protobuf'
import { Message, probeTopLevel, WireType } from '../../bytes/protobuf'
import type { Content, ScanContext } from '../context'
import { extensionOf, isCorrupt } from '../context'
import { scanCoreml } from './coremlScan'
import { scanKerasText } from './kerasScan'
import { scanOnnx } from './onnxScan'
import { scanGraph, scanMetaGraph, scanSavedModel } from './tensorflowScan'
import type { RuleId } from '../rules'

interface Kind {
  readonly damaged: RuleId
  readonly isAllowed: (field: number, wire: number) => boolean
  readonly isIt: (top: TopLevel, name: string, content: Content, context: ScanContext) => boolean
  readonly scan: (message: Message, content: Content, context: ScanContext) => void
}

const ONNX_NUMBERS = new Set([1, 5])
const ONNX_BYTES = new Set([2, 3, 4, 6, 7, 8, 14, 20, 25, 26])
/** Protobuf has no magic: a format is told by parsing to the end of the file with the fields that it has. */
const KINDS: readonly Kind[] = [
  {
    damaged: 'onnx/damaged',
    isAllowed: (field, wire) =>
      (wire === WireType.varint && ONNX_NUMBERS.has(field)) ||
      (wire === WireType.bytes && ONNX_BYTES.has(field)),
    isIt: ({ kinds, numbers, cut }, name) => {
      const version = numbers.get(1)
      const hasVersion = version !== undefined && version >= 1 && version < 100
      return (
        ((kinds.has('7:2') || cut === 7) && (hasVersion || kinds.has('8:2'))) ||
        (extensionOf(name) === '.onnx' && (hasVersion || cut !== undefined))
      )
    },
    scan: scanOnnx,
  },
  {
    damaged: 'coreml/damaged',
    isAllowed: (field, wire) =>
      (wire === WireType.varint && (field === 1 || field === 10)) ||
      (wire === WireType.bytes && (field === 2 || (field >= 200 && field <= 3000))),
    isIt: ({ kinds, numbers }) =>
      numbers.has(1) && [...kinds].some((kind) => Number.parseInt(kind, 10) >= 200),
    scan: scanCoreml,
  },
  {
    damaged: 'tf/damaged',
    isAllowed: (field, wire) =>
      (field === 1 && wire === WireType.varint) || (field === 2 && wire === WireType.bytes),
    isIt: ({ kinds, numbers, cut }, name) =>
      (kinds.has('2:2') || cut === 2) && (numbers.get(1) === 1 || name === 'saved_model.pb'),
    scan: scanSavedModel,
  },
  {
    damaged: 'tf/damaged',
    isAllowed: (field, wire) =>
      (wire === WireType.bytes && [1, 2, 4, 5].includes(field)) ||
      (wire === WireType.varint && field === 3),
    isIt: (top, _name, content, context) => startsWithNode(top, content, context),
    scan: scanGraph,
  },
  {
    damaged: 'tf/damaged',
    isAllowed: (field, wire) => wire === WireType.bytes && field >= 1 && field <= 7,
    isIt: ({ kinds }, name) => kinds.has('2:2') && extensionOf(name) === '.meta',
    scan: scanMetaGraph,
  },
  {
    damaged: 'tf/damaged',
    isAllowed: (field, wire) => wire === WireType.bytes && field === 1,
    isIt: (_top, name) => name === 'keras_metadata.pb',
    scan: scanKerasMetadata,
  },
]

/** Scans a file whose content is one of the protobuf formats. Returns whether it is. */
export function scanProtobuf(content: Content, context: ScanContext, name: string): boolean {
  for (const { damaged, isAllowed, isIt, scan } of KINDS) {
    const top = probeTopLevel(content.reader, context.budget, isAllowed)
    if (!top || !isIt(top, name, content, context)) continue
    walk(scan, damaged, content, context)
    return true
  }
  return scanByName(content, context, name)
}

function walk(scan: Kind['scan'], damaged: RuleId, content: Content, context: ScanContext): void {
  context.markModel()
  context.guard(damaged, content, () => {
    const message = Message.ofCut(content.reader, context.budget)
    scan(message, content, context)
    message.checkWhole()
  })
}

/** Loaders pass over fields that they do not know, so a file with such fields is read as what its name says. */
function scanByName(content: Content, context: ScanContext, name: string): boolean {
  const scans = BY_NAME[extensionOf(name)]
  const top = scans && probeTopLevel(content.reader, context.budget, () => true)
  if (!scans || !top || top.cut !== undefined) return false
  if (!scans.some(({ field }) => top.kinds.has(field))) return false
  context.add('file/unrecognized', content, { evidence: 'fields of no known format' })
  for (const { scan, damaged } of scans) walk(scan, damaged, content, context)
  return true
}

const BY_NAME: Readonly<
  Record<
    string,
    readonly { readonly field: string; readonly damaged: RuleId; readonly scan: Kind['scan'] }[]
  >
> = {
  '.onnx': [{ field: '7:2', damaged: 'onnx/damaged', scan: scanOnnx }],
  '.mlmodel': [{ field: '2:2', damaged: 'coreml/damaged', scan: scanCoreml }],
  '.pb': [
    { field: '2:2', damaged: 'tf/damaged', scan: scanSavedModel },
    { field: '1:2', damaged: 'tf/damaged', scan: scanGraph },
  ],
}

/** A node has a name, and an operator that reads like one. */
function startsWithNode(top: TopLevel, content: Content, context: ScanContext): boolean {
  const first = top.payloads.get(1)
  if (!first || !top.kinds.has('1:2')) return false
  const reader = content.reader.view(
    first.start,
    Math.min(first.length, content.reader.size - first.start),
  )
  const node = Message.ofCut(reader, context.budget)
  let operator = ''
  try {
    while (operator === '' && node.next()) {
      if (node.field > 7 || node.wire !== WireType.bytes) return false
      if (node.field === 2) operator = node.text(200)
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error
    return false
  }
  return /^[A-Za-z_]\w{1,99}$/.test(operator)
}

/** `SavedObject`s, whose `metadata` (5) is the configuration of a layer as JSON. */
function scanKerasMetadata(message: Message, content: Content, context: ScanContext): void {
  while (message.next()) {
    const node = message.message()
    while (node.next()) {
      if (node.field === 4 || node.field === 5) {
        const text = node.text(16 * 1024 * 1024)
        if (text.startsWith('{')) scanKerasText(text, 'metadata', content, context)
      }
    }
  }
}
