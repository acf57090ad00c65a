import { AppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import { LIMITS } from '../bytes/limits'
import type { Budget } from '../bytes/limits'
import { Message } from '../bytes/protobuf'
import type { TensorSpec } from '../registry/inspection'
import { readMilProgram } from './coremlProgram'
import type { MilProgram } from './coremlProgram'

/** The `oneof Type` of `Model` (coremltools, Model.proto): its field number says what kind of model it is. */
const MODEL_TYPES: ReadonlyMap<number, string> = new Map([
  [200, 'pipelineClassifier'],
  [201, 'pipelineRegressor'],
  [202, 'pipeline'],
  [300, 'glmRegressor'],
  [301, 'supportVectorRegressor'],
  [302, 'treeEnsembleRegressor'],
  [303, 'neuralNetworkRegressor'],
  [304, 'bayesianProbitRegressor'],
  [400, 'glmClassifier'],
  [401, 'supportVectorClassifier'],
  [402, 'treeEnsembleClassifier'],
  [403, 'neuralNetworkClassifier'],
  [404, 'kNearestNeighborsClassifier'],
  [500, 'neuralNetwork'],
  [501, 'itemSimilarityRecommender'],
  [502, 'mlProgram'],
  [555, 'customModel'],
  [556, 'linkedModel'],
  [600, 'oneHotEncoder'],
  [601, 'imputer'],
  [602, 'featureVectorizer'],
  [603, 'dictVectorizer'],
  [604, 'scaler'],
  [606, 'categoricalMapping'],
  [607, 'normalizer'],
  [609, 'arrayFeatureExtractor'],
  [610, 'nonMaximumSuppression'],
  [900, 'identity'],
  [2000, 'textClassifier'],
  [2001, 'wordTagger'],
  [2002, 'visionFeaturePrint'],
  [2003, 'soundAnalysisPreprocessing'],
  [2004, 'gazetteer'],
  [2005, 'wordEmbedding'],
  [2006, 'audioFeaturePrint'],
  [3000, 'serializedModel'],
])
export const FIRST_MODEL_TYPE = 200
const ML_PROGRAM = 502
const TREE_ENSEMBLES = new Set([302, 402])
const CLASSIFIERS = new Set([400, 401, 402, 403])
const MAX_CLASSES = 1000

/** What a Core ML `Model` message holds, beside the weights. */
export interface CoremlModel {
  readonly specificationVersion: number
  readonly isUpdatable: boolean
  readonly architecture?: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly metadata: ReadonlyMap<string, string>
  readonly classes: readonly string[]
  readonly trees?: number
  readonly program?: MilProgram
  readonly stopped?: AppError
}

/** Walks a `Model` message; what was read before damage is returned with the reason in `stopped`. */
export function readCoreml(reader: ByteReader, budget: Budget): CoremlModel {
  const walk = new ModelWalk()
  const model = Message.ofCut(reader, budget)
  try {
    while (model.next()) walk.readField(model)
    model.checkWhole()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
    walk.stopped = error
  }
  return walk
}

class ModelWalk implements CoremlModel {
  specificationVersion = 0
  isUpdatable = false
  architecture?: string
  readonly inputs: TensorSpec[] = []
  readonly outputs: TensorSpec[] = []
  readonly metadata = new Map<string, string>()
  readonly classes: string[] = []
  trees?: number
  program?: MilProgram
  stopped?: AppError

  readField(model: Message): void {
    if (model.field === 1) this.specificationVersion = model.int
    else if (model.field === 2) this.#readDescription(model.message())
    else if (model.field === 10) this.isUpdatable = model.bool
    else if (model.field >= FIRST_MODEL_TYPE) this.#readType(model)
  }

  /** `ModelDescription { input 1, output 10, metadata 100 }` */
  #readDescription(description: Message): void {
    while (description.next()) {
      if (description.field === 1) this.inputs.push(readFeature(description.message()))
      else if (description.field === 10) this.outputs.push(readFeature(description.message()))
      else if (description.field === 100) this.#readMetadata(description.message())
    }
  }

  #readMetadata(metadata: Message): void {
    const names = new Map([
      [1, 'shortDescription'],
      [2, 'version'],
      [3, 'author'],
      [4, 'license'],
    ])
    while (metadata.next()) {
      const name = names.get(metadata.field)
      if (name) {
        this.metadata.set(name, metadata.text())
      } else if (metadata.field === 100) {
        const entry = metadata.message()
        let [key, value] = ['', '']
        while (entry.next()) {
          if (entry.field === 1) key = entry.text()
          else if (entry.field === 2) value = entry.text()
        }
        this.metadata.set(key, value)
      }
    }
  }

  #readType(model: Message): void {
    const type = model.field
    this.architecture = MODEL_TYPES.get(type) ?? `type ${type}`
    if (type === ML_PROGRAM) {
      this.program = readMilProgram(model.message())
    } else if (TREE_ENSEMBLES.has(type) || CLASSIFIERS.has(type)) {
      const message = model.message()
      while (message.next()) {
        if (message.field === 1 && TREE_ENSEMBLES.has(type)) this.#countTrees(message.message())
        else if (CLASSIFIERS.has(type) && (message.field === 100 || message.field === 101)) {
          this.#readClasses(message.message(), message.field === 100)
        }
      }
    }
  }

  /** `TreeEnsembleParameters { nodes 1 { treeId 1 } }`; the first tree's id is 0, which is not written. */
  #countTrees(ensemble: Message): void {
    while (ensemble.next()) {
      if (ensemble.field !== 1) continue
      this.trees ??= 1
      const node = ensemble.message()
      if (node.next() && node.field === 1) this.trees = Math.max(this.trees, node.int + 1)
    }
  }

  #readClasses(labels: Message, isText: boolean): void {
    while (labels.next()) {
      if (labels.field !== 1) continue
      const found = isText ? [labels.text()] : [...labels.ints()].map(String)
      for (const label of found) if (this.classes.length < MAX_CLASSES) this.classes.push(label)
    }
  }
}

/** `ArrayFeatureType.ArrayDataType` */
const ARRAY_TYPES: ReadonlyMap<number, string> = new Map([
  [65_552, 'FLOAT16'],
  [65_568, 'FLOAT32'],
  [65_600, 'DOUBLE'],
  [131_104, 'INT32'],
  [131_080, 'INT8'],
])
/** `oneof Type` of `FeatureType`, beside arrays and images. */
const FEATURE_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'int64'],
  [2, 'double'],
  [3, 'string'],
  [6, 'dictionary'],
  [7, 'sequence'],
  [8, 'state'],
])

/** `FeatureDescription { name 1, type 3 }` */
function readFeature(feature: Message): TensorSpec {
  let name = ''
  let type: Omit<TensorSpec, 'name'> = {}
  while (feature.next()) {
    if (feature.field === 1) name = feature.text()
    else if (feature.field === 3) type = readFeatureType(feature.message())
  }
  return { name, ...type }
}

function readFeatureType(type: Message): Omit<TensorSpec, 'name'> {
  while (type.next()) {
    const dtype = FEATURE_TYPES.get(type.field)
    if (dtype) return { dtype }
    if (type.field === 4) return readImage(type.message())
    if (type.field === 5) return readArray(type.message())
  }
  return {}
}

/** `ImageFeatureType { width 1, height 2 }` */
function readImage(image: Message): Omit<TensorSpec, 'name'> {
  let [width, height] = [0, 0]
  while (image.next()) {
    if (image.field === 1) width = image.int
    else if (image.field === 2) height = image.int
  }
  return { dtype: 'image', shape: [height || null, width || null] }
}

/** `ArrayFeatureType { shape 1, dataType 2 }` */
function readArray(array: Message): Omit<TensorSpec, 'name'> {
  const shape: number[] = []
  let dtype = ''
  while (array.next()) {
    if (array.field === 1) {
      for (const size of array.ints()) if (shape.length < LIMITS.depth) shape.push(size)
    } else if (array.field === 2) {
      dtype = ARRAY_TYPES.get(array.int) ?? `type ${array.int}`
    }
  }
  return { dtype, ...(shape.length > 0 && { shape }) }
}
