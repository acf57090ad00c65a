import { deflateSync, gzipSync } from 'node:zlib'
import { PickleWriter } from '../support/pickleWriter'
import { tar } from './builders'
import { callPickle, textPickle } from './gadgets'
import type { Add } from './tricks'
import { frame } from './tricks'

const pickle = (): PickleWriter => new PickleWriter()
const system = callPickle('os', 'system')
const clean = pickle().proto(2).ops('}.').bytes()

/** `os.system('true')` of protocol 4, its halves compressed by Python's lzma by themselves. */
const XZ_STREAMS =
  '/Td6WFoAAAFpIt42AgAhARYAAAB0L+WjAQALgASMAm9zjAZzeXN0ABuBrToAASAMot20vJBCmQ0BAAAAAAFZWv03elhaAAABaSLeNgIAIQEWAAAAdC/lowEAC2Vtk4wEdHJ1ZYVSLgANE3GuAAEgDKLdtLyQQpkNAQAAAAABWVo='
const LZMA_STREAMS =
  'XQAAgAD//////////wBAAQ02/AcoN2NJafwJlhZmv//xYIAAXQAAgAD//////////wAym07VeiDVBYnbOwOGtrYkD//5TMAA'

/** Pickles inside of bytes, texts and compressed streams. */
export function addNested(add: Add, odd: Add): void {
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
    'a pickle that begins with a number in bytes',
    pickle()
      .proto(3)
      .data(Buffer.concat([Buffer.from([0x8a, 1, 1, 0x30]), textPickle('os', 'system')]))
      .ops('.')
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
  const half = system.length >> 1
  const parts = [system.subarray(0, half), system.subarray(half)]
  add('zlib in two streams', Buffer.concat(parts.map((part) => deflateSync(part))), 'model.joblib')
  add(
    'zlib with a wrong checksum',
    Buffer.concat([deflateSync(system).subarray(0, -4), Buffer.alloc(4)]),
    'model.joblib',
  )
  add('xz in two streams', Buffer.from(XZ_STREAMS, 'base64'), 'model.joblib')
  add('lzma in two streams', Buffer.from(LZMA_STREAMS, 'base64'), 'model.joblib')
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

/** Pickles under other names and behind other beginnings. */
export function addPlaces(add: Add): void {
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
  at(
    'a text longer than is searched',
    Buffer.from('X\0\0\0\x02', 'latin1'),
    Buffer.alloc(0x2000000, 0x41),
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
