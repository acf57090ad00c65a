import type { JsonValue } from '../../bytes/boundedJson'
import { toObject } from '../../bytes/boundedJson'
import type { Message } from '../../bytes/protobuf'
import { WireType } from '../../bytes/protobuf'
import type { Content, ScanContext } from '../context'

/** Operator sets that runtimes bring. */
const OWN_DOMAINS: ReadonlySet<string> = new Set(
  ' ai.onnx ai.onnx.ml ai.onnx.training ai.onnx.preview ai.onnx.preview.training com.microsoft com.microsoft.nchwc com.microsoft.experimental com.ms.internal.nhwc org.pytorch.aten'.split(
    ' ',
  ),
)
/** Operators that call Python: onnxruntime's PyOp, and the extensions' own. */
const SCRIPTS = /^(?:PyOp|PythonOp|PyCustomOp|PyOpGrad|PythonOpGrad|ATen_Python|Caffe2PyOp)$/
const KEYS: ReadonlySet<string> = new Set(['location', 'offset', 'length', 'checksum', 'basepath'])
const EXTERNAL = 13
const LOCATION = 14

/** Walks an ONNX model: wherever a tensor may stand, where its data are; and whose operators it has. */
export function scanOnnx(model: Message, content: Content, context: ScanContext): void {
  const scan = new OnnxScan(content, context)
  while (model.next()) {
    if (model.field === 7) scan.graph(model.message())
    else if (model.field === 25) scan.function(model.message())
    else if (model.field === 20) scan.training(model.message())
  }
  scan.finish()
}

/** Whether the place of weights is not one beside the model, on any system. */
function leadsOutside(path: string): boolean {
  const plain = path.replaceAll('\\', '/')
  return (
    plain === '' ||
    /^\/|^~|^[A-Za-z]:|^\w[\w+.-]*:\/\/|\0|%2e%2e/i.test(plain) ||
    plain.split('/').some((part) => /^\.\.[. ]*$/.test(part))
  )
}

/** Checks a model in protobuf's JSON, which ONNX reads by the extension of its name. */
export function scanOnnxJson(root: JsonValue, content: Content, context: ScanContext): void {
  context.markModel()
  const pending: JsonValue[] = [root]
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    context.budget.step()
    if (typeof value !== 'object' || value === null) continue
    const { key, value: path } = toObject(value) ?? {}
    if (key === 'location' && typeof path === 'string' && leadsOutside(path)) {
      context.add('onnx/outside-path', content, { evidence: path })
    }
    for (const inner of Object.values(value)) if (inner !== undefined) pending.push(inner)
  }
}

class OnnxScan {
  readonly #content: Content
  readonly #context: ScanContext
  /** Functions of the model itself: their domains are defined in the file. */
  readonly #functions = new Set<string>()
  readonly #operators = new Map<string, number>()

  constructor(content: Content, context: ScanContext) {
    this.#content = content
    this.#context = context
  }

  graph(graph: Message): void {
    while (graph.next()) {
      if (graph.field === 1) this.#node(graph.message())
      else if (graph.field === 5) this.#tensor(graph.message())
      else if (graph.field === 15) this.#sparse(graph.message())
    }
  }

  function(message: Message): void {
    let name = ''
    let domain = ''
    while (message.next()) {
      if (message.field === 1) name = message.text(1000)
      else if (message.field === 10) domain = message.text(1000)
      else if (message.field === 7) this.#node(message.message())
      else if (message.field === 11) this.#attribute(message.message())
    }
    this.#functions.add(`${domain} ${name}`)
  }

  /** `TrainingInfoProto`: a graph of initialization, and one of the algorithm. */
  training(message: Message): void {
    while (message.next())
      if (message.field === 1 || message.field === 2) this.graph(message.message())
  }

  finish(): void {
    for (const [operator, offset] of this.#operators) {
      const space = operator.indexOf(' ')
      const domain = operator.slice(0, space)
      const name = operator.slice(space + 1)
      const evidence = domain === '' ? name : `${domain}.${name}`
      if (SCRIPTS.test(name))
        this.#context.add('onnx/script-operator', this.#content, { offset, evidence })
      else if (!OWN_DOMAINS.has(domain) && !this.#functions.has(operator)) {
        this.#context.add('onnx/custom-operator', this.#content, { offset, evidence })
      }
    }
  }

  #node(node: Message): void {
    let type = ''
    let domain = ''
    const offset = node.start
    while (node.next()) {
      if (node.field === 4) type = node.text(1000)
      else if (node.field === 7) domain = node.text(1000)
      else if (node.field === 5) this.#attribute(node.message())
    }
    const key = `${domain} ${type}`
    if (!this.#operators.has(key)) this.#operators.set(key, offset)
  }

  #attribute(attribute: Message): void {
    while (attribute.next()) {
      if (attribute.wire !== WireType.bytes) continue
      switch (attribute.field) {
        case 5:
        case 10:
          this.#tensor(attribute.message())
          break
        case 6:
        case 11:
          this.graph(attribute.message())
          break
        case 22:
        case 23:
          this.#sparse(attribute.message())
      }
    }
  }

  #sparse(sparse: Message): void {
    while (sparse.next())
      if (sparse.field === 1 || sparse.field === 2) this.#tensor(sparse.message())
  }

  #tensor(tensor: Message): void {
    const entries = new Map<string, string>()
    let isExternal = false
    const offset = tensor.start
    while (tensor.next()) {
      if (tensor.field === LOCATION) isExternal ||= tensor.int === 1
      if (tensor.field !== EXTERNAL || tensor.wire !== WireType.bytes) continue
      const entry = tensor.message()
      let key = ''
      let value = ''
      while (entry.next()) {
        if (entry.field === 1) key = entry.text(1000)
        else if (entry.field === 2) value = entry.text(4096)
      }
      if (!KEYS.has(key)) {
        this.#context.add('onnx/data-key', this.#content, { offset, evidence: `${key} = ${value}` })
      }
      if (entries.has(key))
        this.#context.add('json/duplicate-keys', this.#content, { offset, evidence: key })
      // Whatever the order, a loader may take either: a path that leads out counts in any place.
      if (key === 'location' || key === 'basepath') this.#checkPath(value, offset)
      entries.set(key, value)
    }
    if (entries.size > 0) this.#checkRange(entries, offset)
    else if (isExternal)
      this.#context.add('onnx/data-key', this.#content, { offset, evidence: 'no location' })
  }

  #checkPath(path: string, offset: number): void {
    if (!leadsOutside(path)) return
    this.#context.add('onnx/outside-path', this.#content, { offset, evidence: path })
  }

  #checkRange(entries: ReadonlyMap<string, string>, at: number): void {
    const location = entries.get('location')
    if (location === undefined || !this.#content.sibling) return
    if (/^[/\\~]|:|\.\./.test(location)) return
    const file = this.#content.sibling(location)
    if (!file) {
      this.#context.add('onnx/data-missing', this.#content, { offset: at, evidence: location })
      return
    }
    if (file.isLink || file.links > 1) {
      this.#context.add('onnx/data-link', this.#content, { offset: at, evidence: location })
    }
    const offset = Number(entries.get('offset') ?? 0)
    const length = Number(entries.get('length') ?? 0)
    const isNumber =
      Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
    if (!isNumber || offset + length > file.size) {
      this.#context.add('onnx/data-range', this.#content, {
        offset: at,
        evidence: `${location} from ${entries.get('offset') ?? '0'} for ${entries.get('length') ?? 'all'}`,
      })
    }
  }
}
