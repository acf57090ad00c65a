import { field, flatten, isRecord, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile } from '../harvester'

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

/** The `MLmodel` in the model's own folder, or beside the file of a model that MLflow saved (`model/data/model.pth`). */
export async function readMlmodel(
  run: Run,
): Promise<{ file: RunFile; data: Readonly<Record<string, unknown>> } | undefined> {
  for (const folder of run.ancestors.slice(0, 3)) {
    const file = await run.reader.file(folder, 'MLmodel', { exact: true })
    const data = file && (await run.reader.yaml(file))
    if (file && isRecord(data) && isRecord(data.flavors)) return { file, data }
    // A folder model's parent may hold an `MLmodel` of something else.
    if (run.model.isFolder && text(field(data, 'run_id')) === undefined) break
  }
  return undefined
}
