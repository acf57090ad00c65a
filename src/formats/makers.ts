import type { PickleGlobal, PickleValue } from '../bytes/pickleValues'
import { calleeOf, isKind, itemsOf, lookUp } from '../bytes/pickleValues'

export interface Maker {
  readonly framework: string
  readonly producer?: string
}

/** Who makes the classes below a package, and what they call themselves. */
const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
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

/** A class as its pickle tells it. */
export interface PickledClass {
  readonly path: string
  readonly maker: Maker
}

/** The framework and producer of a class. */
function makerOf(global: PickleGlobal | undefined): Maker {
  const root = global?.module.split('.')[0] ?? ''
  return MAKERS.get(root) ?? { framework: 'custom' }
}

/** How cloudpickle writes a class that can't be imported, as those of a notebook: with all of its code. */
const BY_VALUE = 'cloudpickle.cloudpickle._make_skeleton_class'

/** The class that an object was made of; one that is pickled with its code has the maker of its first known base. */
export function classOf(value: PickleValue | undefined): PickledClass | undefined {
  const made = calleeOf(value)
  if (made) return { path: made.path, maker: makerOf(made) }
  const skeleton = isKind(value, 'call') ? value.callee : undefined
  if (!isKind(skeleton, 'call') || calleeOf(skeleton)?.path !== BY_VALUE) return undefined
  const [, name, bases, namespace] = itemsOf(skeleton.args)
  if (typeof name !== 'string') return undefined
  const module = lookUp(namespace, '__module__')
  const makers = itemsOf(bases).map((base) => makerOf(isKind(base, 'global') ? base : undefined))
  return {
    path: typeof module === 'string' ? `${module}.${name}` : name,
    maker: makers.find(({ framework }) => framework !== 'custom') ?? { framework: 'custom' },
  }
}
