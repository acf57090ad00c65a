import { readUbjson } from '../bytes/ubjson'
import { toObject } from '../bytes/boundedJson'
import type { FileFormat } from './format'
import { readXgboostJson } from './xgboostJson'
import { describeXgboost } from './xgboostModel'

/** The key that an XGBoost model begins with, in both notations of the same tree. */
const JSON_HEAD =
  /^\s*\{\s*"learner"\s*:\s*\{\s*"(?:attributes|feature_names|feature_types|gradient_booster|learner_model_param|objective)"/
const UBJSON_HEAD = /^\{(?:L\0{7}|l\0{3}|I\0|[iU])\x07learner\{/

/** What makes a model large, and is not needed to describe it. */
const TREES = new Set(['trees', 'weights', 'cats', 'tree_info', 'iteration_indptr', 'weight_drop'])

export const xgboostJson: FileFormat = {
  id: 'xgboost-json',
  extensions: ['.json'],
  match: ({ head }) => head[0] === 0x7b && JSON_HEAD.test(latin1(head)),
  inspect: ({ reader }) => {
    const { model, findings, partial } = readXgboostJson(reader)
    return { framework: 'xgboost', summary: describeXgboost(model), findings, partial }
  },
}

export const xgboostUbjson: FileFormat = {
  id: 'xgboost-ubj',
  extensions: ['.ubj', '.model', '.bin'],
  match: ({ head }) => UBJSON_HEAD.test(latin1(head)),
  inspect: ({ reader, budget }) => ({
    framework: 'xgboost',
    summary: describeXgboost(toObject(readUbjson(reader, budget, TREES)) ?? {}),
  }),
}

function latin1(head: Uint8Array): string {
  return new TextDecoder('latin1').decode(head.subarray(0, 1024))
}
