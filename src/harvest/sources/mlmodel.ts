import { relative, sep } from 'node:path'
import { field, flatten, isRecord } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile } from '../harvester'

/** Folders between an `MLmodel` and the file that holds the weights. */
const MAX_DISTANCE = 4

/** The version field of a flavor, and the package it is of. */
const FLAVOR_PACKAGES: Readonly<Record<string, readonly [version: string, packageName: string]>> = {
  sklearn: ['sklearn_version', 'scikit-learn'],
  pytorch: ['pytorch_version', 'torch'],
  xgboost: ['xgb_version', 'xgboost'],
  lightgbm: ['lgb_version', 'lightgbm'],
  catboost: ['catboost_version', 'catboost'],
  keras: ['keras_version', 'keras'],
  tensorflow: ['tensorflow_version', 'tensorflow'],
  onnx: ['onnx_version', 'onnx'],
  transformers: ['transformers_version', 'transformers'],
  spacy: ['spacy_version', 'spacy'],
  sentence_transformers: ['sentence_transformers_version', 'sentence-transformers'],
}

/** The `MLmodel` file that MLflow saves with every model: versions, the run's id, and the user's metadata. */
export const mlmodel: Harvester = {
  id: 'mlmodel',
  rank: Rank.identified,
  async harvest(run, sink) {
    const found = await readMlmodel(run)
    if (!found) return
    const { file, data } = found
    sink.run(data.run_id)
    sink.environment('mlflow', data.mlflow_version)
    sink.environment('python', field(data, 'flavors', 'python_function', 'python_version'))
    for (const [flavor, [version, name]] of Object.entries(FLAVOR_PACKAGES)) {
      sink.environment(name, field(data, 'flavors', flavor, version))
    }
    for (const key of ['model_id', 'model_uuid']) sink.tag(`mlflow.${key}`, data[key], file, key)
    for (const [key, value] of flatten(data.metadata, 'metadata')) {
      sink.parameter(key.replace(/^metadata\./, ''), value, file, key)
    }
  },
}

/** The `MLmodel` of a folder model, or the one above a file that it names: `data/model.pth`, `model.pkl`. */
export async function readMlmodel(
  run: Run,
): Promise<{ file: RunFile; data: Readonly<Record<string, unknown>> } | undefined> {
  for (const folder of run.ancestors.slice(0, MAX_DISTANCE)) {
    if (!folder.files.has('MLmodel')) continue
    const file = await run.reader.file(folder, 'MLmodel', { exact: true, ambiguous: false })
    const data = file && (await run.reader.yaml(file))
    if (!file || !isRecord(data) || !isRecord(data.flavors)) continue
    const path = relative(folder.path, run.model.path).split(sep).join('/')
    if (path === '' || isNamed(path, data.flavors)) return { file, data }
  }
  return undefined
}

/** True where a flavor names the file, or the folder that it lies in, as its data. */
function isNamed(path: string, flavors: unknown): boolean {
  for (const [, value] of flatten(flavors)) {
    if (typeof value !== 'string' || value === '') continue
    if (path === value || path.startsWith(`${value}/`)) return true
  }
  return false
}
