import { ALLOW_BOOSTING } from './allowBoosting'
import { ALLOW_CORE } from './allowCore'
import { ALLOW_EARLIER } from './allowEarlier'
import { ALLOW_NUMPY } from './allowNumpy'
import { ALLOW_SCIENCE } from './allowScience'
import { ALLOW_SKLEARN } from './allowSklearn'
import type { Role } from './allowTable'
import { ALLOW_TORCH } from './allowTorch'
import {
  BUNDLED_MODULES,
  DENIED_ANYWHERE,
  DENIED_MODULES,
  DENIED_NAMES,
  IMPORTED_MODULES,
  PURE_MODULES,
} from './deny'
import { STANDARD_LIBRARY } from './standardLibrary'

export type Judgement =
  | { readonly kind: 'allowed'; readonly roles: ReadonlySet<Role> }
  /** Known to run code, or to reach files or the network. */
  | { readonly kind: 'denied' }
  /** A part of Python's library that no model needs. */
  | { readonly kind: 'library' }
  | { readonly kind: 'unknown' }

const TABLES = [
  ALLOW_CORE,
  ALLOW_NUMPY,
  ALLOW_TORCH,
  ALLOW_SKLEARN,
  ALLOW_SCIENCE,
  ALLOW_BOOSTING,
  ALLOW_EARLIER,
] as const

const ALLOWED: ReadonlyMap<string, ReadonlySet<Role>> = readTables()
const MODULES: ReadonlySet<string> = new Set(DENIED_MODULES)
const NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(DENIED_NAMES).map(([module, names]) => [module, new Set(names.split(' '))]),
)

function readTables(): Map<string, ReadonlySet<Role>> {
  const allowed = new Map<string, Set<Role>>()
  for (const table of TABLES) {
    for (const role of ['make', 'class', 'value'] as const) {
      for (const [module, names] of Object.entries(table[role])) {
        for (const name of names.split(' ')) {
          const path = `${module}.${name}`
          const roles = allowed.get(path) ?? new Set()
          allowed.set(path, roles.add(role))
        }
      }
    }
  }
  return allowed
}

/** Modules that Python has under several names: the tables have the last one. */
const SAME_MODULES: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['__builtins__', 'builtins'],
  ['_io', 'io'],
  ['_operator', 'operator'],
  ['_collections', 'collections'],
  ['_datetime', 'datetime'],
  ['_decimal', 'decimal'],
  ['_functools', 'functools'],
  ['_struct', 'struct'],
  ['_random', 'random'],
  ['copy_reg', 'copyreg'],
  ['collections.abc', 'typing'],
])

function canonicalModule(module: string): string {
  return SAME_MODULES.get(module) ?? module
}

/** What is known of a name. `module` and `name` as the unpickler looks them up; both are judged as they are written. */
export function judgeGlobal(module: string, name: string): Judgement {
  const own = canonicalModule(module)
  const roles = ALLOWED.get(`${own}.${name}`) ?? ALLOWED.get(`${module}.${name}`)
  if (roles) return { kind: 'allowed', roles }
  if (isDenied(own, name)) return { kind: 'denied' }
  const [top = ''] = own.split('.')
  if (STANDARD_LIBRARY.has(top) && !isInert(own, name)) return { kind: 'library' }
  return { kind: 'unknown' }
}

function isDenied(module: string, name: string): boolean {
  if (NARROWED.has(`${module}.${name}`)) return false
  const parts = name.split('.')
  if (parts.some((part) => DENIED_ANYWHERE.has(part))) return true
  // A module that another has imported: `shutil` + `os.system`, `pathlib` + `os`.
  if (parts.slice(0, -1).some((part) => MODULES.has(part))) return true
  if (IMPORTED_MODULES.has(name)) return true
  const [first = ''] = parts
  const [top = '', ...inner] = module.split('.')
  const isBundled = (part: string): boolean =>
    BUNDLED_MODULES.has(part) &&
    (MODULES.has(part) || NAMES.get(canonicalModule(part))?.has(first) === true)
  if (inner.some(isBundled)) return true
  // A package shows at its top what its modules define: `numpy.fromfile` is `numpy._core.multiarray.fromfile`.
  if (!STANDARD_LIBRARY.has(top) && NAMES.get(top)?.has(first)) return true
  return prefixes(module).some((prefix, index) => {
    if (MODULES.has(prefix)) return true
    const names = NAMES.get(prefix)
    if (!names) return false
    return index === 0 ? names.has(first) || names.has('*') : names.has('*')
  })
}

/** What plain data have in modules of which the rest is denied. */
const NARROWED: ReadonlySet<string> = new Set(
  'inspect.Signature inspect.Parameter inspect._ParameterKind sklearn.externals.joblib.numpy_pickle.NDArrayWrapper sklearn.externals.joblib.numpy_pickle.ZNDArrayWrapper joblib.memory.Memory joblib.logger.Logger joblib._store_backends.FileSystemStoreBackend joblib.numpy_pickle.NDArrayWrapper joblib.numpy_pickle.ZNDArrayWrapper joblib.numpy_pickle_compat.NDArrayWrapper joblib.numpy_pickle_compat.ZNDArrayWrapper dill._dill._load_type dill._dill._create_dtypemeta dill._dill._create_ftype cloudpickle.cloudpickle._make_dict_keys cloudpickle.cloudpickle._make_dict_values cloudpickle.cloudpickle._make_dict_items'.split(
    ' ',
  ),
)

/** `a.b.c`, `a.b`, `a`. */
function prefixes(module: string): string[] {
  const parts = module.split('.')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'))
}

/** Names of Python's library that do nothing by being looked up or called, though no model needs them. */
function isInert(module: string, name: string): boolean {
  const isClass = /^_?[A-Z]/.test(name)
  if (module === 'builtins') return true
  if (PURE_MODULES.has(module)) return true
  if (module === 'logging') return ['getLogger', 'Logger', 'RootLogger'].includes(name)
  return isClass && CLASS_MODULES.has(module)
}

/** Modules whose classes are inert, and whose functions are not. */
const CLASS_MODULES: ReadonlySet<string> = new Set(
  'typing types dataclasses inspect weakref traceback warnings http.cookies'.split(' '),
)
