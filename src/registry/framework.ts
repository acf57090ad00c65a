import { AppError } from '../base/errors'

/** Who made a model: the library that wrote it and can load it. `custom` is everything else. */
export const ModelFramework = {
  sklearn: 'sklearn',
  pytorch: 'pytorch',
  tensorflow: 'tensorflow',
  keras: 'keras',
  onnx: 'onnx',
  xgboost: 'xgboost',
  lightgbm: 'lightgbm',
  catboost: 'catboost',
  jax: 'jax',
  'llama.cpp': 'llama.cpp',
  transformers: 'transformers',
  diffusers: 'diffusers',
  peft: 'peft',
  'sentence-transformers': 'sentence-transformers',
  spacy: 'spacy',
  openvino: 'openvino',
  coreml: 'coreml',
  tensorrt: 'tensorrt',
  mlflow: 'mlflow',
  numpy: 'numpy',
  custom: 'custom',
} as const
export type ModelFramework = (typeof ModelFramework)[keyof typeof ModelFramework]

export const FRAMEWORKS: readonly ModelFramework[] = Object.values(ModelFramework)

export function parseFramework(value: unknown): ModelFramework {
  const framework = FRAMEWORKS.find((known) => known === value)
  if (framework) return framework
  throw new AppError(
    'invalid',
    `"${String(value)}" is not a known framework: use ${FRAMEWORKS.join(', ')}.`,
  )
}
