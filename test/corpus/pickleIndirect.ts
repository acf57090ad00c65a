import { deflateSync } from 'node:zlib'
import { PickleWriter } from '../support/pickleWriter'
import { callPickle } from './gadgets'
import type { Add } from './tricks'

const pickle = (): PickleWriter => new PickleWriter()
const system = callPickle('os', 'system')

/** `_ufunc_reconstruct` imports what its arguments name. */
function ufunc(core: string, module: string, name: string): PickleWriter {
  return pickle().proto(2).global(core, '_ufunc_reconstruct').text4(module).text4(name).ops('\x86R')
}

/** An object whose state a call of `callee` makes of one pair. */
function computedState(callee: string, key: string): PickleWriter {
  return pickle()
    .proto(2)
    .global('argparse', 'Namespace')
    .ops(')R')
    .global(...(callee.split('/') as [string, string]))
    .ops(']')
    .text4(key)
    .ops('K\x01\x86a\x85Rb.')
}

/** Vetted functions that import, call or set what their arguments say. */
export function addIndirect(add: Add, odd: Add): void {
  for (const core of ['numpy.core', 'numpy._core']) {
    add(`import by ${core}._ufunc_reconstruct`, ufunc(core, 'os', 'system').ops('.').bytes())
    odd(
      `unknown import by ${core}._ufunc_reconstruct`,
      ufunc(core, 'some.package', 'run').ops('.').bytes(),
    )
  }
  add(
    'computed import by _ufunc_reconstruct',
    pickle()
      .proto(2)
      .global('numpy._core', '_ufunc_reconstruct')
      .global('builtins', 'str')
      .text4('os')
      .ops('\x85R')
      .text4('system')
      .ops('\x86R.')
      .bytes(),
  )
  for (const [module, name] of [
    ['torch._tensor', '_rebuild_from_type_v2'],
    ['dill._dill', '_create_array'],
  ] as const) {
    add(
      `import by a trampoline of ${name}`,
      pickle()
        .proto(2)
        .global(module, name)
        .ops('(')
        .global('numpy._core', '_ufunc_reconstruct')
        .ops('(')
        .text4('os')
        .text4('system')
        .ops('tN}tR.')
        .bytes(),
    )
  }
  const kept = (name: string): PickleWriter =>
    pickle()
      .proto(2)
      .global('functools', 'partial')
      .global(...(name.split('/') as [string, string]))
  add(
    'a partial of an import',
    kept('numpy._core/_ufunc_reconstruct').text4('os').text4('system').ops('\x87R)R.').bytes(),
  )
  add(
    'a partial of getattr',
    kept('builtins/getattr')
      .global('collections', 'OrderedDict')
      .text4('x')
      .ops('\x87R)R.')
      .bytes(),
  )
  add(
    'a partial that becomes an import',
    kept('builtins/len')
      .ops('\x85R(')
      .global('numpy._core', '_ufunc_reconstruct')
      .text4('os')
      .text4('system')
      .ops('\x86}Ntb)R.')
      .bytes(),
  )
  add('a state made by dict', computedState('builtins/dict', '__class__').bytes())
  add(
    'a state made by OrderedDict',
    computedState('collections/OrderedDict', '__reduce_ex__').bytes(),
  )
  add('source in a computed state', computedState('builtins/dict', '_parse_arg_template').bytes())
  add(
    'a state whose key is computed',
    pickle()
      .proto(2)
      .global('argparse', 'Namespace')
      .ops(')R}')
      .global('builtins', 'str')
      .text4('__class__')
      .ops('\x85RK\x01sb.')
      .bytes(),
  )
  add(
    'a state for a parameter',
    pickle()
      .proto(2)
      .global('torch._utils', '_rebuild_parameter_with_state')
      .ops('(N\x89}}')
      .text4('__class__')
      .ops('K\x01stR.')
      .bytes(),
  )
  for (const [module, name] of [
    ['numpy._core.multiarray', 'fromfile'],
    ['numpy._core.memmap', 'memmap'],
    ['pandas.compat.pickle_compat', 'load'],
    ['pyspark.cloudpickle', 'loads'],
    ['ray.cloudpickle.cloudpickle', '_make_function'],
    ['gevent.subprocess', 'Popen'],
    ['six.moves.builtins', 'eval'],
    ['lightgbm.dask', 'DaskLGBMClassifier'],
  ] as const) {
    add(`the inner name ${module}.${name}`, callPickle(module, name))
  }
  add(
    'a compressed pickle without magic in bytes',
    pickle().proto(4).data(deflateSync(system)).ops('.').bytes(),
  )
  add('a pickle in Base64', pickle().proto(4).text(system.toString('base64')).ops('.').bytes())
}

/** Calls of vetted functions that never end, or take all memory. */
export function addEndless(odd: Add): void {
  const listOf = (name: string, args: string): Buffer =>
    pickle()
      .proto(2)
      .global('builtins', 'list')
      .global('itertools', name)
      .ops(`${args}R\x85R.`)
      .bytes()
  odd('a list of all numbers', listOf('count', ')'))
  odd('a list of one thing forever', listOf('repeat', 'K\x01\x85'))
  odd('a list in circles', listOf('cycle', '](K\x01K\x02e\x85'))
  odd(
    'a list of calls',
    pickle()
      .proto(2)
      .global('builtins', 'list')
      .global('builtins', 'iter')
      .global('builtins', 'dict')
      .ops('K\x01\x86R\x85R.')
      .bytes(),
  )
  const huge = pickle().raw(0x8a, 6, 0, 0, 0, 0, 0, 1).bytes()
  odd(
    'a terabyte of zeros',
    pickle().proto(2).global('builtins', 'bytes').raw(huge).ops('\x85R.').bytes(),
  )
  odd(
    'a list of a terabyte',
    pickle()
      .proto(2)
      .global('builtins', 'list')
      .global('builtins', 'range')
      .raw(huge)
      .ops('\x85R\x85R.')
      .bytes(),
  )
  odd(
    'an array of a terabyte',
    pickle()
      .proto(2)
      .global('numpy._core.multiarray', '_reconstruct')
      .global('numpy', 'ndarray')
      .raw(huge)
      .ops('\x85C\x01b\x87R.')
      .bytes(),
  )
}
