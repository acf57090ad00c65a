import { isAppError } from '../base/errors'
import { parseBoundedJson, toArray, toObject, toText } from '../bytes/boundedJson'
import type { JsonObject, JsonValue } from '../bytes/boundedJson'
import type { InspectionSummary, MetadataValue } from '../registry/inspection'
import { toMetadata } from './summary'

/** CatBoost's own account of a training, in JSON and text: the same in binary and JSON models. */
export type CatboostInfo = ReadonlyMap<string, JsonValue>

/** Settings, version and classes of a model, and when it was trained. */
export function describeCatboost(
  info: CatboostInfo,
): Pick<
  InspectionSummary,
  'producer' | 'producerVersion' | 'hyperparameters' | 'classes' | 'metadata'
> {
  const params = toObject(toJson(info.get('params')))
  const version = /Branch: tags\/v(\S+)|CatBoost release (\d+(?:\.\d+)+)/.exec(
    toText(info.get('catboost_version_info')) ?? '',
  )
  const producerVersion = version?.[1] ?? version?.[2]
  const classes = toArray(toObject(toJson(info.get('class_params')))?.['class_names'])
  const loss = toText(toObject(params?.['loss_function'])?.['type'])
  return {
    producer: 'CatBoost',
    ...(producerVersion && { producerVersion }),
    hyperparameters: scalars(toObject(params?.['flat_params']) ?? {}),
    ...(classes.length > 0 && { classes: classes.map(String) }),
    metadata: toMetadata([
      ['objective', loss],
      ['learningRate', scalar(toObject(params?.['boosting_options'])?.['learning_rate'])],
      ['trainedAt', toText(info.get('train_finish_time'))],
      ['modelGuid', toText(info.get('model_guid'))],
    ]),
  }
}

/** Binary models hold JSON as text, JSON models as it is. */
function toJson(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return value
  try {
    return parseBoundedJson(value).value
  } catch (error) {
    // Settings that can't be read are not known; the trees are what the model is.
    if (isAppError(error) && error.code === 'corrupt') return undefined
    throw error
  }
}

function scalar(value: JsonValue | undefined): MetadataValue | undefined {
  return typeof value === 'object' || value === undefined ? undefined : value
}

function scalars(object: JsonObject): Record<string, MetadataValue> {
  return toMetadata(Object.entries(object).map(([key, value]) => [key, scalar(value)] as const))
}
