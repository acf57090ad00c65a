import { LIMITS } from '../bytes/limits'
import type { Message } from '../bytes/protobuf'
import type { TensorInfo, TensorSpec } from '../registry/inspection'
import { add, elementCount } from './summary'
import { isWeightType, readTfShape, tfType, toFixedShape } from './tfTypes'

interface TfTensor {
  readonly dtype: number
  readonly shape: readonly (number | null)[] | undefined
  readonly content?: { readonly offset: number; readonly length: number }
}

/** What a `GraphDef` holds: its own nodes and those of its function library. */
export class TfGraph {
  /** Operations by name; those of the functions are among them. */
  readonly operations = new Map<string, number>()
  readonly functions: string[] = []
  readonly placeholders: TensorSpec[] = []
  /** Constants that have the type of weights. */
  readonly constants: TensorInfo[] = []
  /** Nodes of the graph itself, without those of its functions. */
  nodeCount = 0
  readonly #names = new Map<string, string>()
  readonly #used = new Set<string>()

  /** Walks a `GraphDef` field by field: `{ node 1, library 2, version 3, versions 4 }`. */
  readField(graph: Message): void {
    if (graph.field === 1) this.#readNode(graph.message(), true)
    else if (graph.field === 2) this.#readLibrary(graph.message())
  }

  /** Nodes of the graph that no other node takes as its input. */
  outputs(): TensorSpec[] {
    const outputs: TensorSpec[] = []
    for (const [name, operation] of this.#names) {
      if (!this.#used.has(name) && !NO_OUTPUT.has(operation)) outputs.push({ name })
    }
    return outputs
  }

  #readLibrary(library: Message): void {
    while (library.next()) {
      if (library.field !== 1) continue
      const definition = library.message()
      while (definition.next()) {
        if (definition.field === 1) this.#readSignature(definition.message())
        else if (definition.field === 3) this.#readNode(definition.message(), false)
      }
    }
  }

  #readSignature(signature: Message): void {
    while (signature.next()) {
      if (signature.field === 1 && this.functions.length < LIMITS.entries) {
        this.functions.push(signature.text())
      }
    }
  }

  #readNode(message: Message, isMain: boolean): void {
    let name = ''
    let operation = ''
    let dtype: number | undefined
    let shape: readonly (number | null)[] | undefined
    let value: TfTensor | undefined
    while (message.next()) {
      if (message.field === 1) name = message.text(4096)
      else if (message.field === 2) operation = message.text(4096)
      else if (message.field === 3 && isMain) this.#use(message.text(4096))
      else if (
        message.field === 5 &&
        (operation === 'Const' || operation.startsWith('Placeholder'))
      ) {
        const attribute = readAttribute(message.message())
        if (attribute.name === 'dtype') dtype = attribute.dtype
        else if (attribute.name === 'shape') shape = attribute.shape
        else if (attribute.name === 'value') value = attribute.value
      }
    }
    add(this.operations, operation)
    if (!isMain) return
    this.nodeCount++
    if (this.#names.size < LIMITS.tensors) this.#names.set(name, operation)
    if (operation.startsWith('Placeholder')) {
      this.placeholders.push({
        name,
        ...(dtype !== undefined && { dtype: tfType(dtype).name }),
        ...(shape && { shape }),
      })
    } else if (operation === 'Const' && value && isWeightType(value.dtype)) {
      this.#addConstant(name, value)
    }
  }

  #addConstant(name: string, { dtype, shape, content }: TfTensor): void {
    const fixed = toFixedShape(shape)
    const parameters = fixed && elementCount(fixed)
    if (!fixed || parameters === undefined || this.constants.length >= LIMITS.tensors) return
    const { name: dtypeName, bits } = tfType(dtype)
    const bytes = Math.ceil((parameters * bits) / 8)
    this.constants.push({
      name,
      dtype: dtypeName,
      shape: fixed,
      parameters,
      ...(Number.isSafeInteger(bytes) && { bytes }),
      ...content,
    })
  }

  /** An input is `node`, `node:output`, or `^node` where only the order matters. */
  #use(input: string): void {
    if (this.#used.size < LIMITS.tensors) this.#used.add(input.replace(/^\^|:\d+$/g, ''))
  }
}

/** Operations at the end of a graph that are no result of the model. */
const NO_OUTPUT = new Set(['Const', 'NoOp', 'Assert', 'Placeholder', 'SaveV2', 'RestoreV2'])

interface Attribute {
  readonly name: string
  readonly dtype?: number
  readonly shape?: readonly (number | null)[]
  readonly value?: TfTensor
}

/** An entry of `NodeDef.attr`: a name and an `AttrValue { type 6, shape 7, tensor 8 }`. */
function readAttribute(entry: Message): Attribute {
  let name = ''
  let result: Omit<Attribute, 'name'> = {}
  while (entry.next()) {
    if (entry.field === 1) name = entry.text(4096)
    if (entry.field !== 2) continue
    const value = entry.message()
    while (value.next()) {
      if (value.field === 6) result = { dtype: value.int }
      else if (value.field === 7) {
        const shape = readTfShape(value.message())
        result = shape ? { shape } : {}
      } else if (value.field === 8) result = { value: readTensor(value.message()) }
    }
  }
  return { name, ...result }
}

/** `TensorProto { dtype 1, tensor_shape 2, tensor_content 4 }`; the content is not read. */
function readTensor(tensor: Message): TfTensor {
  let dtype = 0
  let shape: (number | null)[] | undefined = []
  let content: TfTensor['content']
  while (tensor.next()) {
    if (tensor.field === 1) dtype = tensor.int
    else if (tensor.field === 2) shape = readTfShape(tensor.message())
    else if (tensor.field === 4 && tensor.length > 0) {
      content = { offset: tensor.start, length: tensor.length }
    }
  }
  return { dtype, shape, ...(content && { content }) }
}
