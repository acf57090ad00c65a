import type { PickleCall, PickleGlobal, PickleValue } from '../../bytes/pickleValues'
import { calleeOf, isKind, itemsOf } from '../../bytes/pickleValues'

/** Functions of PyTorch and NumPy that call another one, which is among their arguments, by its place. */
const TRAMPOLINES: ReadonlyMap<string, number> = new Map([
  ['dill._dill._create_array', 0],
  ['torch._tensor._rebuild_from_type_v2', 0],
  ['torch._tensor._rebuild_from_type', 0],
  ['torch.tensor._rebuild_from_type', 0],
  ['numpy.random._pickle.__generator_ctor', 1],
  ['numpy.random._pickle.__randomstate_ctor', 1],
])

const UFUNC = /^numpy\.(?:_core|core)\._ufunc_reconstruct$/

/** Whether a function calls or imports what its arguments say: handed to a trampoline, it leads anywhere. */
export function leadsOn(callee: PickleGlobal): boolean {
  return TRAMPOLINES.has(callee.path) || UFUNC.test(callee.path)
}

/** The function that a call of a trampoline calls in turn; `undefined` where it is no trampoline or calls its own. */
export function innerCallee(callee: PickleGlobal, args: PickleValue): PickleValue | undefined {
  const place = TRAMPOLINES.get(callee.path)
  return place === undefined ? undefined : itemsOf(args)[place]
}

/**
 * What a call of `_ufunc_reconstruct(module, name)` imports, which NumPy writes for functions of other packages;
 * `unknown` where it can't be told, `undefined` for all other calls.
 */
export function importedBy(call: PickleCall): PickleGlobal | 'unknown' | undefined {
  const { callee, args, offset, opcode } = call
  if (!isKind(callee, 'global') || !UFUNC.test(callee.path)) return undefined
  const [module, name, ...more] = itemsOf(args)
  if (typeof module !== 'string' || typeof name !== 'string') return 'unknown'
  if (more.length > 0 || opcode !== 'REDUCE') return 'unknown'
  const path = `${module}.${name}`
  return { kind: 'global', module, name, rawModule: module, rawName: name, path, offset }
}

/** Bound methods that picklers write as `getattr(object, name)`, because they have no other way to name them. */
const BOUND: ReadonlySet<string> = new Set(
  [
    'zoneinfo.ZoneInfo._unpickle zoneinfo._zoneinfo.ZoneInfo._unpickle',
    'builtins.str.split builtins.str.lower builtins.str.upper builtins.str.strip builtins.str.casefold',
    'torch.optim.lr_scheduler.CyclicLR._triangular_scale_fn torch.optim.lr_scheduler.CyclicLR._triangular2_scale_fn',
    'sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier._raw_predict',
    'sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor._raw_predict',
  ].flatMap((line) => line.split(' ')),
)

export interface Attribute {
  readonly object: PickleValue | undefined
  readonly name: PickleValue | undefined
}

/** The operands of a call of `getattr`, if it is one. */
export function attributeOf(value: PickleValue | undefined): Attribute | undefined {
  if (!isKind(value, 'call') || !isKind(value.callee, 'global')) return undefined
  if (value.callee.path !== 'builtins.getattr') return undefined
  const [object, name] = itemsOf(value.args)
  return { object, name }
}

/** Whether an attribute, of a class or of an object of it, is one of the bound methods that are known to be written. */
export function isKnownMethod({ object, name }: Attribute): boolean {
  const owner = isKind(object, 'global') ? object : calleeOf(object)
  return owner !== undefined && typeof name === 'string' && BOUND.has(`${owner.path}.${name}`)
}

/** Whether a partial is one that scikit-learn keeps: a check of its own, with options. */
export function isKnownPartial({ args }: PickleCall): boolean {
  const [callee] = itemsOf(args)
  return isKind(callee, 'global') && callee.path === 'sklearn.utils.validation.check_array'
}

/** `type(None)` and the like: how picklers write the types of Python's constants. */
export function isTypeOfConstant(call: PickleCall): boolean {
  const args = itemsOf(call.args)
  const [value] = args
  const isConstant =
    value === null ||
    (isKind(value, 'global') && /^builtins\.(?:Ellipsis|NotImplemented)$/.test(value.path))
  return args.length === 1 && isConstant
}

/** Classes that take items by APPEND(S), ADDITEMS or SETITEM(S). */
const CONTAINERS: ReadonlySet<string> = new Set(
  [
    'collections.OrderedDict collections.defaultdict collections.Counter collections.deque collections.UserDict collections.UserList',
    'builtins.dict builtins.list builtins.set builtins.bytearray array.array',
    'sklearn.utils._bunch.Bunch sklearn.utils.Bunch torch.nn.modules.container.ParameterDict torch.Size',
    'pandas.core.indexes.frozen.FrozenList sklearn.compose._column_transformer._RemainderColsList',
    'scipy.optimize._optimize.OptimizeResult scipy.optimize.optimize.OptimizeResult sklearn.utils.deprecation.DeprecationDict',
    'lightning.fabric.utilities.data.AttributeDict lightning_fabric.utilities.data.AttributeDict',
    'lightning.pytorch.utilities.parsing.AttributeDict pytorch_lightning.utilities.parsing.AttributeDict',
    'scipy.sparse._dok.dok_matrix scipy.sparse._dok.dok_array scipy.sparse.dok.dok_matrix',
  ].flatMap((line) => line.split(' ')),
)

export function isContainer(callee: PickleGlobal): boolean {
  return CONTAINERS.has(callee.path)
}
