import type { ByteReader } from '../bytes/byteReader'
import type { PickleGlobal, PickleValue } from '../bytes/pickleValues'
import { attributesOf, calleeOf, entriesOf, isKind, itemsOf } from '../bytes/pickleValues'
import type { InspectionSummary, MetadataValue, TensorInfo } from '../registry/inspection'
import type { PickledArray } from '../bytes/pickleArrays'
import { arrayOf, elementsOf, scalarOf } from '../bytes/pickleArrays'
import { toScalar } from './pickleScalars'
import { add, elementCount, tallyTensors, toCounts } from './summary'

/** What a pickled object is, apart from its tensors. */
export interface DescribedObject {
  readonly framework: string
  readonly summary: InspectionSummary
  readonly tensors?: readonly TensorInfo[]
  /** A booster's own model, which another format reads. */
  readonly embedded?: PickleValue
}

/** Who makes the classes below a package, and what they call themselves. */
const MAKERS: ReadonlyMap<string, { readonly framework: string; readonly producer: string }> =
  new Map([
    ['sklearn', { framework: 'sklearn', producer: 'scikit-learn' }],
    ['imblearn', { framework: 'sklearn', producer: 'imbalanced-learn' }],
    ['xgboost', { framework: 'xgboost', producer: 'XGBoost' }],
    ['lightgbm', { framework: 'lightgbm', producer: 'LightGBM' }],
    ['catboost', { framework: 'catboost', producer: 'CatBoost' }],
    ['torch', { framework: 'pytorch', producer: 'PyTorch' }],
    ['lightning', { framework: 'pytorch', producer: 'PyTorch Lightning' }],
    ['pytorch_lightning', { framework: 'pytorch', producer: 'PyTorch Lightning' }],
    ['keras', { framework: 'keras', producer: 'Keras' }],
    ['tensorflow', { framework: 'tensorflow', producer: 'TensorFlow' }],
    ['jax', { framework: 'jax', producer: 'JAX' }],
    ['jaxlib', { framework: 'jax', producer: 'JAX' }],
    ['flax', { framework: 'jax', producer: 'Flax' }],
    ['transformers', { framework: 'transformers', producer: 'transformers' }],
    [
      'sentence_transformers',
      { framework: 'sentence-transformers', producer: 'sentence-transformers' },
    ],
    ['spacy', { framework: 'spacy', producer: 'spaCy' }],
    ['numpy', { framework: 'numpy', producer: 'NumPy' }],
    ['pandas', { framework: 'custom', producer: 'pandas' }],
    ['statsmodels', { framework: 'custom', producer: 'statsmodels' }],
  ])

/** Estimators in an estimator that are looked into: a search over a pipeline of transformers has a dozen. */
const MAX_ESTIMATORS = 200
/** Keys of a dict that are named, and arrays in it that are listed. */
const SHOWN_KEYS = 20
const MAX_ARRAYS = 100_000
/** Settings that are listed; the largest estimators have 40. */
const MAX_SETTINGS = 200

/** The framework and producer of a class. */
export function makerOf(global: PickleGlobal | undefined): {
  readonly framework: string
  readonly producer?: string
} {
  const root = global?.module.split('.')[0] ?? ''
  return MAKERS.get(root) ?? { framework: 'custom' }
}

/** Describes an unpickled object by its class and attributes. */
export function describeObject(
  value: PickleValue | undefined,
  reader: ByteReader,
): DescribedObject {
  const made = calleeOf(value)
  if (!made) return describePlain(value, reader)
  const maker = makerOf(made)
  const attributes = attributesOf(value)
  const embedded = boosterOf(value)
  const isArray = arrayOf(value) !== undefined
  const summary: InspectionSummary = {
    modelClass: isArray ? 'numpy.ndarray' : made.path,
    ...(maker.producer && { producer: maker.producer }),
    ...versionOf(attributes),
    ...(maker.framework !== 'pytorch' && !isBooster(made) && settingsOf(attributes, reader)),
    ...featuresOf(value, reader),
    ...classesOf(value, reader),
    ...treesOf(value, reader),
    ...stepsOf(attributes),
    ...searchOf(attributes, reader),
  }
  return { framework: maker.framework, summary, ...(embedded !== undefined && { embedded }) }
}

/**
 * A dict, list or tuple: what its first model is, as in `{"model": forest, "columns": [...]}`; else its arrays, as the
 * weights of something.
 */
function describePlain(value: PickleValue | undefined, reader: ByteReader): DescribedObject {
  const entries = entriesOf(value)
  const inner: readonly (readonly [PickleValue, PickleValue])[] =
    entries.length > 0 ? entries : [...itemsOf(value).entries()]
  const keys = entries.flatMap(([key]) => (typeof key === 'string' ? [key] : []))
  const metadata: Record<string, MetadataValue> =
    keys.length > 0 ? { keys: keys.slice(0, SHOWN_KEYS).join(', ') } : {}
  const model = inner.find(([, item]) => isModelClass(calleeOf(item)))?.[1]
  if (model !== undefined) {
    const described = describeObject(model, reader)
    const { summary } = described
    return { ...described, summary: { ...summary, metadata: { ...summary.metadata, ...metadata } } }
  }
  const tensors = inner.slice(0, MAX_ARRAYS).flatMap(([key, item]) => {
    const array = arrayOf(item)
    return array ? [toTensor(typeof key === 'object' ? '?' : String(key), array)] : []
  })
  const kind = typeof value === 'object' && value !== null ? value.kind : ''
  const isContainer = kind === 'dict' || kind === 'list' || kind === 'tuple'
  return {
    framework: tensors.length > 0 ? 'numpy' : 'custom',
    summary: {
      ...(tensors.length > 0 && tallyTensors(tensors)),
      ...(isContainer && { modelClass: `builtins.${kind}` }),
      metadata,
    },
    ...(tensors.length > 0 && { tensors }),
  }
}

/** A class of a framework that makes models, rather than of the language or of NumPy. */
function isModelClass(made: PickleGlobal | undefined): boolean {
  const { framework } = makerOf(made)
  return framework !== 'custom' && framework !== 'numpy'
}

function toTensor(name: string, array: PickledArray): TensorInfo {
  const { dtype, shape, data } = array
  const parameters = elementCount(shape) ?? 0
  const bytes = parameters * dtype.itemSize
  const isInPlace = data !== undefined && !(data instanceof Uint8Array) && data.length === bytes
  return {
    name,
    dtype: dtype.name,
    shape,
    parameters,
    bytes,
    ...(isInPlace && { offset: data.offset, length: bytes }),
  }
}

function versionOf(attributes: ReadonlyMap<string, PickleValue>): InspectionSummary {
  const version = attributes.get('_sklearn_version')
  return typeof version === 'string' ? { producerVersion: version } : {}
}

/** scikit-learn's convention: constructor arguments have neither a leading nor a trailing underscore. */
function settingsOf(
  attributes: ReadonlyMap<string, PickleValue>,
  reader: ByteReader,
): InspectionSummary {
  const settings: Record<string, MetadataValue | null> = Object.create(null)
  for (const [name, value] of attributes) {
    if (Object.keys(settings).length >= MAX_SETTINGS) break
    if (name.startsWith('_') || name.endsWith('_')) continue
    const scalar = toScalar(value, reader)
    if (scalar !== undefined) settings[name] = scalar
  }
  return Object.keys(settings).length > 0 ? { hyperparameters: { ...settings } } : {}
}

/** The estimators that a search, a pipeline or a wrapper is made of, the deciding one first. */
function innerEstimators(attributes: ReadonlyMap<string, PickleValue>): PickleValue[] {
  const steps = itemsOf(attributes.get('steps')).map((step) => itemsOf(step)[1] ?? null)
  const wrapped = ['best_estimator_', 'estimator_', 'base_estimator_', 'regressor_', 'classifier_']
  const single = wrapped.flatMap((name) => attributes.get(name) ?? [])
  return [...single, ...steps.reverse()]
}

/** The first answer of an object or of what it is made of. */
function firstOf(
  value: PickleValue | undefined,
  find: (
    attributes: ReadonlyMap<string, PickleValue>,
    value: PickleValue | undefined,
  ) => InspectionSummary | undefined,
  order: (inner: PickleValue[]) => PickleValue[] = (inner) => inner,
): InspectionSummary {
  const seen = new Set<PickleValue | undefined>()
  const waiting = [value]
  while (waiting.length > 0 && seen.size < MAX_ESTIMATORS) {
    const next = waiting.shift()
    if (seen.has(next)) continue
    seen.add(next)
    const attributes = attributesOf(next)
    const found = find(attributes, next)
    if (found) return found
    waiting.unshift(...order(innerEstimators(attributes)).slice(0, MAX_ESTIMATORS))
  }
  return {}
}

function featuresOf(value: PickleValue | undefined, reader: ByteReader): InspectionSummary {
  return firstOf(
    value,
    (attributes) => {
      const names = textsOf(
        attributes.get('feature_names_in_') ?? attributes.get('feature_name_'),
        reader,
      )
      const fitted =
        attributes.get('n_features_in_') ??
        attributes.get('n_features_') ??
        attributes.get('_n_features')
      const count = scalarOf(fitted, reader)
      if (names === undefined && typeof count !== 'number') return undefined
      return {
        ...(names && names.length > 0 && { featureNames: names }),
        ...(typeof count === 'number'
          ? { featureCount: count }
          : names && names.length > 0 && { featureCount: names.length }),
      }
    },
    // The first step of a pipeline sees the features as they come in, the last one sees what the others made of them.
    (inner) => [...inner].reverse(),
  )
}

function classesOf(value: PickleValue | undefined, reader: ByteReader): InspectionSummary {
  return firstOf(value, (attributes) => {
    const classes = textsOf(attributes.get('classes_') ?? attributes.get('_classes'), reader)
    return classes && classes.length > 0 ? { classes: classes } : undefined
  })
}

function textsOf(value: PickleValue | undefined, reader: ByteReader): string[] | undefined {
  return elementsOf(value, reader)?.map((item) =>
    typeof item === 'boolean' ? (item ? 'True' : 'False') : String(item),
  )
}

/** Trees of a forest, of boosting, or of one tree: `estimators_`, `_predictors`, `tree_`. */
function treesOf(value: PickleValue | undefined, reader: ByteReader): InspectionSummary {
  return firstOf(value, (attributes) => {
    const estimators = attributes.get('estimators_')
    const trees = arrayOf(estimators)
    if (trees && trees.shape[0] !== undefined) return { treeCount: trees.shape[0] }
    if (isKind(estimators, 'list') && isTree(estimators.items[0])) {
      return { treeCount: estimators.length }
    }
    const predictors = attributes.get('_predictors')
    if (isKind(predictors, 'list')) return { treeCount: predictors.length }
    const iterations = scalarOf(attributes.get('_n_estimators'), reader)
    return typeof iterations === 'number' ? { treeCount: iterations } : undefined
  })
}

function isTree(value: PickleValue | undefined): boolean {
  return /^sklearn\.(?:tree|ensemble)\./.test(calleeOf(value)?.path ?? '')
}

/** A pipeline's or column transformer's parts by class. */
function stepsOf(attributes: ReadonlyMap<string, PickleValue>): InspectionSummary {
  const counts = new Map<string, number>()
  for (const step of itemsOf(attributes.get('steps') ?? attributes.get('transformers_'))) {
    const made = calleeOf(itemsOf(step)[1])
    if (made) add(counts, made.path)
  }
  return counts.size > 0 ? { layers: toCounts(counts) } : {}
}

/** What a search over settings found: `bestScore` and `bestParameters.<name>`. */
function searchOf(
  attributes: ReadonlyMap<string, PickleValue>,
  reader: ByteReader,
): InspectionSummary {
  const best = attributes.get('best_params_')
  if (best === undefined) return {}
  const metadata: Record<string, MetadataValue> = Object.create(null)
  const score = toScalar(attributes.get('best_score_'), reader)
  if (typeof score === 'number') metadata['bestScore'] = score
  for (const [name, value] of entriesOf(best)) {
    const scalar = toScalar(value, reader)
    if (typeof name === 'string' && scalar !== null && scalar !== undefined) {
      metadata[`bestParameters.${name}`] = scalar
    }
  }
  return { metadata: { ...metadata } }
}

/** The attributes that hold a native model: XGBoost's bytes, LightGBM's text, CatBoost's bytes. */
const NATIVE = ['handle', '_handle', 'model_str', '__model']
/** The attributes that hold a booster. */
const BOOSTERS = ['_Booster', '_booster', 'booster_']

/** The native model inside a booster, or in the wrapper around it. */
function boosterOf(value: PickleValue | undefined, level = 0): PickleValue | undefined {
  const attributes = attributesOf(value)
  for (const name of NATIVE) {
    const native = attributes.get(name)
    // Protocol 4 has no opcode for a bytearray: it is one made of bytes.
    if (calleeOf(native)?.path === 'builtins.bytearray' && isKind(native, 'call')) {
      return itemsOf(native.args)[0]
    }
    if (native !== undefined && native !== null && !isKind(native, 'call')) return native
  }
  if (level > 0) return undefined
  const boosters = BOOSTERS.map((name) => attributes.get(name)).filter((inner) =>
    isKind(inner, 'call'),
  )
  for (const inner of [...boosters, ...innerEstimators(attributes).slice(0, 1)]) {
    const native = boosterOf(inner, level + 1) ?? boosterOf(attributesOf(inner).get('_Booster'), 1)
    if (native !== undefined) return native
  }
  return undefined
}

/** A booster as such has no settings but those of its native model. */
function isBooster(made: PickleGlobal): boolean {
  return made.path === 'xgboost.core.Booster' || made.path === 'lightgbm.basic.Booster'
}
