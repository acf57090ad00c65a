import type { ByteReader } from '../bytes/byteReader'
import type { PickleList, PickleValue } from '../bytes/pickleValues'
import { attributesOf, calleeOf, entriesOf, isKind, itemsOf } from '../bytes/pickleValues'
import type { InspectionSummary, MetadataValue, TensorInfo } from '../registry/inspection'
import { arrayOf, elementsOf, scalarOf } from '../bytes/pickleArrays'
import { collectArrays } from './arrayTensors'
import { boosterOf } from './embeddedBooster'
import { firstOf } from './estimatorParts'
import { classOf } from './makers'
import { toScalar } from './pickleScalars'
import { isInherited } from './sklearnAttributes'
import { add, elementCount, tallyTensors, toCounts } from './summary'

/** What a pickled object is, apart from its tensors. */
export interface DescribedObject {
  readonly framework: string
  readonly summary: InspectionSummary
  readonly tensors?: readonly TensorInfo[]
  /** A booster's own model, which another format reads. */
  readonly embedded?: PickleValue
}

/** Keys of a dict that are named. */
const SHOWN_KEYS = 20
/** A booster as such has no settings but those of its native model. */
const BOOSTERS: ReadonlySet<string> = new Set(['xgboost.core.Booster', 'lightgbm.basic.Booster'])
/** Settings that are listed; the largest estimators have 40. */
const MAX_SETTINGS = 200

/** Describes an unpickled object by its class and attributes. */
export function describeObject(
  value: PickleValue | undefined,
  reader: ByteReader,
): DescribedObject {
  const made = classOf(value)
  if (!made) return describePlain(value, reader)
  const { maker, path } = made
  const attributes = attributesOf(value)
  const embedded = boosterOf(value)
  const isArray = arrayOf(value) !== undefined
  const summary: InspectionSummary = {
    modelClass: isArray ? 'numpy.ndarray' : path,
    ...(maker.producer && { producer: maker.producer }),
    ...versionOf(attributes),
    ...(maker.framework !== 'pytorch' &&
      !BOOSTERS.has(path) &&
      settingsOf(attributes, path, reader)),
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
  const model = inner.find(([, item]) => isModel(item))?.[1]
  if (model !== undefined) {
    const described = describeObject(model, reader)
    const { summary } = described
    return { ...described, summary: { ...summary, metadata: { ...summary.metadata, ...metadata } } }
  }
  const tensors = collectArrays(value)
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

/** An object of a framework that makes models, rather than of the language or of NumPy. */
function isModel(value: PickleValue): boolean {
  const framework = classOf(value)?.maker.framework ?? 'custom'
  return framework !== 'custom' && framework !== 'numpy'
}

function versionOf(attributes: ReadonlyMap<string, PickleValue>): InspectionSummary {
  const version = attributes.get('_sklearn_version')
  return typeof version === 'string' ? { producerVersion: version } : {}
}

/** scikit-learn's convention: constructor arguments have neither a leading nor a trailing underscore. */
function settingsOf(
  attributes: ReadonlyMap<string, PickleValue>,
  path: string,
  reader: ByteReader,
): InspectionSummary {
  const settings: Record<string, MetadataValue | null> = Object.create(null)
  for (const [name, value] of attributes) {
    if (Object.keys(settings).length >= MAX_SETTINGS) break
    if (name.startsWith('_') || name.endsWith('_') || isInherited(path, name)) continue
    const scalar = toScalar(value, reader)
    if (scalar !== undefined) settings[name] = scalar
  }
  return Object.keys(settings).length > 0 ? { hyperparameters: { ...settings } } : {}
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

/** Labels as Python prints them: `True`, and `1.0` in an array of floating-point numbers. */
function textsOf(value: PickleValue | undefined, reader: ByteReader): string[] | undefined {
  const isFloat = arrayOf(value)?.dtype.kind === 'f'
  return elementsOf(value, reader)?.map((item) => {
    if (typeof item === 'boolean') return item ? 'True' : 'False'
    return isFloat && Number.isInteger(item) ? `${item}.0` : String(item)
  })
}

/**
 * Trees of a forest, of boosting, or of one tree: `estimators_`, `_predictors`, `tree_`. Boosting grows one for each class
 * in every round.
 */
function treesOf(value: PickleValue | undefined, reader: ByteReader): InspectionSummary {
  return firstOf(value, (attributes) => {
    if (calleeOf(attributes.get('tree_'))?.path === 'sklearn.tree._tree.Tree') {
      return { treeCount: 1 }
    }
    const estimators = attributes.get('estimators_')
    const trees = arrayOf(estimators)
    if (trees) return { treeCount: elementCount(trees.shape) ?? 0 }
    if (isKind(estimators, 'list') && isTree(firstLeaf(estimators))) {
      return { treeCount: countLeaves(estimators) }
    }
    const predictors = attributes.get('_predictors')
    if (isKind(predictors, 'list')) return { treeCount: countLeaves(predictors) }
    const iterations = scalarOf(attributes.get('_n_estimators'), reader)
    return typeof iterations === 'number' ? { treeCount: iterations } : undefined
  })
}

/** Items of a list of lists, as boosting keeps its trees by round and class. */
function countLeaves(list: PickleList): number {
  const first = list.items[0]
  return isKind(first, 'list') ? list.length * first.length : list.length
}

function firstLeaf(list: PickleList): PickleValue | undefined {
  const first = list.items[0]
  return isKind(first, 'list') ? first.items[0] : first
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
