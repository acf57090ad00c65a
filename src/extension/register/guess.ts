import { basename, dirname, extname, relative } from 'node:path'
import { readdir, stat } from 'node:fs/promises'
import { systemCode } from '../../base/errors'
import { ModelFramework } from '../../registry/framework'
import { nameProblem } from '../../registry/names'

/** What is proposed for something that shall be registered; all of it can be changed. */
export interface Guess {
  readonly name: string
  readonly framework: ModelFramework
}

const BY_EXTENSION: Readonly<Record<string, ModelFramework>> = {
  '.onnx': 'onnx',
  '.ort': 'onnx',
  '.pt': 'pytorch',
  '.pth': 'pytorch',
  '.pt2': 'pytorch',
  '.ptl': 'pytorch',
  '.pte': 'pytorch',
  '.ckpt': 'pytorch',
  '.safetensors': 'pytorch',
  '.joblib': 'sklearn',
  '.skops': 'sklearn',
  '.pkl': 'sklearn',
  '.pickle': 'sklearn',
  '.keras': 'keras',
  '.h5': 'keras',
  '.hdf5': 'keras',
  '.pb': 'tensorflow',
  '.tflite': 'tensorflow',
  '.ubj': 'xgboost',
  '.xgb': 'xgboost',
  '.bst': 'xgboost',
  '.lgb': 'lightgbm',
  '.cbm': 'catboost',
  '.gguf': 'llama.cpp',
  '.ggml': 'llama.cpp',
  '.msgpack': 'jax',
  '.npy': 'numpy',
  '.npz': 'numpy',
  '.mlmodel': 'coreml',
  '.mlpackage': 'coreml',
  '.engine': 'tensorrt',
  '.plan': 'tensorrt',
}

/** The file that tells who made a folder, most certain first. */
const BY_MEMBER: readonly (readonly [member: string, framework: ModelFramework])[] = [
  ['MLmodel', 'mlflow'],
  ['saved_model.pb', 'tensorflow'],
  ['adapter_config.json', 'peft'],
  ['modules.json', 'sentence-transformers'],
  ['model_index.json', 'diffusers'],
]

/** Names that say nothing of which model it is; then the folder's name says more. */
const GENERIC =
  /^(?:(?:my|the|best|last|latest|final|trained|saved|pytorch|tf|torch|sklearn|xgb|lgbm?|onnx)[-_. ]?)*(?:models?|weights?|checkpoints?|ckpts?|best|last|latest|final|out|outputs?|artifacts?|exports?|dist|build|runs?|results?|estimator|pipeline|classifier|regressor|network|net|variables|data|files?|assets|saved)?[-_. ]?\d*$/i

/** Proposes a name and a framework for files or folders (absolute paths), from their names and what lies in them. */
export async function guess(paths: readonly string[], workspaceFolder: string): Promise<Guess> {
  return {
    name: suggestName(paths, workspaceFolder),
    framework: await guessFramework(paths),
  }
}

/** The name of the file, else of the nearest folder that has a telling one, as the registry allows it. */
export function suggestName(paths: readonly string[], workspaceFolder: string): string {
  const [first] = paths
  if (first === undefined) return ''
  const start = paths.length === 1 ? first : dirname(first)
  const candidates = [paths.length === 1 ? stemOf(start) : basename(start)]
  for (let folder = dirname(start); isBelow(workspaceFolder, folder); folder = dirname(folder))
    candidates.push(basename(folder))
  const names = candidates.map(toName).filter((name) => nameProblem('model', name) === undefined)
  return names.find((name) => !GENERIC.test(name)) ?? names[0] ?? 'model'
}

function stemOf(path: string): string {
  const name = basename(path)
  // A folder such as `v1.2` has no extension: only what is one of ours is cut off.
  const extension = extname(name).toLowerCase()
  const known =
    Object.hasOwn(BY_EXTENSION, extension) ||
    ['.json', '.txt', '.bin', '.model', '.zip', '.xml', '.gz'].includes(extension)
  return known ? name.slice(0, -extension.length) : name
}

function toName(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9._+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/[-_.]+$/, '')
    .slice(0, 128)
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !way.startsWith('..')
}

async function guessFramework(paths: readonly string[]): Promise<ModelFramework> {
  const names =
    paths.length === 1 ? await membersOf(paths[0] ?? '') : paths.map((path) => basename(path))
  for (const [member, framework] of BY_MEMBER) if (names.includes(member)) return framework
  const weights = names.find((name) => /\.(safetensors|bin|pt)$/i.test(name))
  if (weights !== undefined && names.includes('config.json')) return ModelFramework.transformers
  for (const name of [...paths, ...names]) {
    const framework = BY_EXTENSION[extname(name).toLowerCase()]
    if (framework) return framework
  }
  return ModelFramework.custom
}

/** The names in a folder; of a file, its own. */
async function membersOf(path: string): Promise<string[]> {
  try {
    return (await stat(path)).isDirectory() ? await readdir(path) : [basename(path)]
  } catch (error) {
    // What can't be looked at is refused with its reason when it is registered.
    if (systemCode(error) === undefined) throw error
    return [basename(path)]
  }
}
