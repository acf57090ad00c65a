import type { ModelVersion } from './model'
import type { ModelStage } from './stage'

/** What a snippet loads, and from where. */
export interface SnippetOptions {
  /** The `.models` folder as the script will see it, with `/`. */
  readonly root: string
  /** Loads whatever version is in this stage when the script runs, instead of this very version. */
  readonly stage?: ModelStage
}

/** How a framework loads: what is imported, and the lines that make `model` out of the variable `path`. */
interface Loader {
  readonly imports: readonly string[]
  readonly lines: readonly string[]
}

const UNPICKLES = '# Unpickling runs code from the file: load only artifacts that you trust.'

/** By format where it is known: it says how the bytes are loaded, whoever made them. */
const BY_FORMAT: Readonly<Record<string, Loader>> = {
  safetensors: {
    imports: ['from safetensors.torch import load_file'],
    lines: ['model = load_file(path)  # state dict'],
  },
  gguf: {
    imports: ['from llama_cpp import Llama'],
    lines: ['model = Llama(model_path=str(path))'],
  },
  onnx: { imports: ['import onnxruntime'], lines: ['model = onnxruntime.InferenceSession(path)'] },
  'torch-zip': {
    imports: ['import torch'],
    lines: ['model = torch.load(path, weights_only=True, map_location="cpu")'],
  },
  torchscript: {
    imports: ['import torch'],
    lines: ['model = torch.jit.load(path, map_location="cpu")'],
  },
  'torch-export': {
    imports: ['import torch'],
    lines: ['model = torch.export.load(path).module()'],
  },
  pickle: {
    imports: ['import pickle'],
    lines: [UNPICKLES, 'model = pickle.loads(path.read_bytes())'],
  },
  joblib: { imports: ['import joblib'], lines: [UNPICKLES, 'model = joblib.load(path)'] },
  skops: {
    imports: ['import skops.io'],
    lines: [
      '# Look at skops.io.get_untrusted_types(file=path) before you trust more types.',
      'model = skops.io.load(path, trusted=[])',
    ],
  },
  npy: { imports: ['import numpy'], lines: ['model = numpy.load(path, allow_pickle=False)'] },
  npz: { imports: ['import numpy'], lines: ['model = numpy.load(path, allow_pickle=False)'] },
  'keras-v3': { imports: ['import keras'], lines: ['model = keras.saving.load_model(path)'] },
  hdf5: { imports: ['import keras'], lines: ['model = keras.saving.load_model(path)'] },
  'saved-model': {
    imports: ['import tensorflow as tf'],
    lines: ['model = tf.saved_model.load(str(path))'],
  },
  tflite: {
    imports: ['from ai_edge_litert.interpreter import Interpreter'],
    lines: ['model = Interpreter(model_path=str(path))', 'model.allocate_tensors()'],
  },
  openvino: {
    imports: ['import openvino'],
    lines: ['model = openvino.Core().compile_model(path)'],
  },
  'coreml-mlmodel': {
    imports: ['import coremltools'],
    lines: ['model = coremltools.models.MLModel(str(path))'],
  },
  'xgboost-json': {
    imports: ['import xgboost'],
    lines: ['model = xgboost.Booster(model_file=path)'],
  },
  'lightgbm-text': {
    imports: ['import lightgbm'],
    lines: ['model = lightgbm.Booster(model_file=path)'],
  },
  catboost: {
    imports: ['from catboost import CatBoost'],
    lines: ['model = CatBoost().load_model(str(path))'],
  },
  mlflow: { imports: ['import mlflow'], lines: ['model = mlflow.pyfunc.load_model(str(path))'] },
  transformers: {
    imports: ['from transformers import AutoModel, AutoTokenizer'],
    lines: [
      'model = AutoModel.from_pretrained(path, local_files_only=True)',
      'tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)',
    ],
  },
  diffusers: {
    imports: ['from diffusers import DiffusionPipeline'],
    lines: ['model = DiffusionPipeline.from_pretrained(path, local_files_only=True)'],
  },
  peft: {
    imports: ['from peft import AutoPeftModel'],
    lines: ['model = AutoPeftModel.from_pretrained(str(path))'],
  },
  'sentence-transformers': {
    imports: ['from sentence_transformers import SentenceTransformer'],
    lines: ['model = SentenceTransformer(str(path), local_files_only=True)'],
  },
}

/** The formats that other formats are loaded like. */
const SAME_AS: Readonly<Record<string, string>> = {
  'torch-legacy': 'torch-zip',
  'xgboost-ubj': 'xgboost-json',
  ort: 'onnx',
  'coreml-mlpackage': 'coreml-mlmodel',
}

/** The format of a file by its extension, for versions that nobody has looked into. */
const FORMAT_OF: Readonly<Record<string, string>> = {
  safetensors: 'safetensors',
  gguf: 'gguf',
  onnx: 'onnx',
  ort: 'onnx',
  pt: 'torch-zip',
  pth: 'torch-zip',
  ckpt: 'torch-zip',
  pt2: 'torch-export',
  pkl: 'pickle',
  pickle: 'pickle',
  joblib: 'joblib',
  skops: 'skops',
  npy: 'npy',
  npz: 'npz',
  keras: 'keras-v3',
  h5: 'hdf5',
  hdf5: 'hdf5',
  tflite: 'tflite',
  mlmodel: 'coreml-mlmodel',
  mlpackage: 'coreml-mlmodel',
  ubj: 'xgboost-ubj',
  cbm: 'catboost',
}

/** Frameworks that load their own folders or files in one way, whatever these are called. */
const FORMAT_BY_FRAMEWORK: Readonly<Record<string, string>> = {
  sklearn: 'joblib',
  pytorch: 'torch-zip',
  tensorflow: 'saved-model',
  keras: 'keras-v3',
  onnx: 'onnx',
  xgboost: 'xgboost-json',
  lightgbm: 'lightgbm-text',
  catboost: 'catboost',
  'llama.cpp': 'gguf',
  transformers: 'transformers',
  diffusers: 'diffusers',
  peft: 'peft',
  'sentence-transformers': 'sentence-transformers',
  openvino: 'openvino',
  coreml: 'coreml-mlmodel',
  mlflow: 'mlflow',
  numpy: 'npy',
}
/** Their parts are never loaded on their own. */
const WHOLE_FOLDERS = new Set([
  'transformers',
  'diffusers',
  'peft',
  'sentence-transformers',
  'mlflow',
])

const SPACY: Loader = { imports: ['import spacy'], lines: ['model = spacy.load(path)'] }

/** Python that loads a version: the right call for what it is, without running code from the file where that can be had. */
export function loadSnippet(version: ModelVersion, options: SnippetOptions): string {
  const format = formatOf(version)
  const loader = loaderOf(version, format)
  const imports = [...loader.imports, 'from pathlib import Path']
  const setup: string[] = []
  const part = partOf(version, format)
  if (options.stage === undefined) {
    setup.push(
      `path = Path(${quote([options.root, version.artifact?.uri, part].filter(Boolean).join('/'))})`,
    )
  } else {
    imports.push('import json')
    const inside = part === undefined ? '' : ` / ${quote(part)}`
    setup.push(
      `root = Path(${quote(options.root)})`,
      `document = json.loads((root / ${quote(`${version.model}.json`)}).read_text(encoding="utf-8"))`,
      `version = next(v for v in document["versions"] if v["stage"] == ${quote(options.stage)})`,
      `path = root / version["artifact"]["uri"]${inside}`,
    )
  }
  const what =
    options.stage === undefined ? version.fullName : `${version.model} in ${options.stage}`
  return [`# ${what}`, ...sorted(imports), '', ...setup, ...loader.lines, ''].join('\n')
}

/** What the bytes are: as it was found out, else by the framework or the extension. */
function formatOf({ format, framework, artifact }: ModelVersion): string | undefined {
  if (format !== undefined && format !== 'unknown') return format
  const byFramework = FORMAT_BY_FRAMEWORK[framework]
  if (WHOLE_FOLDERS.has(framework) || artifact?.kind !== 'file') return byFramework
  return formatByExtension(artifact.uri) ?? byFramework
}

function formatByExtension(path: string): string | undefined {
  return FORMAT_OF[path.slice(path.lastIndexOf('.') + 1).toLowerCase()]
}

function loaderOf({ framework }: ModelVersion, format: string | undefined): Loader {
  if (framework === 'spacy') return SPACY
  const loader = format === undefined ? undefined : BY_FORMAT[SAME_AS[format] ?? format]
  return loader ?? { imports: [], lines: ['model = path.read_bytes()'] }
}

/** The file that is loaded of a folder whose other files only come along with it, such as external data or shards. */
function partOf({ artifact }: ModelVersion, format: string | undefined): string | undefined {
  if (artifact?.kind !== 'folder' || format === undefined) return undefined
  return artifact.files.map(({ path }) => path).find((path) => formatByExtension(path) === format)
}

/** Plain imports before `from` imports, each in order, as Python's formatters have them. */
function sorted(imports: readonly string[]): string[] {
  return imports.toSorted(
    (a, b) => Number(a.startsWith('from')) - Number(b.startsWith('from')) || (a < b ? -1 : 1),
  )
}

/** A Python string literal; JSON's escapes are Python's too. */
function quote(text: string): string {
  return JSON.stringify(text)
}
