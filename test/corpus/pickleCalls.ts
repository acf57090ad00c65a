import { PickleWriter } from '../support/pickleWriter'
import { callPickle, textPickle } from './gadgets'
import type { Add } from './tricks'

const pickle = (): PickleWriter => new PickleWriter()

/** Names that are written, computed or remembered in odd ways. */
export function addNames(add: Add, odd: Add): void {
  const dotted = (module: string, name: string): Buffer => callPickle(module, name)
  add('dotted through the standard library', dotted('pathlib', 'os.system'))
  add('dotted through asyncio', dotted('asyncio.unix_events', '_UnixSubprocessTransport._start'))
  add('dotted through a framework', dotted('torch.nn.modules.module', 'warnings.sys.exit'))
  add('dotted through a vetted module', dotted('collections', 'abc.sys.modules'))
  add('a module as an attribute', dotted('shutil', 'os'))
  add('a private module as an attribute', dotted('random', '_os'))
  add('dotted from an unknown package', dotted('somepackage.tools', 'helpers.run'))
  add('a dunder of a vetted class', dotted('collections', 'OrderedDict.__reduce__'))
  add('a name with a space', pickle().line('c', 'os', 'system ').ops(')R.').bytes())
  add('a name with a carriage return', pickle().line('c', 'os\r', 'system\r').ops(')R.').bytes())
  add('a name of other letters', callPickle('оs', 'system'))
  add('an empty module', callPickle('', 'system'))
  add('an empty name', callPickle('os', ''))
  add(
    'a STRING as module',
    pickle()
      .proto(4)
      .line('S', "'os'")
      .line('S', "'system'")
      .ops('\x93')
      .text('true')
      .ops('\x85R.')
      .bytes(),
  )
  add(
    'escapes in a STRING',
    pickle()
      .proto(4)
      .line('S', String.raw`'\x6f\x73'`)
      .line('S', String.raw`'sys\164em'`)
      .ops('\x93')
      .text('true')
      .ops('\x85R.')
      .bytes(),
  )
  add(
    'escapes in a UNICODE',
    pickle()
      .proto(4)
      .line('V', String.raw`\u006f\u0073`)
      .line('V', 'system')
      .ops('\x93')
      .text('true')
      .ops('\x85R.')
      .bytes(),
  )
  add(
    'an unknown operand of STACK_GLOBAL',
    pickle().proto(4).text('os').ops('\x94').line('g', '7').ops('\x93)R.').bytes(),
  )
  add('a number as name', pickle().proto(4).text('os').ops('K\x01\x93)R.').bytes())
  add(
    'a computed name',
    pickle()
      .proto(4)
      .text('os')
      .global('builtins', 'str')
      .text('system')
      .ops('\x85R\x93)R.')
      .bytes(),
  )
  add(
    'names out of the memo',
    pickle()
      .proto(4)
      .text('system')
      .ops('\x94')
      .text('os')
      .ops('\x9400h\x01h\x00\x93')
      .text('true')
      .ops('\x85R.')
      .bytes(),
  )
  add(
    'a memo overwritten by PUT',
    pickle()
      .proto(4)
      .text('collections')
      .line('p', '0')
      .ops('0')
      .text('os')
      .line('p', '0')
      .ops('0')
      .line('g', '0')
      .text('system')
      .ops('\x93')
      .text('true')
      .ops('\x85R.')
      .bytes(),
  )
  add(
    'a memo index with underscores',
    pickle()
      .proto(4)
      .text('os')
      .line('p', '1_0')
      .ops('0')
      .line('g', '10')
      .text('system')
      .ops('\x93)R.')
      .bytes(),
  )
  add(
    'a memo of MEMOIZE and PUT',
    pickle()
      .proto(4)
      .text('os')
      .line('p', '1')
      .ops('\x940')
      .line('g', '1')
      .text('system')
      .ops('\x93)R.')
      .bytes(),
  )
  add('Python 2 names mapped', textPickle('__builtin__', 'reduce'))
  add('a module renamed since Python 2', textPickle('commands', 'getstatusoutput'))
  add('an old module under a new protocol', callPickle('__builtin__', 'eval'))
  odd('a class in a class', callPickle('mypackage', 'Outer.Inner'))
}

/** Calls in every way that pickles know. */
export function addCalls(add: Add, odd: Add): void {
  add('INST', pickle().ops('(').line('S', "'true'").line('i', 'os', 'system').ops('.').bytes())
  add('OBJ', pickle().ops('(').global('os', 'system').line('S', "'true'").ops('o.').bytes())
  add(
    'OBJ whose result is dropped',
    pickle().ops('(').global('os', 'system').line('S', "'true'").ops('o0N.').bytes(),
  )
  add('NEWOBJ', pickle().proto(2).global('subprocess', 'Popen').ops(')\x81.').bytes())
  add('NEWOBJ_EX', pickle().proto(4).text('subprocess').text('Popen').ops('\x93)}\x92.').bytes())
  add('a global that is not called', pickle().proto(2).global('os', 'system').ops('.').bytes())
  add('a global that is dropped', pickle().proto(2).global('os', 'system').ops('0}.').bytes())
  add(
    'getattr of a module',
    pickle()
      .proto(2)
      .global('builtins', 'getattr')
      .global('os', 'path')
      .text4('join')
      .ops('\x86R.')
      .bytes(),
  )
  add(
    'getattr of a dunder',
    pickle()
      .proto(2)
      .global('builtins', 'getattr')
      .global('collections', 'OrderedDict')
      .text4('__init__')
      .ops('\x86R.')
      .bytes(),
  )
  add(
    'getattr with a computed name',
    pickle()
      .proto(2)
      .global('builtins', 'getattr')
      .global('collections', 'OrderedDict')
      .global('builtins', 'str')
      .ops(')R\x86R.')
      .bytes(),
  )
  add(
    'getattr of a submodule',
    pickle()
      .proto(2)
      .global('builtins', 'getattr')
      .global('sklearn.utils', 'fixes')
      .text4('loads')
      .ops('\x86R.')
      .bytes(),
  )
  odd(
    'getattr of a vetted class',
    pickle()
      .proto(2)
      .global('builtins', 'getattr')
      .global('collections', 'OrderedDict')
      .text4('fromkeys')
      .ops('\x86R.')
      .bytes(),
  )
  add(
    'a call of a call',
    pickle().proto(2).global('collections', 'OrderedDict').ops(')R)R.').bytes(),
  )
  add('a call of a persistent id', pickle().proto(2).text4('x').ops('Q)R.').bytes())
  add(
    'a class made by type',
    pickle().proto(2).global('builtins', 'type').text4('X').ops(')}\x87R.').bytes(),
  )
  odd(
    'a partial',
    pickle()
      .proto(2)
      .global('functools', 'partial')
      .global('builtins', 'len')
      .ops('\x85R.')
      .bytes(),
  )
  odd(
    'getattr as an argument',
    pickle()
      .proto(2)
      .global('collections', 'defaultdict')
      .global('builtins', 'getattr')
      .ops('\x85R.')
      .bytes(),
  )
  add('attrgetter', callPickle('operator', 'attrgetter', '__class__'))
  add(
    'a trampoline of PyTorch',
    pickle()
      .proto(2)
      .global('torch._tensor', '_rebuild_from_type_v2')
      .ops('(')
      .global('os', 'system')
      .global('torch', 'Tensor')
      .ops('(')
      .text4('true')
      .ops('t}tR.')
      .bytes(),
  )
  add(
    'a trampoline with an unknown function',
    pickle()
      .proto(2)
      .global('torch._tensor', '_rebuild_from_type_v2')
      .ops('(')
      .global('collections', 'OrderedDict')
      .ops(')R')
      .global('torch', 'Tensor')
      .ops(')}tR.')
      .bytes(),
  )
  odd(
    'a constructor of an estimator',
    pickle()
      .proto(2)
      .global('sklearn.linear_model._logistic', 'LogisticRegression')
      .text4('x')
      .ops('\x85R.')
      .bytes(),
  )
  odd(
    'an unusual codec',
    pickle().proto(2).global('_codecs', 'encode').text4('x').text4('rot13').ops('\x86R.').bytes(),
  )
  add(
    'a reconstructor of nothing',
    pickle().proto(2).global('copyreg', '_reconstructor').ops('NNN\x87R.').bytes(),
  )
}
