import { toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import type { JsonObject } from '../bytes/boundedJson'
import type { InspectionSummary } from '../registry/inspection'
import { toMetadata } from './summary'

/**
 * What a model tree says, the same in JSON and UBJSON (xgboost, doc/model.schema). Numbers of parameters are written as
 * texts; lists of numbers may be absent or known by their length only.
 */
export function describeXgboost(model: JsonObject): InspectionSummary {
  const learner = toObject(model['learner'])
  const booster = toObject(learner?.['gradient_booster'])
  // The trees of a dart model are in the gbtree that it wraps.
  const trees = toObject((toObject(booster?.['gbtree']) ?? booster)?.['model'])
  const treeParameters = toObject(trees?.['gbtree_model_param'])
  const parameters = toObject(learner?.['learner_model_param'])
  const objective = toObject(learner?.['objective'])
  const attributes = toObject(learner?.['attributes']) ?? {}
  const version = toArray(model['version']).map(String).join('.')
  const architecture = toText(booster?.['name'])
  const treeCount = toNumber(treeParameters?.['num_trees'])
  const featureNames = toArray(learner?.['feature_names']).map(String)
  const featureCount = toNumber(parameters?.['num_feature'])
  const objectiveName = toText(objective?.['name'])
  return {
    producer: 'XGBoost',
    ...(version && { producerVersion: version }),
    ...(architecture && { architecture }),
    ...(treeCount !== undefined && { treeCount }),
    ...(featureNames.length > 0 && { featureNames }),
    ...(featureCount !== undefined && { featureCount }),
    hyperparameters: toMetadata([
      ['objective', objectiveName],
      ['base_score', scalar(parameters, 'base_score')],
      ['num_class', toNumber(parameters?.['num_class'])],
      ['num_target', toNumber(parameters?.['num_target'])],
      ['num_parallel_tree', toNumber(treeParameters?.['num_parallel_tree'])],
      ['scale_pos_weight', toNumber(toObject(objective?.['reg_loss_param'])?.['scale_pos_weight'])],
    ]),
    metadata: toMetadata([
      ['objective', objectiveName],
      ['boostedRounds', roundsOf(trees, treeCount, treeParameters, parameters)],
      ['classCount', toNumber(parameters?.['num_class'])],
      ['featureTypes', toArray(learner?.['feature_types']).map(String).join(', ') || undefined],
      ['bestIteration', toNumber(attributes['best_iteration'])],
      ['bestScore', toNumber(attributes['best_score'])],
      ...Object.entries(attributes).map(([key, value]) => [key, toText(value)] as const),
    ]),
  }
}

/** `base_score` is a number as text, since version 3 in brackets. */
function scalar(parameters: JsonObject | undefined, key: string): number | string | undefined {
  const text = toText(parameters?.[key])?.replace(/^\[([^,\]]*)\]$/, '$1')
  return toNumber(text) ?? text
}

function roundsOf(
  trees: JsonObject | undefined,
  treeCount: number | undefined,
  treeParameters: JsonObject | undefined,
  parameters: JsonObject | undefined,
): number | undefined {
  const linear = toNumber(trees?.['boosted_rounds'])
  if (linear !== undefined || treeCount === undefined) return linear
  const perRound =
    Math.max(1, toNumber(treeParameters?.['num_parallel_tree']) ?? 1) *
    Math.max(1, toNumber(parameters?.['num_class']) ?? 1)
  return Math.floor(treeCount / perRound)
}
