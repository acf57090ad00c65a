import { AppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import { LIMITS } from '../bytes/limits'
import type { Budget } from '../bytes/limits'
import { Message } from '../bytes/protobuf'
import type { TensorSpec } from '../registry/inspection'
import { TfGraph } from './tfGraph'
import { isWeightType, readTfShape, readTfTensorInfo, tfType } from './tfTypes'

/**
 * What Keras' export hangs on the root of its objects: the model's variables, those that are trained, and once more the
 * copies that its functions take.
 */
const LISTS: ReadonlySet<string> = new Set(['variables', 'trainable_variables', '_all_variables'])

/** A callable of a SavedModel. */
export interface TfSignature {
  readonly name: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

export interface TfVariable {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly (number | null)[] | undefined
  readonly trainable: boolean
  /** Whether its type is one that weights have, and not that of a counter. */
  readonly isWeight: boolean
}

/** What `saved_model.pb` holds. The operations are those of the graph and of its function library. */
export interface SavedModelMessage {
  readonly tags: readonly string[]
  readonly tensorflowVersion: string
  readonly graph: TfGraph
  readonly signatures: readonly TfSignature[]
  readonly variables: readonly TfVariable[]
  /** File names below `assets/`, as written. */
  readonly assets: readonly string[]
  /** Kinds of objects that Keras and others restore: `_tf_keras_sequential`. */
  readonly objectKinds: ReadonlySet<string>
  /** Why reading stopped before the end. */
  readonly stopped?: AppError
}

/** Walks a `SavedModel` message (tensorflow/core/protobuf/saved_model.proto). */
export function readSavedModel(reader: ByteReader, budget: Budget): SavedModelMessage {
  const walk = new SavedModelWalk()
  const model = Message.ofCut(reader, budget)
  try {
    while (model.next()) if (model.field === 2) walk.readMetaGraph(model.message())
    model.checkWhole()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
    walk.stopped = error
  }
  return walk
}

class SavedModelWalk implements SavedModelMessage {
  readonly tags: string[] = []
  tensorflowVersion = ''
  readonly graph = new TfGraph()
  readonly signatures: TfSignature[] = []
  readonly variables: TfVariable[] = []
  readonly assets: string[] = []
  readonly objectKinds = new Set<string>()
  stopped?: AppError

  readMetaGraph(meta: Message): void {
    while (meta.next()) {
      switch (meta.field) {
        case 1:
          this.#readInfo(meta.message())
          break
        case 2: {
          const graph = meta.message()
          while (graph.next()) this.graph.readField(graph)
          break
        }
        case 5:
          this.#readSignature(meta.message())
          break
        case 6:
          this.#readAsset(meta.message())
          break
        case 7:
          this.#readObjects(meta.message())
          break
      }
    }
  }

  #readInfo(info: Message): void {
    while (info.next()) {
      if (info.field === 4 && this.tags.length < LIMITS.depth) this.tags.push(info.text())
      else if (info.field === 5) this.tensorflowVersion = info.text()
    }
  }

  /** Entry of `map<string, SignatureDef>`; `SignatureDef { inputs 1, outputs 2 }`. */
  #readSignature(entry: Message): void {
    let name = ''
    const inputs: TensorSpec[] = []
    const outputs: TensorSpec[] = []
    while (entry.next()) {
      if (entry.field === 1) name = entry.text()
      if (entry.field !== 2) continue
      const signature = entry.message()
      while (signature.next()) {
        if (signature.field === 1) inputs.push(readNamedTensor(signature.message()))
        else if (signature.field === 2) outputs.push(readNamedTensor(signature.message()))
      }
    }
    this.signatures.push({ name, inputs: sortedByName(inputs), outputs: sortedByName(outputs) })
  }

  #readAsset(asset: Message): void {
    while (asset.next()) {
      if (asset.field === 2 && this.assets.length < LIMITS.entries) this.assets.push(asset.text())
    }
  }

  /** `SavedObjectGraph { nodes 1 }`; a node is `{ children 1, user_object 4, variable 7 }` or another kind. */
  #readObjects(objects: Message): void {
    const lists = new Map<number, string>()
    const members = new Map<string, Set<number>>()
    const variables = new Map<number, TfVariable>()
    for (let index = 0; objects.next();) {
      if (objects.field !== 1) continue
      const list = lists.get(index)
      const node = objects.message()
      while (node.next()) {
        if (node.field === 1 && index === 0) {
          const [name, id] = readChild(node.message())
          if (LISTS.has(name)) lists.set(id, name)
        } else if (node.field === 1 && list !== undefined) {
          const ids = members.get(list) ?? new Set()
          members.set(list, ids.add(readChild(node.message())[1]))
        } else if (node.field === 4) this.#readUserObject(node.message())
        else if (node.field === 7 && variables.size < LIMITS.tensors) {
          variables.set(index, readVariable(node.message()))
        }
      }
      index++
    }
    const copies = members.has('variables') ? members.get('_all_variables') : undefined
    const trained = members.get('trainable_variables')
    for (const [id, variable] of variables) {
      if (copies?.has(id)) continue
      this.variables.push(trained ? { ...variable, trainable: trained.has(id) } : variable)
    }
  }

  #readUserObject(object: Message): void {
    while (object.next()) {
      if (object.field === 1 && this.objectKinds.size < LIMITS.depth) {
        this.objectKinds.add(object.text())
      }
    }
  }
}

/** `ObjectReference { node_id 1, local_name 2 }` */
function readChild(reference: Message): [name: string, id: number] {
  let name = ''
  let id = 0
  while (reference.next()) {
    if (reference.field === 1) id = reference.int
    else if (reference.field === 2) name = reference.text()
  }
  return [name, id]
}

function readVariable(variable: Message): TfVariable {
  let name = ''
  let type = 0
  let shape: (number | null)[] | undefined = []
  let trainable = false
  while (variable.next()) {
    if (variable.field === 1) type = variable.int
    else if (variable.field === 2) shape = readTfShape(variable.message())
    else if (variable.field === 3) trainable = variable.bool
    else if (variable.field === 6) name = variable.text()
  }
  return { name, dtype: tfType(type).name, shape, trainable, isWeight: isWeightType(type) }
}

function readNamedTensor(entry: Message): TensorSpec {
  let name = ''
  let tensor: TensorSpec | undefined
  while (entry.next()) {
    if (entry.field === 1) name = entry.text()
    else if (entry.field === 2) tensor = readTfTensorInfo('', entry.message())
  }
  return { ...tensor, name }
}

/** Maps are written in any order: by name they compare. */
function sortedByName(specs: readonly TensorSpec[]): readonly TensorSpec[] {
  return [...specs].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
