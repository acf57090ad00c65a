import { AppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import { LIMITS } from '../bytes/limits'
import type { Budget } from '../bytes/limits'
import { Message } from '../bytes/protobuf'
import type { TensorSpec } from '../registry/inspection'
import { readPair, readTensor, readValueInfo } from './onnxValues'
import type { OnnxTensor, OnnxTensorRole } from './onnxValues'
import { add } from './summary'

/** What an ONNX model holds, beside the weights themselves. Operators are `Conv`, or `com.microsoft.Attention`. */
export interface OnnxModel {
  readonly irVersion: number
  readonly producer: string
  readonly producerVersion: string
  readonly domain: string
  readonly modelVersion: number
  readonly description: string
  readonly graphName: string
  readonly metadata: ReadonlyMap<string, string>
  /** Version of each operator set; the default domain is `ai.onnx`. */
  readonly opset: ReadonlyMap<string, number>
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Initializers of the graph and its subgraphs, constants, and tensors in other attributes. */
  readonly tensors: readonly OnnxTensor[]
  readonly operators: ReadonlyMap<string, number>
  /** Operators of subgraphs, of training, and of the bodies of the model's own functions. */
  readonly innerOperators: ReadonlyMap<string, number>
  readonly functions: readonly string[]
  readonly subgraphs: number
  readonly hasTraining: boolean
  /** Number of trees, and labels of classes, of the operators of classical models. */
  readonly trees?: number
  readonly classes?: readonly string[]
  /** Bits of the weights of `MatMulNBits`. */
  readonly packedBits?: number
  /** Why reading stopped before the end. */
  readonly stopped?: AppError
}

/** Walks an ONNX `ModelProto`; what was read before damage is returned with the reason in `stopped`. */
export function readOnnx(reader: ByteReader, budget: Budget): OnnxModel {
  return new ModelWalk().read(Message.ofCut(reader, budget))
}

const CLASS_LABELS = new Set(['classlabels_strings', 'classlabels_int64s', 'classlabels_ints'])
/** Labels that are kept: a summary names no more. */
const KEPT_LABELS = 1000

class ModelWalk {
  #irVersion = 0
  #modelVersion = 0
  readonly #texts = new Map<number, string>()
  #graphName = ''
  readonly #metadata = new Map<string, string>()
  readonly #opset = new Map<string, number>()
  readonly #inputs: TensorSpec[] = []
  readonly #outputs: TensorSpec[] = []
  readonly #tensors: OnnxTensor[] = []
  readonly #operators = new Map<string, number>()
  readonly #innerOperators = new Map<string, number>()
  readonly #functions: string[] = []
  #subgraphs = 0
  #hasTraining = false
  #trees: number | undefined
  readonly #classes: string[] = []
  #packedBits: number | undefined

  read(model: Message): OnnxModel {
    let stopped: AppError | undefined
    try {
      while (model.next()) this.#readModelField(model)
      model.checkWhole()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
      stopped = error
    }
    return {
      irVersion: this.#irVersion,
      producer: this.#texts.get(2) ?? '',
      producerVersion: this.#texts.get(3) ?? '',
      domain: this.#texts.get(4) ?? '',
      modelVersion: this.#modelVersion,
      description: this.#texts.get(6) ?? '',
      graphName: this.#graphName,
      metadata: this.#metadata,
      opset: this.#opset,
      inputs: this.#inputs,
      outputs: this.#outputs,
      tensors: this.#tensors,
      operators: this.#operators,
      innerOperators: this.#innerOperators,
      functions: this.#functions,
      subgraphs: this.#subgraphs,
      hasTraining: this.#hasTraining,
      ...(this.#trees !== undefined && { trees: this.#trees }),
      ...(this.#classes.length > 0 && { classes: this.#classes }),
      ...(this.#packedBits !== undefined && { packedBits: this.#packedBits }),
      ...(stopped && { stopped }),
    }
  }

  #readModelField(model: Message): void {
    switch (model.field) {
      case 1:
        this.#irVersion = model.int
        break
      case 5:
        this.#modelVersion = model.int
        break
      case 2:
      case 3:
      case 4:
      case 6:
        this.#texts.set(model.field, model.text())
        break
      case 7:
        this.#readGraph(model.message(), true)
        break
      case 8:
        this.#readOpset(model.message())
        break
      case 14: {
        const [key, value] = readPair(model.message())
        this.#metadata.set(key, value)
        break
      }
      case 20:
        this.#hasTraining = true
        this.#readTraining(model.message())
        break
      case 25:
        this.#readFunction(model.message())
        break
    }
  }

  #readOpset(opset: Message): void {
    let domain = ''
    let version = 0
    while (opset.next()) {
      if (opset.field === 1) domain = opset.text()
      else if (opset.field === 2) version = opset.int
    }
    this.#opset.set(domain || 'ai.onnx', version)
  }

  #readTraining(training: Message): void {
    while (training.next()) {
      if (training.field === 1 || training.field === 2) {
        this.#readGraph(training.message(), false)
      }
    }
  }

  #readFunction(definition: Message): void {
    let name = ''
    let domain = ''
    while (definition.next()) {
      if (definition.field === 1) name = definition.text()
      else if (definition.field === 10) domain = definition.text()
      else if (definition.field === 7) {
        this.#readNode(definition.message(), this.#innerOperators)
      } else if (definition.field === 11) {
        this.#readAttribute(definition.message(), '')
      }
    }
    this.#functions.push(domain ? `${domain}.${name}` : name)
  }

  #readGraph(graph: Message, isMain: boolean): void {
    if (!isMain) this.#subgraphs++
    const operators = isMain ? this.#operators : this.#innerOperators
    while (graph.next()) {
      switch (graph.field) {
        case 1:
          this.#readNode(graph.message(), operators)
          break
        case 2:
          if (isMain) this.#graphName = graph.text()
          break
        case 5:
          this.#addTensor(graph.message(), 'initializer')
          break
        case 11:
          if (isMain) this.#inputs.push(readValueInfo(graph.message()))
          break
        case 12:
          if (isMain) this.#outputs.push(readValueInfo(graph.message()))
          break
        case 15:
          this.#readSparse(graph.message(), 'initializer')
          break
      }
    }
  }

  #readNode(node: Message, operators: Map<string, number>): void {
    let operator = ''
    let domain = ''
    let output = ''
    while (node.next()) {
      if (node.field === 2) output ||= node.text()
      else if (node.field === 4) operator = node.text()
      else if (node.field === 7) domain = node.text()
      else if (node.field === 5) this.#readAttribute(node.message(), operator, output)
    }
    const isDefault = domain === '' || domain === 'ai.onnx'
    add(operators, isDefault ? operator : `${domain}.${operator}`)
  }

  /** `output` is the name that the node's result has: a constant is known by it. */
  #readAttribute(attribute: Message, operator: string, output = ''): void {
    let name = ''
    while (attribute.next()) {
      switch (attribute.field) {
        case 1:
          name = attribute.text()
          break
        case 3:
          if (name === 'bits' && operator.endsWith('NBits')) this.#packedBits = attribute.int
          break
        case 5:
          this.#addTensor(
            attribute.message(),
            operator === 'Constant' ? 'constant' : 'attribute',
            output,
          )
          break
        case 10:
          this.#addTensor(attribute.message(), 'attribute')
          break
        case 6:
        case 11:
          this.#readGraph(attribute.message(), false)
          break
        case 8:
          this.#readInts(attribute, name)
          break
        case 9:
          if (CLASS_LABELS.has(name)) this.#addClass(attribute.text())
          break
        case 22:
        case 23:
          this.#readSparse(attribute.message(), 'attribute')
          break
      }
    }
  }

  #readInts(attribute: Message, name: string): void {
    if (name === 'nodes_treeids') {
      for (const tree of attribute.ints()) this.#trees = Math.max(this.#trees ?? 0, tree + 1)
    } else if (CLASS_LABELS.has(name)) {
      for (const label of attribute.ints()) this.#addClass(String(label))
    }
  }

  #addClass(label: string): void {
    // A classifier and the ZipMap behind it name the same labels.
    if (this.#classes.length < KEPT_LABELS && !this.#classes.includes(label)) {
      this.#classes.push(label)
    }
  }

  #readSparse(sparse: Message, role: OnnxTensorRole): void {
    while (sparse.next()) {
      if (sparse.field === 1) this.#addTensor(sparse.message(), role)
      else if (sparse.field === 2) this.#addTensor(sparse.message(), 'attribute')
    }
  }

  #addTensor(message: Message, role: OnnxTensorRole, name = ''): void {
    if (this.#tensors.length >= LIMITS.tensors) {
      throw new AppError('corrupt', `The model has more than ${LIMITS.tensors} tensors.`, {
        location: { offset: message.tag },
      })
    }
    const tensor = readTensor(message, role)
    this.#tensors.push(tensor.name === '' ? { ...tensor, name } : tensor)
  }
}
