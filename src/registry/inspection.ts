/**
 * What a file is and holds, as the readers of model formats report it. Plain JSON: it crosses the border to the worker
 * and a summary of it is stored with the version.
 */

/** The stored ids of formats: what the bytes are, not who made them. */
export type ModelFormat =
  | 'safetensors'
  | 'gguf'
  | 'onnx'
  | 'torch-zip'
  | 'torch-legacy'
  | 'torchscript'
  | 'torch-export'
  | 'pickle'
  | 'joblib'
  | 'skops'
  | 'npy'
  | 'npz'
  | 'keras-v3'
  | 'hdf5'
  | 'saved-model'
  | 'tf-frozen-graph'
  | 'tf-checkpoint'
  | 'tflite'
  | 'executorch'
  | 'openvino'
  | 'coreml-mlmodel'
  | 'coreml-mlpackage'
  | 'xgboost-json'
  | 'xgboost-ubj'
  | 'lightgbm-text'
  | 'catboost'
  | 'pmml'
  | 'mlflow'
  | 'transformers'
  | 'diffusers'
  | 'peft'
  | 'sentence-transformers'
  | 'torch-package'
  | 'torchserve-mar'
  | 'tensorrt'
  | 'ort'
  | 'nemo'
  | 'tfjs'
  | 'ggml-legacy'
  | 'unknown'

/** `note` is a fact, `warning` a wrong extension or a missing part, `error` what keeps the file from being read whole. */
export type InspectionSeverity = 'note' | 'warning' | 'error'

/** Something about a file that a person should know; `message` is one sentence with escaped file text. */
export interface InspectionFinding {
  /** A stable id such as `wrong-extension`, `missing-part`, `truncated`, `encrypted`. */
  readonly rule: string
  readonly severity: InspectionSeverity
  readonly message: string
  readonly member?: string
  /** In bytes from the start of the file. */
  readonly offset?: number
}

/** A model's input or output. A dimension is a number, a symbolic name, or `null` where it is free. */
export interface TensorSpec {
  readonly name: string
  readonly dtype?: string
  readonly shape?: readonly (number | string | null)[]
}

/** One stored tensor. `offset` and `length` are bytes in `file` (the inspected file where absent), if the format has them. */
export interface TensorInfo extends TensorSpec {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly parameters: number
  readonly bytes?: number
  readonly file?: string
  readonly offset?: number
  readonly length?: number
}

/** A scalar as formats carry it in their metadata. */
export type MetadataValue = string | number | boolean

/** What is stored with a version and shown at a glance: everything of a bounded size. */
export interface InspectionSummary {
  readonly tensorCount?: number
  readonly parameterCount?: number
  /** Parameters for each dtype, largest first. */
  readonly parametersByDtype?: Readonly<Record<string, number>>
  /** Bytes for each dtype. */
  readonly bytesByDtype?: Readonly<Record<string, number>>
  readonly inputs?: readonly TensorSpec[]
  readonly outputs?: readonly TensorSpec[]
  readonly producer?: string
  readonly producerVersion?: string
  /** ONNX operator sets: domain (`ai.onnx` for the default one) to version. */
  readonly opset?: Readonly<Record<string, number>>
  readonly architecture?: string
  readonly quantization?: string
  readonly contextLength?: number
  /** The class of an estimator or a top layer: `sklearn.ensemble._forest.RandomForestClassifier`. */
  readonly modelClass?: string
  readonly hyperparameters?: Readonly<Record<string, MetadataValue | null>>
  readonly featureNames?: readonly string[]
  readonly featureCount?: number
  readonly classes?: readonly string[]
  readonly treeCount?: number
  /** Layers or operators by class, most frequent first. */
  readonly layers?: Readonly<Record<string, number>>
  /** Training facts that the file itself carries (epoch, step, best score, licence …). */
  readonly metadata?: Readonly<Record<string, MetadataValue>>
}

/** The parts of a model that lies in several files, relative to the folder of the inspected file. */
export interface ModelParts {
  readonly present: readonly string[]
  readonly missing: readonly string[]
}

export interface Inspection {
  readonly format: ModelFormat
  readonly framework: string
  readonly summary: InspectionSummary
  readonly findings: readonly InspectionFinding[]
  /** True where a cap, a codec or damage kept the reader from the whole structure. */
  readonly partial: boolean
  /** A name for the model that the content carries, where it is better than the file's. */
  readonly suggestedName?: string
  readonly parts?: ModelParts
}

/** The whole list of tensors, read again when asked for; it is never stored. */
export interface DetailedInspection extends Inspection {
  readonly tensors: readonly TensorInfo[]
}
