import { deflateSync, gzipSync } from 'node:zlib'
import { PickleWriter } from '../support/pickleWriter'
import type { CorpusCase } from './case'
import { file } from './case'
import { tar } from './builders'
import { callPickle, textPickle } from './gadgets'

const pickle = (): PickleWriter => new PickleWriter()
const system = callPickle('os', 'system')
const clean = pickle().proto(2).ops('}.').bytes()

function frame(length: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = 0x95
  bytes.writeBigUInt64LE(BigInt(length), 1)
  return bytes
}

/** Ways to hide what a pickle does, or to do it where nobody looks. */
export function pickleTrickCases(): CorpusCase[] {
  const cases: CorpusCase[] = []
  const add = (name: string, bytes: Uint8Array, path = 'model.pkl'): void => {
    cases.push(file(`pickle ${name}`, path, bytes))
  }
  const odd = (name: string, bytes: Uint8Array, path = 'model.pkl'): void => {
    cases.push(file(`pickle ${name}`, path, bytes, 'suspicious'))
  }
  addNames(add, odd)
  addCalls(add, odd)
  addStates(add)
  addStructure(add, odd)
  addNested(add, odd)
  addPlaces(add)
  return cases
}

type Add = (name: string, bytes: Uint8Array, path?: string) => void

function addNames(add: Add, odd: Add): void {
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

function addCalls(add: Add, odd: Add): void {
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

function addStates(add: Add): void {
  add(
    'BUILD on a class',
    pickle()
      .proto(2)
      .global('collections', 'OrderedDict')
      .ops('N}')
      .text4('x')
      .ops('K\x01s\x86b.')
      .bytes(),
  )
  add(
    'BUILD with __class__',
    pickle()
      .proto(2)
      .global('argparse', 'Namespace')
      .ops(')R}')
      .text4('__class__')
      .ops('K\x01sb.')
      .bytes(),
  )
  add(
    'BUILD with __setstate__',
    pickle()
      .proto(2)
      .global('argparse', 'Namespace')
      .ops(')R}')
      .text4('__setstate__')
      .ops('K\x01sb.')
      .bytes(),
  )
  add(
    'BUILD with slots',
    pickle()
      .proto(2)
      .global('argparse', 'Namespace')
      .ops(')RN}')
      .text4('__dict__')
      .ops('}s\x86b.')
      .bytes(),
  )
  add(
    'items of a class',
    pickle().proto(2).global('collections', 'OrderedDict').text4('x').ops('K\x01s.').bytes(),
  )
  add(
    'items of a date',
    pickle()
      .proto(2)
      .global('datetime', 'date')
      .ops('(K\x01K\x01K\x01tR')
      .text4('x')
      .ops('K\x01s.')
      .bytes(),
  )
  add(
    'source in a distribution',
    pickle()
      .proto(2)
      .global('scipy.stats._continuous_distns', 'norm_gen')
      .ops(')\x81}')
      .text4('_parse_arg_template')
      .text4('import os')
      .ops('sb.')
      .bytes(),
  )
}

function addStructure(add: Add, odd: Add): void {
  add('EXT1', pickle().proto(2).raw(0x82, 7).ops(')R.').bytes())
  add('EXT4', pickle().proto(2).raw(0x84, 1, 0, 0, 0).ops('.').bytes())
  odd('PERSID', pickle().line('P', 'x').ops('.').bytes())
  odd('PROTO in the middle', pickle().proto(2).ops('N0').proto(2).ops('}.').bytes())
  add('PROTO raised in the middle', pickle().proto(2).ops('N0').proto(4).ops('}.').bytes())
  const inner = pickle().global('os', 'system').ops(')R.').bytes()
  add(
    'a frame inside a frame',
    pickle().proto(4).raw(frame(30)).ops('N0').raw(frame(2)).ops('N0N0}').raw(inner).bytes(),
  )
  add(
    'a literal across a frame',
    pickle().proto(4).raw(frame(3), 0x8c, 30).raw(Buffer.alloc(30, 0x4e)).ops('.').bytes(),
  )
  add('no STOP', system.subarray(0, -1))
  add('no STOP in protocol 0', textPickle('os', 'system').subarray(0, -1))
  add(
    'an unknown opcode behind the call',
    Buffer.concat([system.subarray(0, -1), Buffer.from([0xff, 0xff])]),
  )
  add(
    'an underflow behind the call',
    Buffer.concat([system.subarray(0, -1), Buffer.from('00000R.')]),
  )
  add(
    'an underflow before the call',
    Buffer.concat([Buffer.from('\x80\x0400', 'latin1'), system.subarray(2)]),
  )
  add('a second pickle', Buffer.concat([clean, system]))
  add('a seventh pickle', Buffer.concat([clean, clean, clean, clean, clean, clean, system]))
  add('a hundredth pickle', Buffer.concat([...Array.from({ length: 100 }, () => clean), system]))
  add('padding before the second pickle', Buffer.concat([clean, Buffer.alloc(100), system]))
  add(
    'a long literal before the call',
    pickle()
      .proto(2)
      .data(Buffer.alloc(3_000_000, 0x41))
      .ops('0')
      .raw(textPickle('os', 'system'))
      .bytes(),
  )
  odd('a truncated header', pickle().proto(4).raw(frame(1000)).bytes())
  odd('a truncated literal', pickle().proto(2).raw(0x58, 0xff, 0xff, 0, 0).bytes())
  odd('a protocol of the future', pickle().proto(9).ops('}.').bytes())
  odd(
    'a huge memo index',
    pickle().proto(2).ops('}').raw(0x72, 0xff, 0xff, 0xff, 0x7f).ops('.').bytes(),
  )
  odd('a bomb of lists', bomb())
  odd('a number of too many digits', pickle().line('I', '9'.repeat(6000)).ops('.').bytes())
  odd('an empty file', Buffer.alloc(0))
  odd('zeros', Buffer.alloc(4096))
  odd('noise', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919 + 131) % 251)))
  odd('a text', Buffer.from('<html>404: the model is gone</html>'))
}

/** Each list holds the one before it thirty times. */
function bomb(): Buffer {
  const writer = pickle().proto(2).ops(']q\x00')
  for (let depth = 1; depth < 20; depth++) {
    writer
      .ops('](')
      .ops(`h${String.fromCharCode(depth - 1)}`.repeat(30))
      .ops(`eq${String.fromCharCode(depth)}`)
  }
  return writer.ops('.').bytes()
}

function addNested(add: Add, odd: Add): void {
  add('a pickle in bytes', pickle().proto(3).data(system).ops('.').bytes())
  add(
    'a pickle in a list of a dict',
    pickle().proto(3).ops('}').text4('x').ops(']').data(system).ops('as.').bytes(),
  )
  add(
    'a pickle in a text of protocol 2',
    pickle()
      .proto(2)
      .global('_codecs', 'encode')
      .text4(textPickle('os', 'system').toString('latin1'))
      .text4('latin1')
      .ops('\x86R.')
      .bytes(),
  )
  add(
    'a pickle in a pickle in a pickle',
    pickle().proto(3).data(pickle().proto(3).data(system).ops('.').bytes()).ops('.').bytes(),
  )
  add('a compressed pickle in bytes', pickle().proto(3).data(gzipSync(system)).ops('.').bytes())
  add(
    '_load_from_bytes',
    pickle()
      .proto(2)
      .global('torch.storage', '_load_from_bytes')
      .data(system)
      .ops('\x85R.')
      .bytes(),
  )
  add(
    '_load_from_bytes of noise',
    pickle()
      .proto(2)
      .global('torch.storage', '_load_from_bytes')
      .data(Buffer.alloc(64, 7))
      .ops('\x85R.')
      .bytes(),
  )
  add(
    '_load_from_bytes of a computed value',
    pickle()
      .proto(2)
      .global('torch.storage', '_load_from_bytes')
      .global('builtins', 'bytes')
      .ops(')R\x85R.')
      .bytes(),
  )
  add(
    'a program in bytes',
    pickle()
      .proto(3)
      .data(Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(64)]))
      .ops('.')
      .bytes(),
  )
  add('gzip', gzipSync(system), 'model.pkl.gz')
  add('gzip under another name', gzipSync(system), 'model.joblib')
  add('zlib', deflateSync(system), 'model.joblib')
  add('gzip in gzip', gzipSync(gzipSync(system)), 'model.joblib')
  odd(
    'gzip that is cut off',
    gzipSync(Buffer.concat([clean, Buffer.alloc(9999, 65)])).subarray(0, 40),
    'model.joblib',
  )
}

/** A header of tar whose name is a pickle. */
function tarHeader(pickled: Uint8Array): Buffer {
  const archive = tar({ x: Buffer.from('x') })
  archive.fill(0, 0, 100)
  Buffer.from(pickled).copy(archive)
  archive.write(' '.repeat(8), 148)
  const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return archive
}

function addPlaces(add: Add): void {
  const call = textPickle('os', 'system')
  const at = (name: string, ...front: (string | number | Uint8Array)[]): void => {
    const bytes = front.map((part) =>
      typeof part === 'string'
        ? Buffer.from(part, 'latin1')
        : typeof part === 'number'
          ? Buffer.from([part])
          : part,
    )
    add(`beginning with ${name}`, Buffer.concat([...bytes, call]), 'weights.dat')
  }
  at('protocol 0', '\x80\x00')
  at('protocol 1', '\x80\x01')
  at('a long integer', '\x8a\x01\x010')
  at('bytes', 'C\x01x0')
  at('a frame', frame(0))
  at('a set', '\x8f0')
  at('a unicode text', '\x8c\x01x0')
  at(
    'a long text',
    Buffer.concat([Buffer.from('X\xff\xff\0\0', 'latin1'), Buffer.alloc(65_535, 0x41)]),
    '0',
  )
  at('numbers', 'K\x010'.repeat(5000))
  at('the magic of CatBoost', 'CBM1', Buffer.alloc(64, 0x41), '0')
  at('the magic of GGUF', 'GGUF\x03\0\0\0\x010')
  at('an extension code', '\x82\x070')
  add('in a tar header', tarHeader(call), 'model.pt')
  add(
    'behind the footer of a table',
    Buffer.concat([call, Buffer.alloc(60), Buffer.from('57fb808b247547db', 'hex')]),
    'model.index',
  )
  add(
    'joblib of the first form',
    Buffer.concat([Buffer.from('ZF0x20'.padEnd(21)), deflateSync(call)]),
    'model.joblib',
  )
  for (const name of [
    'model.onnx',
    'model.safetensors',
    'model.gguf',
    'model.h5',
    'model.keras',
    'model.npy',
    'model.txt',
    'model.json',
    'config.yaml',
    'model.png',
    'model',
    'model.bin',
    'model.dat',
    'model.xyz',
    'model.pt',
    'model.ckpt',
    'model.tflite',
    '.metadata',
  ]) {
    add(`named ${name}`, system, name)
  }
  add('of protocol 0 named model.txt', textPickle('os', 'system'), 'model.txt')
  add(
    'of protocol 0 that is broken, named model.bin',
    textPickle('os', 'system').subarray(0, -1),
    'model.bin',
  )
}
