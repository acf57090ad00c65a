import { extname } from 'node:path'

/** Extensions that are (nearly) only used for models, lower case with dot. */
export const MODEL_EXTENSIONS: ReadonlySet<string> = new Set([
  '.safetensors',
  '.gguf',
  '.onnx',
  '.ort',
  '.pt',
  '.pth',
  '.pt2',
  '.ptl',
  '.pte',
  '.ckpt',
  '.pkl',
  '.pickle',
  '.joblib',
  '.skops',
  '.keras',
  '.h5',
  '.hdf5',
  '.tflite',
  '.lite',
  '.pb',
  '.mlmodel',
  '.mar',
  '.cbm',
  '.ubj',
  '.xgb',
  '.bst',
  '.lgb',
  '.pmml',
  '.engine',
  '.plan',
  '.nemo',
  '.msgpack',
  '.caffemodel',
  '.pdparams',
  '.pdmodel',
])

/** Extensions that models share with anything else: content decides. */
export const SHARED_EXTENSIONS: ReadonlySet<string> = new Set([
  '.bin',
  '.model',
  '.json',
  '.txt',
  '.xml',
  '.npz',
  '.npy',
  '.zip',
  '.dat',
])

/** What lies beside a model and belongs to it: states of the training, and the steps before the model. */
const COMPANION =
  /optimizer|scheduler|rng_state|training_args|scaler|encoder|vectori[sz]er|preprocess|tokeni[sz]er|imputer|label|feature|column|vocab/i

/** True for the names that `save_pretrained` gives to weights; the configs beside them are theirs. */
export function isSavedWeights(name: string): boolean {
  return /^(?:model|adapter_model|pytorch_model|tf_model|flax_model|diffusion_pytorch_model)\b.*\.(?:safetensors|bin|h5|msgpack)$/.test(
    name,
  )
}

/** True for the name of a file that by itself is a model, not a companion of one. */
export function isModelName(name: string): boolean {
  return MODEL_EXTENSIONS.has(extname(name).toLowerCase()) && !COMPANION.test(name)
}

/**
 * What the files of one training have in common: exports of one model differ in the extension, shards in a number, and
 * checkpoints in `best`, `last` or a count that names itself. `churn-v1` and `churn-v2` are two trainings.
 */
export function modelFamily(name: string): string {
  const stem = name.slice(0, name.length - extname(name).length).toLowerCase()
  return stem
    .replace(/-\d{5}-of-\d{5}$/, '')
    .replace(/[\w./]*=[-+.\de]+/g, '')
    .replace(/(?:epoch|step|iter|iteration|checkpoint|ckpt)[-_]?\d+/g, '')
    .replace(/(?<![a-z])(?:best|last|latest|final|checkpoint|ckpt|weights)(?![a-z])/g, '')
    .replace(/[-_.\s]+/g, '')
}
