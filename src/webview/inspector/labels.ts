import type { ModelFormat } from '../../registry/inspection'

/** Formats as their makers write them. */
const FORMATS: Readonly<Record<ModelFormat, string>> = {
  safetensors: 'Safetensors',
  gguf: 'GGUF',
  onnx: 'ONNX',
  'torch-zip': 'PyTorch',
  'torch-legacy': 'PyTorch (before 1.6)',
  torchscript: 'TorchScript',
  'torch-export': 'torch.export',
  pickle: 'Pickle',
  joblib: 'Joblib',
  skops: 'skops',
  npy: 'NumPy array',
  npz: 'NumPy archive',
  'keras-v3': 'Keras 3',
  hdf5: 'HDF5',
  'saved-model': 'TensorFlow SavedModel',
  'tf-frozen-graph': 'TensorFlow frozen graph',
  'tf-checkpoint': 'TensorFlow checkpoint',
  tflite: 'TensorFlow Lite',
  executorch: 'ExecuTorch',
  openvino: 'OpenVINO IR',
  'coreml-mlmodel': 'Core ML model',
  'coreml-mlpackage': 'Core ML package',
  'xgboost-json': 'XGBoost JSON',
  'xgboost-ubj': 'XGBoost UBJSON',
  'lightgbm-text': 'LightGBM text',
  catboost: 'CatBoost',
  pmml: 'PMML',
  mlflow: 'MLflow model',
  transformers: 'Hugging Face Transformers',
  diffusers: 'Hugging Face Diffusers',
  peft: 'PEFT adapter',
  'sentence-transformers': 'Sentence Transformers',
  'torch-package': 'torch.package',
  'torchserve-mar': 'TorchServe archive',
  tensorrt: 'TensorRT engine',
  ort: 'ONNX Runtime',
  nemo: 'NVIDIA NeMo',
  tfjs: 'TensorFlow.js',
  'ggml-legacy': 'GGML (before GGUF)',
  unknown: 'Unknown format',
}

const FRAMEWORKS: Readonly<Record<string, string>> = {
  sklearn: 'scikit-learn',
  pytorch: 'PyTorch',
  tensorflow: 'TensorFlow',
  keras: 'Keras',
  onnx: 'ONNX',
  xgboost: 'XGBoost',
  lightgbm: 'LightGBM',
  catboost: 'CatBoost',
  jax: 'JAX',
  transformers: 'Transformers',
  diffusers: 'Diffusers',
  peft: 'PEFT',
  'sentence-transformers': 'Sentence Transformers',
  spacy: 'spaCy',
  openvino: 'OpenVINO',
  coreml: 'Core ML',
  tensorrt: 'TensorRT',
  mlflow: 'MLflow',
  numpy: 'NumPy',
}

export function formatLabel(format: string): string {
  return Object.hasOwn(FORMATS, format) ? FORMATS[format as ModelFormat] : format
}

/** `undefined` for `custom`, which says only that nobody knows. */
export function frameworkLabel(framework: string): string | undefined {
  if (framework === 'custom') return undefined
  return Object.hasOwn(FRAMEWORKS, framework) ? FRAMEWORKS[framework] : framework
}
