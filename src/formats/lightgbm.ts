import type { ByteReader } from '../bytes/byteReader'
import type { MetadataValue } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { Findings, toMetadata } from './summary'

/** Sizes of the beginning in which the first tree is looked for: lines of a model of many features are long. */
const HEADS = [65_536, 1_048_576, 8_388_608]
/** Settings stand at the end, behind the importances of the features. */
const TAIL = 1_048_576

/** Settings that are written as 0 or 1 and are meant as no or yes (LightGBM, docs/Parameters.rst). */
const SWITCHES = new Set([
  'bagging_by_query',
  'boost_from_average',
  'deterministic',
  'enable_bundle',
  'extra_trees',
  'feature_pre_filter',
  'first_metric_only',
  'force_col_wise',
  'force_row_wise',
  'gpu_use_dp',
  'header',
  'is_enable_sparse',
  'is_provide_training_metric',
  'is_unbalance',
  'lambdarank_norm',
  'linear_tree',
  'pre_partition',
  'precise_float_parser',
  'quant_train_renew_leaf',
  'reg_sqrt',
  'stochastic_rounding',
  'two_round',
  'uniform_drop',
  'use_missing',
  'use_quantized_grad',
  'xgboost_dart_mode',
  'zero_as_missing',
])

/** LightGBM's text format: lines of settings, trees, importances, and the parameters of the training. */
export const lightgbm: FileFormat = {
  id: 'lightgbm-text',
  extensions: ['.txt', '.model', '.lgb'],
  match: ({ head }) =>
    /^tree\r?\nversion=v\d/.test(new TextDecoder('latin1').decode(head.subarray(0, 64))),
  inspect({ reader }): FormatResult {
    const findings = new Findings()
    const header = readHeader(reader)
    const { parameters, isWhole } = readParameters(reader)
    if (!isWhole) {
      findings.add('truncated', 'error', 'The model ends before its trees do.', {
        offset: reader.size,
      })
    }
    const featureNames = (header.get('feature_names') ?? '').split(' ').filter(Boolean)
    const maxFeature = toFinite(header.get('max_feature_idx'))
    const objective = header.get('objective')
    const treeCount = (header.get('tree_sizes') ?? '').split(' ').filter(Boolean).length
    return {
      framework: 'lightgbm',
      summary: {
        producer: 'LightGBM',
        ...(featureNames.length > 0 && { featureNames }),
        ...(maxFeature !== undefined && { featureCount: maxFeature + 1 }),
        treeCount,
        ...(parameters.size > 0 && { hyperparameters: toMetadata(parameters) }),
        metadata: toMetadata([
          ['objective', objective],
          ['formatVersion', header.get('version')],
          ['classCount', toFinite(header.get('num_class'))],
          ['treesPerIteration', toFinite(header.get('num_tree_per_iteration'))],
        ]),
      },
      findings: findings.list(),
      partial: !isWhole,
    }
  },
}

/** The lines before the first tree: `key=value`. */
function readHeader(reader: ByteReader): Map<string, string> {
  let text = ''
  for (const size of HEADS) {
    text = decoder.decode(reader.head(0, size))
    const end = text.search(/\r?\nTree=0\b|\r?\nend of trees/)
    if (end >= 0) {
      text = text.slice(0, end)
      break
    }
    if (size >= reader.size) break
  }
  const header = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=')
    if (equals > 0) header.set(line.slice(0, equals), line.slice(equals + 1))
  }
  return header
}

/** The lines `[key: value]` of the training's parameters; the file is whole if its trees are said to end. */
function readParameters(reader: ByteReader): {
  parameters: Map<string, MetadataValue>
  isWhole: boolean
} {
  const length = Math.min(TAIL, reader.size)
  const text = decoder.decode(reader.bytes(reader.size - length, length))
  const parameters = new Map<string, MetadataValue>()
  const start = text.lastIndexOf('\nparameters:')
  const end = text.lastIndexOf('end of parameters')
  for (const line of start < 0
    ? []
    : text.slice(start, end < start ? undefined : end).split(/\r?\n/)) {
    const [, key, value] = /^\[([^:\]]+): (.*)\]$/.exec(line) ?? []
    if (key && value) parameters.set(key, toValue(key, value))
  }
  return { parameters, isWhole: start >= 0 || text.includes('end of trees') }
}

function toValue(key: string, text: string): MetadataValue {
  if (SWITCHES.has(key) && (text === '0' || text === '1')) return text === '1'
  return toFinite(text) ?? text
}

function toFinite(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const decoder = new TextDecoder()
