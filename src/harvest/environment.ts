import { throwIfCancelled } from '../base/errors'
import { field, isRecord, list, text } from './flatten'
import type { RunFile, RunFolder, RunReader } from './harvester'
import { packageName, readRequirements } from './requirements'

/** Packages that decide whether a model can be loaded again, and what it computes. */
export const PACKAGES: ReadonlySet<string> = new Set(
  `
  torch torchvision torchaudio tensorflow keras tf-keras jax jaxlib flax scikit-learn
  xgboost lightgbm catboost onnx onnxruntime onnxruntime-gpu openvino coremltools tensorrt
  transformers tokenizers safetensors accelerate datasets peft trl diffusers bitsandbytes
  sentence-transformers spacy lightning pytorch-lightning timm ultralytics mlflow bentoml
  skops joblib cloudpickle numpy scipy pandas polars statsmodels prophet gensim dvc dvclive
  wandb hydra-core
  `
    .trim()
    .split(/\s+/),
)

/** Files that are read of one folder; a project rarely has more than three. */
const MAX_FILES = 8

type Reader = (file: RunFile, reader: RunReader) => Promise<ReadonlyMap<string, string>>

/** What each file says, the most exact first: a lock names what was installed, a wish list may only name ranges. */
const SOURCES: readonly (readonly [pattern: RegExp, read: Reader])[] = [
  [/^(?:pip[-_]?freeze|freeze|requirements[-_.](?:freeze|frozen|lock))(?:\.txt)?$/i, readPinned],
  [/^requirements\.txt$/i, readPinned],
  [/^uv\.lock$|^poetry\.lock$|^pdm\.lock$/, readTomlLock],
  [/^(?:conda|environment|env)\.ya?ml$/i, readConda],
  [/^python_env\.ya?ml$/, readPythonEnv],
  [/^\.python-version$/, readPythonVersion],
  [/^runtime\.txt$/, readPythonVersion],
  [/^requirements[-_.][\w.-]+\.txt$/i, readPinned],
]

/**
 * The interpreter's and the packages' versions that the nearest files name, from the model's own folder upwards. What a
 * nearer folder says wins; of one folder, the more exact file.
 */
export async function readEnvironment(
  folders: readonly RunFolder[],
  reader: RunReader,
): Promise<Map<string, string>> {
  const result = new Map<string, string>()
  for (const folder of folders) {
    let read = 0
    for (const [pattern, readFile] of SOURCES) {
      for (const name of [...folder.files].filter((file) => pattern.test(file)).sort()) {
        throwIfCancelled(reader.signal)
        if (++read > MAX_FILES) break
        const file = await reader.file(folder, name)
        if (!file) continue
        for (const [found, version] of await readFile(file, reader)) {
          const matters = found === 'python' || PACKAGES.has(found)
          if (matters && !result.has(found)) result.set(found, version)
        }
      }
    }
  }
  return result
}

async function readPinned(file: RunFile, reader: RunReader): Promise<Map<string, string>> {
  return readRequirements((await reader.text(file)) ?? '')
}

/** `[[package]]` tables with `name` and `version` lines; the rest of TOML is not needed to read a lock. */
async function readTomlLock(file: RunFile, reader: RunReader): Promise<Map<string, string>> {
  const result = new Map<string, string>()
  let inPackage = false
  let name: string | undefined
  for (const line of ((await reader.text(file)) ?? '').split('\n')) {
    const trimmed = line.trim()
    if (trimmed.startsWith('[')) {
      inPackage = trimmed === '[[package]]'
      name = undefined
      continue
    }
    const match = inPackage ? /^(name|version)\s*=\s*"([^"]+)"/.exec(trimmed) : null
    if (match?.[1] === 'name') name = match[2]
    if (match?.[1] === 'version' && name !== undefined && match[2] !== undefined) {
      // A package locked for several platforms in several versions has no one version.
      const id = packageName(name)
      if (result.has(id) && result.get(id) !== match[2]) result.delete(id)
      else result.set(id, match[2])
    }
  }
  return result
}

/** Conda's `dependencies`: `python=3.11`, `numpy=1.26.4=py311`, and a `pip` list. */
async function readConda(file: RunFile, reader: RunReader): Promise<Map<string, string>> {
  const result = new Map<string, string>()
  for (const entry of list(field(await reader.yaml(file), 'dependencies'))) {
    if (typeof entry === 'string') {
      const match = /^(?:[\w-]+::)?([A-Za-z0-9][\w.-]*?)\s*==?\s*(\d[\w.+!]*)/.exec(entry)
      const name = match?.[1] === 'pytorch' ? 'torch' : match?.[1]
      if (name !== undefined && match?.[2] !== undefined) result.set(packageName(name), match[2])
    } else if (isRecord(entry)) {
      const pins = list(entry.pip).filter((line) => typeof line === 'string')
      for (const [name, version] of readRequirements(pins.join('\n'))) result.set(name, version)
    }
  }
  return result
}

/** MLflow's `python_env.yaml`; its packages stand in `requirements.txt`. */
async function readPythonEnv(file: RunFile, reader: RunReader): Promise<Map<string, string>> {
  const version = text(field(await reader.yaml(file), 'python'))
  return new Map(version === undefined ? [] : [['python', version]])
}

/** `3.11.4`, `python-3.11.4`, or a virtual environment's name (pyenv), which says nothing. */
async function readPythonVersion(file: RunFile, reader: RunReader): Promise<Map<string, string>> {
  const version = /^(?:python-|cpython-)?(\d+\.\d+(?:\.\d+)?)\s*$/m.exec(
    (await reader.text(file)) ?? '',
  )?.[1]
  return new Map(version === undefined ? [] : [['python', version]])
}
