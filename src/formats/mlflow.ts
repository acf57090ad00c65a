import { AppError, isAppError } from '../base/errors'
import type { JsonObject, JsonValue } from '../bytes/boundedJson'
import { parseBoundedJson, toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import type { InspectionFinding, InspectionSummary, TensorSpec } from '../registry/inspection'
import { finding } from './findings'
import { readTextFile } from './folderFiles'
import type { FolderFormat, FolderSubject, FormatResult, Inspected } from './format'
import { toMetadata } from './summary'
import { MAX_YAML, parseYamlObject } from './yamlFile'

/** MLflow's flavor for each framework; the first that a model has says who made it. */
const FLAVORS: readonly (readonly [flavor: string, framework: string])[] = [
  ['sentence_transformers', 'sentence-transformers'],
  ['transformers', 'transformers'],
  ['diffusers', 'diffusers'],
  ['sklearn', 'sklearn'],
  ['xgboost', 'xgboost'],
  ['lightgbm', 'lightgbm'],
  ['catboost', 'catboost'],
  ['pytorch', 'pytorch'],
  ['keras', 'keras'],
  ['tensorflow', 'tensorflow'],
  ['onnx', 'onnx'],
  ['spacy', 'spacy'],
]
/** Fields in which flavors name their model's file or folder, relative to the model's folder. */
const PATH_KEYS = ['data', 'pickled_model', 'model_data', 'model_path', 'cb_model', 'lgb_model']

/** An MLflow model: `MLmodel` names flavors, signature and versions; the model itself lies beside it. */
export const mlflow: FolderFormat = {
  id: 'mlflow',
  match: (folder) => folder.files.has('MLmodel'),
  inspect: inspectMlflow,
}

function inspectMlflow(folder: FolderSubject): FormatResult {
  const model = readModel(folder)
  const flavors = toObject(model['flavors']) ?? {}
  const names = Object.keys(flavors)
  const findings: InspectionFinding[] = [...codeFindings(flavors)]
  const inner = inspectInner(folder, flavors, findings)
  const flavor = FLAVORS.find(([name]) => names.includes(name))?.[1] ?? 'mlflow'
  // Keras' models have the flavor of TensorFlow.
  const framework = flavor === 'tensorflow' && inner?.framework === 'keras' ? 'keras' : flavor
  const version = toText(model['mlflow_version'])
  return {
    framework,
    summary: {
      ...inner?.summary,
      ...signatureOf(toObject(model['signature'])),
      producer: 'MLflow',
      ...(version && { producerVersion: version }),
      metadata: toMetadata([
        ...innerProducer(inner),
        ['flavors', names.sort().join(', ')],
        ['modelId', toText(model['model_id']) ?? toText(model['model_uuid'])],
        ['runId', toText(model['run_id'])],
        ['createdAt', toText(model['utc_time_created'])],
        ...Object.entries(toObject(model['metadata']) ?? {}).flatMap(([key, value]) =>
          typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
            ? [[key, value] as const]
            : [],
        ),
      ]),
    },
    ...(inner?.tensors && { tensors: inner.tensors }),
    findings,
    partial: inner?.partial ?? false,
  }
}

function readModel(folder: FolderSubject): JsonObject {
  const text = readTextFile(folder, 'MLmodel', MAX_YAML)
  if (text !== undefined) return parseYamlObject(text, 'MLmodel')
  throw new AppError('corrupt', 'MLmodel is too large for a configuration.')
}

function innerProducer(inner: Inspected | undefined): (readonly [string, string | undefined])[] {
  const { producer, producerVersion } = inner?.summary ?? {}
  return [
    ['trainedWith', producer],
    ['trainedWithVersion', producerVersion],
  ]
}

/** The file or folder that the flavors name, looked at by its own format. */
function inspectInner(
  folder: FolderSubject,
  flavors: JsonObject,
  findings: InspectionFinding[],
): Inspected | undefined {
  const named = new Set<string>()
  for (const flavor of Object.values(flavors)) {
    for (const key of PATH_KEYS) {
      const path = toText(toObject(flavor)?.[key])
      if (path !== undefined) named.add(path)
    }
  }
  for (const path of named) {
    const candidates = folder.files.has(path)
      ? [path]
      : [...folder.files.keys()].filter((name) => name.startsWith(`${path}/`))
    if (candidates.length === 0) {
      findings.push(
        finding('missing-part', 'warning', 'The model that MLmodel names is not there.', {
          member: path,
        }),
      )
    }
    for (const candidate of candidates) {
      const inspected = folder.inspectFile(candidate)
      if (!inspected || inspected.format === 'unknown') continue
      for (const item of inspected.findings ?? []) {
        findings.push({
          ...item,
          member: item.member === undefined ? candidate : `${candidate}!${item.member}`,
        })
      }
      const tensors = inspected.tensors?.map((tensor) => ({
        ...tensor,
        file: tensor.file ?? candidate,
      }))
      return { ...inspected, ...(tensors && { tensors }) }
    }
  }
  return undefined
}

/** A loader module or code folder is imported when the model is loaded. */
function codeFindings(flavors: JsonObject): InspectionFinding[] {
  const code = toText(toObject(flavors['python_function'])?.['code'])
  if (code === undefined) return []
  const message = 'The model brings Python code that is imported when it is loaded.'
  return [finding('code', 'warning', message, { member: code })]
}

/** The signature's columns or tensors, which MLmodel holds as JSON in a text. */
function signatureOf(signature: JsonObject | undefined): InspectionSummary {
  const inputs = readColumns(signature?.['inputs'])
  const outputs = readColumns(signature?.['outputs'])
  return { ...(inputs.length > 0 && { inputs }), ...(outputs.length > 0 && { outputs }) }
}

function readColumns(value: JsonValue | undefined): TensorSpec[] {
  const text = toText(value)
  if (text === undefined) return []
  try {
    return toArray(parseBoundedJson(text).value).flatMap((item) => columnOf(toObject(item)))
  } catch (error) {
    if (isAppError(error)) return []
    throw error
  }
}

function columnOf(column: JsonObject | undefined): TensorSpec[] {
  if (!column) return []
  const name = toText(column['name']) ?? ''
  const tensor = toObject(column['tensor-spec'])
  if (!tensor) {
    const dtype = toText(column['type'])
    return [{ name, ...(dtype && { dtype }) }]
  }
  const dtype = toText(tensor['dtype'])
  const shape = toArray(tensor['shape']).map((size) => {
    const number = toNumber(size)
    return number === undefined || number < 0 ? null : number
  })
  return [{ name, ...(dtype && { dtype }), shape }]
}
