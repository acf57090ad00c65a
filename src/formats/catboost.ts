import { LIMITS } from '../bytes/limits'
import { parseBoundedJson, toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import type { ByteReader } from '../bytes/byteReader'
import { Table } from '../bytes/flatbuffers'
import type { FileFormat, FormatResult } from './format'
import { describeCatboost } from './catboostInfo'
import { Findings } from './summary'

const MAGIC = 'CBM1'
/** Size that says that the real one follows in 64 bits. */
const LONG_SIZE = 0xffff_ffff
/** A model as JSON is for export and inspection; the trees are in it, so it is read whole up to this size. */
const MAX_JSON = 32 * 1024 * 1024

// Field numbers of the schema (catboost/libs/model/flatbuffers/model.fbs).
const CORE = { formatVersion: 0, trees: 1, info: 2 }
const TREES = {
  approxDimension: 0,
  treeSizes: 2,
  catFeatures: 4,
  floatFeatures: 5,
  textFeatures: 12,
  embeddingFeatures: 18,
}
/** Numbers of `FlatIndex` and `FeatureId` in the tables of the kinds of features. */
const FEATURES = [
  { vector: TREES.floatFeatures, flatIndex: 2, id: 4 },
  { vector: TREES.catFeatures, flatIndex: 1, id: 2 },
  { vector: TREES.textFeatures, flatIndex: 1, id: 2 },
  { vector: TREES.embeddingFeatures, flatIndex: 1, id: 2 },
]

/** CatBoost's own format: a FlatBuffer behind a magic and a length. */
export const catboost: FileFormat = {
  id: 'catboost',
  extensions: ['.cbm'],
  match: ({ head }) => new TextDecoder('latin1').decode(head.subarray(0, 4)) === MAGIC,
  inspect({ reader, budget }): FormatResult {
    const core = Table.root(coreOf(reader), budget)
    const trees = core.table(CORE.trees)
    const info = new Map<string, string>()
    for (const pair of core.tables(CORE.info)) {
      info.set(pair.text(0) ?? '', pair.text(1, LIMITS.inflated) ?? '')
    }
    const { metadata, ...described } = describeCatboost(info)
    const features = trees ? featureNames(trees) : []
    return {
      framework: 'catboost',
      summary: {
        ...described,
        featureNames: features,
        featureCount: features.length,
        treeCount: trees?.vector(TREES.treeSizes, 4)?.length ?? 0,
        metadata: {
          ...metadata,
          formatVersion: core.text(CORE.formatVersion) ?? '',
          outputs: trees?.i32(TREES.approxDimension, 1) ?? 1,
        },
      },
    }
  },
}

function coreOf(reader: ByteReader): ByteReader {
  const size = reader.u32(4)
  return size === LONG_SIZE ? reader.view(16, reader.size64(8)) : reader.view(8, size)
}

/** Names by the position of the column; features without a name have their number. */
function featureNames(trees: Table): string[] {
  const names = new Map<number, string>()
  for (const { vector, flatIndex, id } of FEATURES) {
    for (const feature of trees.tables(vector)) {
      const index = feature.i32(flatIndex, -1)
      names.set(index, feature.text(id) || String(index))
    }
  }
  return [...names].sort(([a], [b]) => a - b).map(([, name]) => name)
}

/** The same model as JSON: `features_info`, `model_info` and trees. */
export const catboostJson: FileFormat = {
  id: 'catboost',
  extensions: ['.json'],
  match({ head }) {
    if (head[0] !== 0x7b) return false
    const text = new TextDecoder('latin1').decode(head)
    return (
      /^\s*\{\s*"(?:features_info|model_info|oblivious_trees|ctr_data)"/.test(text) &&
      text.includes('"features_info"')
    )
  },
  inspect({ reader }): FormatResult {
    const findings = new Findings()
    if (reader.size > MAX_JSON) {
      findings.add(
        'too-large',
        'warning',
        'The model is too large to be read as JSON: save it as .cbm.',
      )
      return { framework: 'catboost', summary: {}, findings: findings.list(), partial: true }
    }
    const model = toObject(parseBoundedJson(reader.bytes(0, reader.size)).value)
    const info = new Map(
      Object.entries(toObject(model?.['model_info']) ?? {}).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value] as const],
      ),
    )
    const features = [
      'float_features',
      'categorical_features',
      'text_features',
      'embedding_features',
    ]
      .flatMap((kind) => toArray(toObject(model?.['features_info'])?.[kind]))
      .map((feature) => toObject(feature))
      .map((feature) => {
        const index = toNumber(feature?.['flat_feature_index']) ?? -1
        return { index, name: toText(feature?.['feature_id']) || String(index) }
      })
      .sort((a, b) => a.index - b.index)
    return {
      framework: 'catboost',
      summary: {
        ...describeCatboost(info),
        featureNames: features.map(({ name }) => name),
        featureCount: features.length,
        treeCount: toArray(model?.['oblivious_trees'] ?? model?.['trees']).length,
      },
    }
  },
}
