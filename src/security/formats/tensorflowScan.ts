import type { Message } from '../../bytes/protobuf'
import { WireType } from '../../bytes/protobuf'
import type { Content, ScanContext } from '../context'
import { scanKerasText } from './kerasScan'
import { TENSORFLOW_OPERATORS } from '../policy/tensorflowOperators'
import { FILE_OPERATORS, SCRIPT_OPERATORS, TRACE_OPERATORS } from '../policy/tensorflowHazards'
import { leadsOutside, nodeName, PathFlow } from './tensorflowPaths'

const MAX_TEXT = 4096
const MAX_METADATA = 16 * 1024 * 1024

/** `SavedModel`: meta graphs. */
export function scanSavedModel(model: Message, content: Content, context: ScanContext): void {
  while (model.next()) if (model.field === 2) scanMetaGraph(model.message(), content, context)
}

/** `MetaGraphDef`: a graph (2) and the files that belong to it (6). */
export function scanMetaGraph(meta: Message, content: Content, context: ScanContext): void {
  const graphs: GraphScan[] = []
  const assets = new Set<string>()
  while (meta.next()) {
    if (meta.field === 2) graphs.push(readGraph(meta.message(), content, context))
    else if (meta.field === 6) checkAsset(meta.message(), assets, content, context)
    else if (meta.field === 7) checkObjects(meta.message(), content, context)
  }
  for (const graph of graphs) graph.finish(assets)
}

/** `AssetFileDef`: the tensor of its path (1), and its name (2), which is relative to the folder of assets. */
function checkAsset(
  asset: Message,
  assets: Set<string>,
  content: Content,
  context: ScanContext,
): void {
  while (asset.next()) {
    if (asset.field === 1) {
      const tensor = asset.message()
      while (tensor.next()) if (tensor.field === 1) assets.add(nodeName(tensor.text(MAX_TEXT)))
    }
    if (asset.field !== 2) continue
    const name = asset.text(MAX_TEXT)
    if (leadsOutside(name))
      context.add('tf/asset-path', content, { offset: asset.tag, evidence: name })
  }
}

/** `SavedObjectGraph`: objects (1) of users (4) keep the configuration of a Keras layer as metadata (3). */
function checkObjects(graph: Message, content: Content, context: ScanContext): void {
  while (graph.next()) {
    if (graph.field !== 1 || graph.wire !== WireType.bytes) continue
    const object = graph.message()
    while (object.next()) {
      if (object.field !== 4 || object.wire !== WireType.bytes) continue
      const user = object.message()
      while (user.next()) {
        const text = user.field === 3 ? user.text(MAX_METADATA) : ''
        if (text.startsWith('{')) scanKerasText(text, 'metadata', content, context)
      }
    }
  }
}

/** `GraphDef`: nodes (1), and the library of functions (2) whose bodies are nodes as well. */
export function scanGraph(graph: Message, content: Content, context: ScanContext): void {
  readGraph(graph, content, context).finish(new Set())
}

function readGraph(graph: Message, content: Content, context: ScanContext): GraphScan {
  const scan = new GraphScan(content, context)
  while (graph.next()) {
    if (graph.wire !== WireType.bytes) continue
    if (graph.field === 1) scan.node(graph.message())
    else if (graph.field === 2) scan.library(graph.message())
  }
  return scan
}

interface Found {
  readonly operator: string
  readonly offset: number
}

class GraphScan {
  readonly #content: Content
  readonly #context: ScanContext
  readonly #functions = new Set<string>()
  readonly #operators = new Map<string, number>()
  readonly #files: Found[] = []
  readonly #paths: { readonly path: string; readonly offset: number }[] = []
  /** Functions that attributes name: one that is an operator is called as such. */
  readonly #called = new Map<string, number>()
  readonly #flows: PathFlow[] = [new PathFlow()]

  constructor(content: Content, context: ScanContext) {
    this.#content = content
    this.#context = context
  }

  library(library: Message): void {
    while (library.next()) {
      if (library.field !== 1) continue
      this.#flows.push(new PathFlow())
      const definition = library.message()
      while (definition.next()) {
        if (definition.field === 3) this.node(definition.message())
        else if (definition.field === 1) this.#signature(definition.message())
      }
    }
  }

  /** `OpDef`: its name (1) is called as an operator. */
  #signature(signature: Message): void {
    while (signature.next()) if (signature.field === 1) this.#functions.add(signature.text(1000))
  }

  /** `NodeDef`: operator (2), attributes (5). */
  node(node: Message): void {
    const offset = node.start
    let operator = ''
    let name = ''
    const inputs: string[] = []
    const texts: string[] = []
    while (node.next()) {
      if (node.field === 1) name = node.text(MAX_TEXT)
      else if (node.field === 3) inputs.push(node.text(MAX_TEXT))
      else if (node.field === 2) operator = node.text(1000)
      else if (node.field === 5) this.#attribute(node.message(), texts, 0)
    }
    this.#flows.at(-1)?.add({ name, operator, inputs, texts, offset })
    if (!this.#operators.has(operator)) this.#operators.set(operator, offset)
    if (FILE_OPERATORS.has(operator)) this.#files.push({ operator, offset })
    for (const path of texts) {
      if (!leadsOutside(path)) continue
      if (operator === 'Const' || operator === 'HostConst') this.#paths.push({ path, offset })
      else if (FILE_OPERATORS.has(operator) || TRACE_OPERATORS.has(operator)) {
        const evidence = `${operator}: ${path}`
        this.#context.add('tf/file-path', this.#content, { offset, evidence })
      }
    }
  }

  /** `NameAttrList`: the name of a function (1). */
  #function(called: Message): void {
    const offset = called.start
    while (called.next()) if (called.field === 1) this.#called.set(called.text(1000), offset)
  }

  /** An entry of the map: `AttrValue` (2) with a text (2), a tensor (8), a function (10), a list (1). */
  #attribute(entry: Message, texts: string[], depth: number): void {
    while (entry.next()) {
      if (entry.field !== 2 || entry.wire !== WireType.bytes) continue
      this.#value(entry.message(), texts, depth)
    }
  }

  #value(value: Message, texts: string[], depth: number): void {
    while (value.next()) {
      if (value.wire !== WireType.bytes || texts.length > 100) continue
      if (value.field === 2) texts.push(value.text(MAX_TEXT))
      else if (value.field === 8) this.#tensor(value.message(), texts)
      else if (value.field === 1 && depth === 0) this.#value(value.message(), texts, 1)
      else if (value.field === (depth === 0 ? 10 : 9)) this.#function(value.message())
    }
  }

  /** `TensorProto`: texts are field 8. */
  #tensor(tensor: Message, texts: string[]): void {
    while (tensor.next()) {
      if (tensor.field === 8 && tensor.wire === WireType.bytes && texts.length <= 100) {
        texts.push(tensor.text(MAX_TEXT))
      }
    }
  }

  /** Reports what is to be said of the whole; `assets` are tensors that hold the paths of the model's own files. */
  finish(assets: ReadonlySet<string>): void {
    for (const [name, offset] of this.#called) {
      const isOperator = SCRIPT_OPERATORS.has(name) || FILE_OPERATORS.has(name)
      if (isOperator && !this.#operators.has(name)) this.#operators.set(name, offset)
    }
    for (const { operator, path, offset } of this.#flows.flatMap((flow) => flow.uses(assets))) {
      const evidence = `${operator}: ${path}`
      this.#context.add('tf/file-path', this.#content, { offset, evidence })
    }
    for (const [operator, offset] of this.#operators) {
      const details = { offset, evidence: operator }
      if (SCRIPT_OPERATORS.has(operator))
        this.#context.add('tf/dangerous-operator', this.#content, details)
      else if (FILE_OPERATORS.has(operator))
        this.#context.add('tf/file-operator', this.#content, details)
      else if (
        !TENSORFLOW_OPERATORS.has(operator) &&
        !this.#functions.has(operator) &&
        operator !== ''
      ) {
        this.#context.add('tf/unknown-operator', this.#content, details)
      }
    }
    // Paths reach operators of files through constants, in whichever order the nodes stand.
    if (this.#files.length === 0) return
    for (const { path, offset } of this.#paths) {
      const evidence = `${this.#files[0]?.operator ?? ''}: ${path}`
      this.#context.add('tf/file-path', this.#content, { offset, evidence })
    }
  }
}
