import type { JsonObject, JsonValue } from '../bytes/boundedJson'
import { parseBoundedJson, toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import { LIMITS } from '../bytes/limits'
import type { InspectionSummary, TensorInfo, TensorSpec } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { add, elementCount, Findings, tallyTensors, toCounts } from './summary'
import type { TorchArchive } from './torchArchive'
import { torchArchive } from './torchArchive'

/** `ScalarType` of `torch/_export/serde/schema.py`, with the bytes of an element. */
const DTYPES: ReadonlyMap<number, readonly [string, number]> = new Map([
  [1, ['uint8', 1]],
  [2, ['int8', 1]],
  [3, ['int16', 2]],
  [4, ['int32', 4]],
  [5, ['int64', 8]],
  [6, ['float16', 2]],
  [7, ['float32', 4]],
  [8, ['float64', 8]],
  [9, ['complex32', 4]],
  [10, ['complex64', 8]],
  [11, ['complex128', 16]],
  [12, ['bool', 1]],
  [13, ['bfloat16', 2]],
  [28, ['uint16', 2]],
  [29, ['float8_e4m3fn', 1]],
  [30, ['float8_e5m2', 1]],
  [31, ['float8_e4m3fnuz', 1]],
  [32, ['float8_e5m2fnuz', 1]],
  [33, ['float8_e8m0fnu', 1]],
  [34, ['uint32', 4]],
  [35, ['uint64', 8]],
])

/** A program of `torch.export`: its graph as JSON, weights as raw records (PT2 archive), or one pickle of them before 2.8. */
export const torchExport: FileFormat = {
  id: 'torch-export',
  extensions: ['.pt2'],
  match(subject) {
    const archive = subject.zip()
    if (archive?.get('serialized_exported_program.json')) return true
    const torch = torchArchive(subject)
    return torch?.text('archive_format') === 'pt2'
  },
  inspect: inspectExport,
}

function inspectExport(subject: FileSubject): FormatResult {
  const archive = subject.zip()
  const torch = torchArchive(subject)
  const findings = new Findings()
  const model = torch && [...torch.records()].find((name) => /^models\/[^/]+\.json$/.test(name))
  const entry =
    (model === undefined ? undefined : torch?.find(model)) ??
    archive?.get('serialized_exported_program.json')
  if (!archive || !entry || entry.size > LIMITS.json) {
    return { framework: 'pytorch', summary: { producer: 'torch.export' }, partial: true }
  }
  const member = archive.open(entry)
  const program = toObject(parseBoundedJson(member.bytes(0, member.size)).value)
  const graphModule = toObject(program?.['graph_module'])
  const graph = toObject(graphModule?.['graph'])
  const tensors = torch ? readWeights(torch, findings) : readSpecified(graphModule)
  const version = toText(program?.['torch_version'])
  const summary: InspectionSummary = {
    ...tallyTensors(tensors),
    producer: 'torch.export',
    ...(version && { producerVersion: version }),
    ...opsetOf(program),
    ...signatureOf(graphModule, graph),
    ...operatorsOf(graph),
  }
  return { framework: 'pytorch', summary, tensors, findings: findings.list() }
}

/** `data/weights/model_weights_config.json`: for each name, its record and its type. */
function readWeights(torch: TorchArchive, findings: Findings): TensorInfo[] {
  const tensors: TensorInfo[] = []
  for (const kind of ['weights', 'constants']) {
    const config = [...torch.records()].find(
      (name) => name.startsWith(`data/${kind}/`) && name.endsWith('_config.json'),
    )
    const entry = config === undefined ? undefined : torch.find(config)
    if (!entry) continue
    const member = torch.archive.open(entry)
    const root = toObject(parseBoundedJson(member.bytes(0, member.size)).value)
    for (const [name, value] of Object.entries(toObject(root?.['config']) ?? {})) {
      const weight = toObject(value)
      const meta = toObject(weight?.['tensor_meta'])
      const record = `data/${kind}/${toText(weight?.['path_name']) ?? ''}`
      const tensor = meta && tensorOf(name, meta)
      if (!tensor) continue
      const place = weight?.['use_pickle'] === true ? undefined : torch.place(record)
      if (!torch.find(record)) {
        findings.add('missing-part', 'error', `The record ${record} with tensor data is not there.`)
      }
      const fits =
        place !== undefined && tensor.bytes !== undefined && place.length === tensor.bytes
      tensors.push(fits ? { ...tensor, offset: place.offset, length: place.length } : tensor)
    }
  }
  return tensors
}

/** Before 2.8 the weights are a pickle; the graph has their types. */
function readSpecified(graphModule: JsonObject | undefined): TensorInfo[] {
  const values = toObject(toObject(graphModule?.['graph'])?.['tensor_values'])
  const specs = toArray(toObject(graphModule?.['signature'])?.['input_specs'])
  return specs.flatMap((spec) => {
    const entry = toObject(spec)
    const parameter = toObject(entry?.['parameter'])
    const buffer = toObject(entry?.['buffer'])
    const name = toText(parameter?.['parameter_name']) ?? toText(buffer?.['buffer_name'])
    const value = toText(toObject((parameter ?? buffer)?.['arg'])?.['name'])
    const meta = value === undefined ? undefined : toObject(values?.[value])
    const tensor = name === undefined || !meta ? undefined : tensorOf(name, meta)
    return tensor ? [tensor] : []
  })
}

function tensorOf(name: string, meta: JsonObject): TensorInfo | undefined {
  const shape = sizesOf(meta)
  const [dtype, itemSize] = DTYPES.get(toNumber(meta['dtype']) ?? 0) ?? ['unknown', 0]
  if (!shape.every((size): size is number => typeof size === 'number')) return undefined
  const parameters = elementCount(shape)
  if (parameters === undefined) return undefined
  return { name, dtype, shape, parameters, ...(itemSize > 0 && { bytes: parameters * itemSize }) }
}

/** Sizes are numbers, or expressions of symbols such as `s31`. */
function sizesOf(meta: JsonObject): (number | string | null)[] {
  return toArray(meta['sizes']).map((item) => {
    const size = toObject(item)
    const expression = toObject(size?.['as_expr'])
    return toNumber(size?.['as_int']) ?? symbolOf(toText(expression?.['expr_str'])) ?? null
  })
}

/** `s31` out of `Symbol('s31', positive=True, integer=True)`. */
function symbolOf(expression: string | undefined): string | undefined {
  return /^Symbol\('([^']+)'/.exec(expression ?? '')?.[1] ?? expression
}

function opsetOf(program: JsonObject | undefined): InspectionSummary {
  const entries = Object.entries(toObject(program?.['opset_version']) ?? {}).flatMap(
    ([domain, value]) => (typeof value === 'number' ? [[domain, value] as const] : []),
  )
  return entries.length > 0 ? { opset: Object.fromEntries(entries) } : {}
}

function signatureOf(
  graphModule: JsonObject | undefined,
  graph: JsonObject | undefined,
): InspectionSummary {
  const signature = toObject(graphModule?.['signature'])
  const values = toObject(graph?.['tensor_values'])
  const specs = (list: JsonValue | undefined, kind: string): TensorSpec[] =>
    toArray(list).flatMap((item) => {
      const argument = toObject(toObject(toObject(item)?.[kind])?.['arg'])
      const name = toText(toObject(argument?.['as_tensor'])?.['name'])
      if (name === undefined) return []
      const meta = toObject(values?.[name])
      const dtype = DTYPES.get(toNumber(meta?.['dtype']) ?? 0)?.[0]
      return [{ name, ...(dtype && { dtype }), ...(meta && { shape: sizesOf(meta) }) }]
    })
  const inputs = specs(signature?.['input_specs'], 'user_input')
  const outputs = specs(signature?.['output_specs'], 'user_output')
  return { ...(inputs.length > 0 && { inputs }), ...(outputs.length > 0 && { outputs }) }
}

function operatorsOf(graph: JsonObject | undefined): InspectionSummary {
  const counts = new Map<string, number>()
  for (const node of toArray(graph?.['nodes'])) {
    const target = toText(toObject(node)?.['target'])
    if (target !== undefined) add(counts, target.replace(/^torch\.ops\./, ''))
  }
  return counts.size > 0 ? { layers: toCounts(counts) } : {}
}
