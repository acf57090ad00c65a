import type { TopLevel } from '../../bytes/protobuf'
import { Message, probeTopLevel, WireType } from '../../bytes/protobuf'
import type { Content, ScanContext } from '../context'
import { extensionOf } from '../context'
import { scanCoreml } from './coremlScan'
import { scanKerasText } from './kerasScan'
import { scanOnnx } from './onnxScan'
import { scanGraph, scanMetaGraph, scanSavedModel } from './tensorflowScan'
import type { RuleId } from '../rules'

interface Kind {
  readonly damaged: RuleId
  readonly isAllowed: (field: number, wire: number) => boolean
  readonly isIt: (top: TopLevel, name: string) => boolean
  readonly scan: (message: Message, content: Content, context: ScanContext) => void
}

const ONNX_NUMBERS = new Set([1, 5])
const ONNX_BYTES = new Set([2, 3, 4, 6, 7, 8, 14, 20, 25, 26])
/** Files that TensorFlow and Core ML name, so that a part of one is recognized as well. */
const PROTOBUF_NAME = new Set(['.onnx', '.mlmodel'])

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
        (kinds.has('7:2') && (hasVersion || kinds.has('8:2'))) ||
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
    isIt: ({ kinds, numbers }, name) =>
      kinds.has('2:2') && (numbers.get(1) === 1 || name === 'saved_model.pb'),
    scan: scanSavedModel,
  },
  {
    damaged: 'tf/damaged',
    isAllowed: (field, wire) =>
      (wire === WireType.bytes && [1, 2, 4, 5].includes(field)) ||
      (wire === WireType.varint && field === 3),
    isIt: (top, name) =>
      name !== 'keras_metadata.pb' && startsWithNode(top) && /\.pb$|^$|graph/i.test(name),
    scan: scanGraph,
  },
  {
    damaged: 'tf/damaged',
    isAllowed: (field, wire) => wire === WireType.bytes && field >= 1 && field <= 7,
    isIt: ({ kinds }, name) =>
      kinds.has('2:2') &&
      (extensionOf(name) === '.meta' || kinds.has('1:2')) &&
      /\.meta$/.test(name),
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
    if (!top || !isIt({ ...top, ...withoutTiny(top, content) }, name)) continue
    context.markModel()
    context.guard(damaged, content, () => {
      const message = Message.ofCut(content.reader, context.budget)
      scan(message, content, context)
      message.checkWhole()
    })
    return true
  }
  if (PROTOBUF_NAME.has(extensionOf(name))) return false
  return false
}

/** A few bytes of anything parse as protobuf: below this only a name makes it a model. */
function withoutTiny(top: TopLevel, { reader }: Content): Pick<TopLevel, 'cut'> {
  return reader.size < 4 ? {} : { ...(top.cut !== undefined && { cut: top.cut }) }
}

/** A node has a name and an operator. */
function startsWithNode(top: TopLevel): boolean {
  return top.kinds.has('1:2') && (top.payloads.get(1)?.length ?? 0) >= 4
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
