import type { PickleCall, PickleGlobal, PickleValue } from '../../bytes/pickleValues'
import { isKind, itemsOf } from '../../bytes/pickleValues'

/** Functions of PyTorch and NumPy that call another one, which is among their arguments, by its place. */
const TRAMPOLINES: ReadonlyMap<string, number> = new Map([
  ['torch._tensor._rebuild_from_type_v2', 0],
  ['torch._tensor._rebuild_from_type', 0],
  ['torch.tensor._rebuild_from_type', 0],
  ['numpy.random._pickle.__generator_ctor', 1],
  ['numpy.random._pickle.__randomstate_ctor', 1],
])

/** The function that a call of a trampoline calls in turn; `undefined` where it is no trampoline or calls its own. */
export function innerCallee(callee: PickleGlobal, args: PickleValue): PickleValue | undefined {
  const place = TRAMPOLINES.get(callee.path)
  return place === undefined ? undefined : itemsOf(args)[place]
}

/** Bound methods that picklers write as `getattr(class, name)`, because they have no other way to name them. */
const BOUND: ReadonlySet<string> = new Set([
  'zoneinfo.ZoneInfo._unpickle',
  'zoneinfo._zoneinfo.ZoneInfo._unpickle',
])

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

/** Whether an attribute is one of the bound methods that are known to be written. */
export function isKnownMethod({ object, name }: Attribute): boolean {
  return isKind(object, 'global') && typeof name === 'string' && BOUND.has(`${object.path}.${name}`)
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
    'pandas.core.indexes.frozen.FrozenList',
    'scipy.sparse._dok.dok_matrix scipy.sparse._dok.dok_array scipy.sparse.dok.dok_matrix',
  ].flatMap((line) => line.split(' ')),
)

export function isContainer(callee: PickleGlobal): boolean {
  return CONTAINERS.has(callee.path)
}
