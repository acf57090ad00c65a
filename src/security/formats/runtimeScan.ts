import { hasFlatBufferIdentifier, Table } from '../../bytes/flatbuffers'
import { isTable } from '../../bytes/leveldb'
import type { Content, ScanContext } from '../context'
import { FILE_OPERATORS, SCRIPT_OPERATORS } from '../policy/tensorflowHazards'
import { latin1 } from '../magic'
import { isText } from '../text/encoding'

/** Identifiers of FlatBuffers that hold models: TFLite, ONNX Runtime, ExecuTorch, Circle, MindSpore, TOSA. */
const IDENTIFIER = /^(?:TFL3|ORTM|ET\d\d|CIR0|MSL[0-3]|TOSA)$/
/** Custom operators that TensorFlow Lite's own tools write. */
const OWN_CUSTOM = new Set([
  'TFLite_Detection_PostProcess',
  'AudioSpectrogram',
  'Mfcc',
  'NumericVerify',
  'Convolution2DTransposeBias',
  'MaxPoolingWithArgmax2D',
  'MaxUnpooling2D',
  'Landmarks2TransformMatrix',
  'TransformTensorBilinear',
  'TransformLandmarks',
])

/** Scans the models of runtimes: FlatBuffers, and formats of numbers only. Returns whether it is one. */
export function scanRuntimeModel(
  content: Content,
  context: ScanContext,
  head: Uint8Array,
): boolean {
  const text = latin1(head.subarray(0, 64))
  if (hasFlatBufferIdentifier(head, IDENTIFIER)) {
    context.markModel()
    context.guard('flatbuffer/damaged', content, () => {
      const root = Table.root(content.reader, context.budget)
      if (text.slice(4, 8) === 'TFL3') scanTflite(root, content, context)
      // Opening the first fields shows that the offsets lie in the file.
      else for (let field = 0; field < 4; field++) root.has(field)
    })
    return true
  }
  const isNumbers =
    /^(?:CBM1|lmgg|fmgg|tjgg|algg|ptrt|ftrt|binf|bs64)/.test(text) ||
    // Templates begin with the same two characters as binary JSON.
    (/^\{(?:L\0{7}|[$#iUIl])/.test(text) && !isText(head)) ||
    isTable(content.reader)
  if (isNumbers) context.markModel()
  return isNumbers
}

/** TFLite's `Model`: operator codes are field 1; in each the custom name is field 1. */
function scanTflite(model: Table, content: Content, context: ScanContext): void {
  for (const code of model.tables(1)) {
    const name = code.text(1, 1000)
    if (name === undefined || name === '' || OWN_CUSTOM.has(name)) continue
    const select = name.startsWith('Flex') ? name.slice(4) : undefined
    if (select !== undefined && SCRIPT_OPERATORS.has(select)) {
      context.add('tf/dangerous-operator', content, { evidence: name })
    } else if (select !== undefined && FILE_OPERATORS.has(select)) {
      context.add('tf/file-operator', content, { evidence: name })
    } else if (select === undefined) {
      context.add('tflite/custom-operator', content, { evidence: name })
    }
  }
  // Every subgraph and buffer is opened, so that an offset out of the file is seen.
  for (const subgraph of model.tables(2)) for (const tensor of subgraph.tables(0)) tensor.has(0)
}
