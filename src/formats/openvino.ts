import { AppError } from '../base/errors'
import type { Budget } from '../bytes/limits'
import { LIMITS } from '../bytes/limits'
import type { ByteReader } from '../bytes/byteReader'
import { readXml, xmlRoot } from '../bytes/xml'
import type { XmlAttributes } from '../bytes/xml'
import type { ModelParts, TensorInfo, TensorSpec } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { add, elementCount, Findings, quote, tallyTensors, toCounts, toMetadata } from './summary'

/** OpenVINO's intermediate representation: a graph as XML, and the weights in a file of the same name beside it. */
export const openvino: FileFormat = {
  id: 'openvino',
  extensions: ['.xml'],
  match: ({ head }) => xmlRoot(head) === 'net' && /<net\s[^>]*\bversion=/.test(latin1(head)),
  inspect(subject): FormatResult {
    const findings = new Findings()
    const weightsName = subject.name.replace(/\.xml$/i, '') + '.bin'
    const net = readNet(subject.reader, subject.budget, findings, weightsName)
    const parts = checkWeights(net, weightsName, subject, findings)
    const { runtime } = net
    return {
      framework: 'openvino',
      summary: {
        ...tallyTensors(net.tensors),
        inputs: net.inputs,
        outputs: net.outputs,
        producer: 'OpenVINO',
        ...(runtime && { producerVersion: runtime }),
        ...(net.quantized && { quantization: 'nncf' }),
        layers: toCounts(net.layers),
        metadata: toMetadata([
          ['graphName', net.name || undefined],
          ['formatVersion', net.version || undefined],
          ['framework', net.framework],
        ]),
      },
      tensors: net.tensors,
      findings: findings.list(),
      partial: net.isPartial,
      ...(parts && { parts }),
    }
  },
}

function latin1(head: Uint8Array): string {
  return new TextDecoder('latin1').decode(head.subarray(0, 4096))
}

/** Says whether the weights are there, and long enough for every constant. */
function checkWeights(
  net: NetWalk,
  name: string,
  subject: FileSubject,
  findings: Findings,
): ModelParts | undefined {
  if (net.tensors.length === 0 || subject.siblings().length === 0) return undefined
  const reader = subject.sibling(name)
  if (!reader) {
    findings.add('missing-part', 'warning', `The weights ${quote(name)} are missing.`)
    return { present: [subject.name], missing: [name] }
  }
  if (net.weightsEnd > reader.size) {
    findings.add(
      'truncated-part',
      'error',
      `The weights ${quote(name)} have ${reader.size} bytes, but the model asks for ${net.weightsEnd}.`,
    )
  }
  return { present: [subject.name, name], missing: [] }
}

/** Names of element types as attributes of constants have them; ports name them in the old way. */
const PRECISIONS: ReadonlyMap<string, string> = new Map([
  ['FP64', 'f64'],
  ['FP32', 'f32'],
  ['FP16', 'f16'],
  ['BOOL', 'boolean'],
])
/** Operations that the file spells otherwise than the library does. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['Const', 'Constant'],
  ['PReLU', 'PRelu'],
  ['ReLU', 'Relu'],
  ['SoftMax', 'Softmax'],
])
const BITS_OF_TYPE = /^(?:[fiu]|bf|nf)(\d+)/

/** One layer while it is read. */
interface Layer {
  readonly name: string
  readonly type: string
  readonly outputNames: string | undefined
  data: XmlAttributes
  /** Types and dimensions of the ports; the last one is being read. */
  readonly ports: { readonly precision: string; readonly dims: number[] }[]
}

class NetWalk {
  name = ''
  version = ''
  runtime: string | undefined
  framework: string | undefined
  quantized = false
  isPartial = false
  weightsEnd = 0
  readonly layers = new Map<string, number>()
  readonly inputs: TensorSpec[] = []
  readonly outputs: TensorSpec[] = []
  readonly tensors: TensorInfo[] = []
  readonly #findings: Findings
  readonly #weightsName: string
  #layer: Layer | undefined

  constructor(findings: Findings, weightsName: string) {
    this.#findings = findings
    this.#weightsName = weightsName
  }

  open(name: string, attributes: XmlAttributes, path: readonly string[]): void {
    const parent = path.at(-1)
    if (path.length === 0) {
      this.name = attributes['name'] ?? ''
      this.version = attributes['version'] ?? ''
    } else if (name === 'layer' && parent === 'layers' && path.length === 2) {
      this.#beginLayer(attributes)
    } else if (this.#layer && name === 'data' && parent === 'layer' && path.length === 3) {
      this.#layer.data = attributes
    } else if (this.#layer && name === 'port') {
      this.#layer.ports.push({ precision: attributes['precision'] ?? '', dims: [] })
    } else if (path[1] === 'rt_info' || path[1] === 'meta_data') {
      this.#readInfo(name, attributes)
    }
  }

  text(text: string, path: readonly string[]): void {
    const dims = this.#layer?.ports.at(-1)?.dims
    if (path.at(-1) === 'dim' && dims && dims.length < LIMITS.depth) dims.push(Number(text.trim()))
  }

  close(name: string, path: readonly string[]): void {
    if (name === 'layer' && path.length === 2) {
      if (this.#layer) this.#endLayer(this.#layer)
      this.#layer = undefined
    }
  }

  #beginLayer(attributes: XmlAttributes): void {
    this.#layer = {
      name: attributes['name'] ?? '',
      type: attributes['type'] ?? '',
      outputNames: attributes['output_names'],
      data: {},
      ports: [],
    }
  }

  #endLayer(layer: Layer): void {
    const { type, name, ports } = layer
    add(this.layers, OPERATIONS.get(type) ?? type)
    const port = ports[0]
    const spec = {
      dtype: layer.data['element_type'] ?? typeOf(port?.precision ?? ''),
      shape: (port?.dims ?? []).map((size) => (size >= 0 ? size : null)),
    }
    if (type === 'Parameter') this.inputs.push({ name, ...spec })
    else if (type === 'Result') this.outputs.push({ name: layer.outputNames || name, ...spec })
    else if (type === 'Const') this.#addConstant(layer)
  }

  #addConstant({ name, data }: Layer): void {
    const shape = (data['shape'] ?? '')
      .split(',')
      .filter((size) => size.trim() !== '')
      .map(Number)
    const dtype = data['element_type'] ?? ''
    const parameters = elementCount(shape)
    const offset = toSize(data['offset'])
    const size = toSize(data['size'])
    // An empty constant is written as one byte.
    const length = parameters === 0 ? 0 : size
    if (parameters === undefined || offset === undefined || length === undefined) {
      this.#findings.add(
        'invalid-tensor',
        'error',
        `The constant ${quote(name)} has an impossible size.`,
      )
      return
    }
    const bits = Number(BITS_OF_TYPE.exec(dtype)?.[1] ?? (dtype === 'boolean' ? 8 : 0))
    if (bits > 0 && Math.ceil((parameters * bits) / 8) !== length) {
      this.#findings.add(
        'invalid-size',
        'warning',
        `The constant ${quote(name)} has ${length} bytes, which is not what its shape and type ask for.`,
      )
    }
    this.weightsEnd = Math.max(this.weightsEnd, offset + length)
    if (this.tensors.length >= LIMITS.tensors) {
      this.isPartial = true
      return
    }
    this.tensors.push({
      name,
      dtype,
      shape,
      parameters,
      bytes: length,
      file: this.#weightsName,
      offset,
      length,
    })
  }

  #readInfo(name: string, attributes: XmlAttributes): void {
    const value = attributes['value']
    if (name === 'Runtime_version' || name === 'MO_version') this.runtime ??= value
    else if (name === 'framework') this.framework ??= value
    else if (name === 'nncf') this.quantized = true
  }
}

function typeOf(precision: string): string {
  return PRECISIONS.get(precision) ?? precision.toLowerCase()
}

function toSize(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined
}

/** Reads the graph; what was read before damage stands, and says why there is no more. */
function readNet(
  reader: ByteReader,
  budget: Budget,
  findings: Findings,
  weightsName: string,
): NetWalk {
  const walk = new NetWalk(findings, weightsName)
  try {
    readXml(reader, budget, walk)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
    walk.isPartial = true
    findings.add('damaged', 'error', error.message, { offset: error.location?.offset ?? 0 })
  }
  return walk
}
