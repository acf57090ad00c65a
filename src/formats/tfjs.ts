import { parseBoundedJson, toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import type { JsonValue } from '../bytes/boundedJson'
import { LIMITS } from '../bytes/limits'
import type { TensorInfo } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { describeKerasConfig } from './kerasConfig'
import { reportMissing } from './shards'
import { elementCount, Findings, quote, tallyTensors, toMetadata } from './summary'

/** Bytes of an element; other types are texts. */
const ITEM_BYTES: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['float16', 2],
  ['uint16', 2],
  ['uint8', 1],
  ['bool', 1],
  ['complex64', 8],
])

/** `model.json` of TensorFlow.js, with the weights in binary files beside it. */
export const tfjs: FileFormat = {
  id: 'tfjs',
  extensions: ['.json'],
  match({ head }) {
    if (head[0] !== 0x7b) return false
    const text = new TextDecoder('latin1').decode(head)
    return (
      /"(?:modelTopology|weightsManifest)"\s*:/.test(text) &&
      /"(?:layers-model|graph-model)"|"weightsManifest"\s*:\s*\[/.test(text)
    )
  },
  inspect(subject): FormatResult {
    const findings = new Findings()
    const { reader } = subject
    const model = toObject(
      parseBoundedJson(reader.bytes(0, Math.min(reader.size, LIMITS.json)), { maxDepth: 256 })
        .value,
    )
    const { tensors, files } = readManifest(model?.['weightsManifest'], findings)
    const topology = toObject(model?.['modelTopology'])
    const keras = toObject(topology?.['model_config']) ?? topology
    const isKeras = keras?.['class_name'] !== undefined
    const described = isKeras && keras ? describeKerasConfig(keras) : {}
    const siblings = new Set(subject.siblings())
    const missing = siblings.size === 0 ? [] : files.filter((file) => !siblings.has(file))
    reportMissing(missing, files.length + 1, findings)
    const producer = toText(model?.['convertedBy']) ?? toText(model?.['generatedBy'])
    return {
      framework: 'tensorflow',
      summary: {
        ...described,
        ...tallyTensors(tensors),
        ...(producer && { producer }),
        metadata: toMetadata([
          ['format', toText(model?.['format'])],
          ['generatedBy', toText(model?.['generatedBy'])],
        ]),
      },
      tensors,
      findings: findings.list(),
      parts: { present: [subject.name, ...files.filter((file) => siblings.has(file))], missing },
    }
  },
}

/** Groups of weights, each being written one after the other over the group's files. */
function readManifest(
  manifest: JsonValue | undefined,
  findings: Findings,
): { tensors: TensorInfo[]; files: string[] } {
  const tensors: TensorInfo[] = []
  const files: string[] = []
  for (const item of toArray(manifest)) {
    const group = toObject(item)
    const paths = toArray(group?.['paths']).flatMap((path) => toText(path) ?? [])
    for (const path of paths) {
      if (path === '' || /[\\/:\u0000]/.test(path)) {
        findings.add('unsafe-path', 'error', `The model looks for weights at ${quote(path)}.`)
      } else if (files.length < LIMITS.entries) {
        files.push(path)
      }
    }
    for (const weight of toArray(group?.['weights'])) {
      const tensor = readWeight(weight)
      if (tensor && tensors.length < LIMITS.tensors) tensors.push(tensor)
      else findings.add('invalid-tensor', 'error', 'An entry of the manifest is no tensor.')
    }
  }
  return { tensors, files }
}

function readWeight(value: JsonValue): TensorInfo | undefined {
  const weight = toObject(value)
  const name = toText(weight?.['name'])
  const dtype = toText(weight?.['dtype'])
  const shape = toArray(weight?.['shape']).map((size) => toNumber(size) ?? -1)
  const parameters = elementCount(shape)
  if (name === undefined || dtype === undefined || parameters === undefined) return undefined
  // Quantised weights are stored in the type that their quantisation names.
  const stored = toText(toObject(weight?.['quantization'])?.['dtype']) ?? dtype
  const bytes = (ITEM_BYTES.get(stored) ?? 0) * parameters
  return {
    name,
    dtype,
    shape,
    parameters,
    ...(bytes > 0 && Number.isSafeInteger(bytes) && { bytes }),
  }
}
