import type { ByteReader } from '../bytes/byteReader'
import type { Budget } from '../bytes/limits'
import { probeTopLevel, WireType } from '../bytes/protobuf'
import type { InspectionSummary, TensorInfo } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { locateOnnxTensors } from './onnxData'
import { readOnnx } from './onnxModel'
import type { OnnxModel } from './onnxModel'
import { Findings, tallyTensors, toCounts, toMetadata } from './summary'

/** `ModelProto.ir_version`: 14 is the newest that there is. */
const MAX_IR_VERSION = 14
/** Before it, a model needed no operator set. */
const FIRST_IR_VERSION_WITH_OPSET = 3
const VARINT_FIELDS = new Set([1, 5])
const BYTES_FIELDS = new Set([2, 3, 4, 6, 7, 8, 14, 20, 25, 26])

/** ONNX (onnx/onnx, onnx.proto). */
export const onnx: FileFormat = {
  id: 'onnx',
  extensions: ['.onnx'],
  match: ({ reader, budget }) => isOnnx(reader, budget),
  inspect(subject): FormatResult {
    const findings = new Findings()
    const model = readOnnx(subject.reader, subject.budget)
    const { stopped } = model
    if (stopped) {
      const offset = stopped.location?.offset
      findings.add('damaged', 'error', stopped.message, offset === undefined ? {} : { offset })
    }
    const { tensors, parts } = locateOnnxTensors(model.tensors, subject, findings)
    return {
      framework: 'onnx',
      summary: describe(model, tensors),
      tensors,
      findings: findings.list(),
      partial: stopped !== undefined,
      ...(parts && { parts }),
    }
  },
}

function isOnnx(reader: ByteReader, budget: Budget): boolean {
  const top = probeTopLevel(reader, budget, (field, wire) =>
    wire === WireType.varint
      ? VARINT_FIELDS.has(field)
      : wire === WireType.bytes && BYTES_FIELDS.has(field),
  )
  const irVersion = top?.numbers.get(1)
  if (!top || irVersion === undefined || irVersion < 1 || irVersion > MAX_IR_VERSION) return false
  // A file that is cut off in its graph is still told by what stands before.
  if (top.cut !== undefined) return top.payloads.has(7)
  return top.payloads.has(7) && (top.payloads.has(8) || irVersion < FIRST_IR_VERSION_WITH_OPSET)
}

function describe(model: OnnxModel, tensors: readonly TensorInfo[]): InspectionSummary {
  const weights = new Set(tensors.map(({ name }) => name))
  const quantization = quantizationOf(model)
  return {
    ...tallyTensors(tensors),
    // Up to version 3 of the format every initializer had to be an input as well.
    inputs: model.inputs.filter(({ name }) => !weights.has(name)),
    outputs: model.outputs,
    ...(model.producer && { producer: model.producer }),
    ...(model.producerVersion && { producerVersion: model.producerVersion }),
    opset: Object.fromEntries(model.opset),
    ...(quantization && { quantization }),
    ...(model.trees !== undefined && { treeCount: model.trees }),
    ...(model.classes && { classes: model.classes }),
    layers: toCounts(model.operators),
    metadata: toMetadata([
      ['irVersion', model.irVersion],
      ['graphName', model.graphName || undefined],
      ['domain', model.domain || undefined],
      ['modelVersion', model.modelVersion || undefined],
      ['docString', model.description || undefined],
      ['functions', model.functions.join(', ') || undefined],
      ['subgraphs', model.subgraphs || undefined],
      ['training', model.hasTraining || undefined],
      ...model.metadata,
    ]),
  }
}

/** How the weights are quantised, by the operators that undo it. */
function quantizationOf(model: OnnxModel): string | undefined {
  const { operators, innerOperators, packedBits } = model
  const names = [...operators.keys(), ...innerOperators.keys()].map((operator) =>
    operator.replace(/^.*\./, ''),
  )
  if (names.some((name) => name.endsWith('NBits'))) return `${packedBits ?? 4}-bit MatMulNBits`
  if (names.some((name) => /^QLinear|^(?:Conv|MatMul)Integer$|^QGemm$/.test(name))) {
    return 'QOperator'
  }
  return names.includes('DequantizeLinear') ? 'QDQ' : undefined
}
