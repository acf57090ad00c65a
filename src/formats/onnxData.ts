import type { ModelParts, TensorInfo } from '../registry/inspection'
import type { FileSubject } from './format'
import { onnxDtype } from './onnxTypes'
import type { OnnxTensor } from './onnxValues'
import { reportMissing } from './shards'
import type { Findings } from './summary'
import { elementCount, quote } from './summary'

/** Files that hold a model's weights; exporters write one, or one for each tensor. */
const MAX_DATA_FILES = 10_000

/** `INT32`, `INT64`, `STRING` and `BOOL`: sizes, axes, names and switches. */
const COUNTS: ReadonlySet<number> = new Set([6, 7, 8, 9])

interface DataFile {
  readonly exists: boolean
  readonly size: number
}

/**
 * The weights with the place of their bytes, in the file itself or in the external data beside it. A location that
 * leads out of the folder is a finding and is never opened.
 */
export function locateOnnxTensors(
  tensors: readonly OnnxTensor[],
  subject: FileSubject,
  findings: Findings,
): { tensors: TensorInfo[]; parts?: ModelParts } {
  const files = new Map<string, DataFile>()
  const located: TensorInfo[] = []
  // Some converters write all weights as nodes of their own; elsewhere constants are sizes and axes.
  const weights = tensors.some(({ role }) => role === 'initializer') ? 'initializer' : 'constant'
  for (const tensor of tensors) {
    if (tensor.external) checkExternal(tensor, tensor.external, files, subject, findings)
    if (tensor.role !== weights || (weights === 'constant' && !isWeight(tensor))) continue
    const parameters = elementCount(tensor.dims)
    if (parameters === undefined) {
      findings.add('invalid-tensor', 'error', `${quote(tensor.name)} has an impossible shape.`, {
        offset: tensor.at,
      })
      continue
    }
    located.push(locate(tensor, parameters, findings))
  }
  if (files.size === 0) return { tensors: located }
  const missing = [...files].filter(([, { exists }]) => !exists).map(([name]) => name)
  reportMissing(missing, files.size + 1, findings)
  const present = [...files.keys()].filter((name) => !missing.includes(name))
  return { tensors: located, parts: { present: [subject.name, ...present], missing } }
}

/** A constant that a converter can have made of a weight: more than one number that is no count. */
function isWeight({ dataType, dims }: OnnxTensor): boolean {
  return !COUNTS.has(dataType) && (elementCount(dims) ?? 0) > 1
}

function locate(tensor: OnnxTensor, parameters: number, findings: Findings): TensorInfo {
  const { name: dtype, bits } = onnxDtype(tensor.dataType)
  const bytes = bits === undefined ? undefined : Math.ceil((parameters * bits) / 8)
  const common = { name: tensor.name, dtype, shape: tensor.dims, parameters }
  const size = bytes === undefined || !Number.isSafeInteger(bytes) ? {} : { bytes }
  if (tensor.external) {
    const file = tensor.external.get('location') ?? ''
    const offset = toSize(tensor.external.get('offset')) ?? 0
    const length = toSize(tensor.external.get('length')) ?? bytes
    return { ...common, ...size, file, offset, ...(length !== undefined && { length }) }
  }
  if (!tensor.raw) return { ...common, ...size }
  if (bytes !== undefined && bytes !== tensor.raw.length) {
    findings.add(
      'invalid-size',
      'error',
      `${quote(tensor.name)} has ${tensor.raw.length} bytes, but its shape and dtype ask for ${bytes}.`,
      { offset: tensor.raw.offset },
    )
  }
  return { ...common, ...size, ...tensor.raw }
}

function checkExternal(
  tensor: OnnxTensor,
  external: ReadonlyMap<string, string>,
  files: Map<string, DataFile>,
  subject: FileSubject,
  findings: Findings,
): void {
  const location = external.get('location') ?? ''
  const place = { offset: tensor.at }
  if (isOutside(location)) {
    findings.add(
      'unsafe-path',
      'error',
      `${quote(tensor.name)} looks for its data at ${quote(location)}, outside of the model's folder.`,
      place,
    )
    return
  }
  // A member of a container has no neighbours, and a file in a folder below is not looked up.
  if (subject.siblings().length === 0 || location.includes('/')) return
  let file = files.get(location)
  if (!file) {
    if (files.size >= MAX_DATA_FILES) return
    const reader = subject.sibling(location)
    file = { exists: reader !== undefined, size: reader?.size ?? 0 }
    files.set(location, file)
  }
  const offset = toSize(external.get('offset')) ?? 0
  const length = toSize(external.get('length')) ?? 0
  if (file.exists && offset + length > file.size) {
    findings.add(
      'truncated-part',
      'error',
      `${quote(tensor.name)} ends at byte ${offset + length} of ${quote(location)}, which has ${file.size}.`,
      place,
    )
  }
}

/** Absolute, with a drive or scheme, through `..`, or empty: what no exporter writes. */
function isOutside(location: string): boolean {
  const path = location.replaceAll('\\', '/')
  return (
    path === '' ||
    path.startsWith('/') ||
    /[\u0000:]/.test(path) ||
    path.split('/').some((part) => part === '..')
  )
}

/** A decimal number as external data has it; `undefined` where it is none. */
function toSize(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
