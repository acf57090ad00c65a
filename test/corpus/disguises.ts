import { PickleWriter } from '../support/pickleWriter'
import { npy, tar } from './builders'
import type { CorpusCase } from './case'
import { file } from './case'
import { callPickle } from './gadgets'

const system = callPickle('os', 'system')
const clean = new PickleWriter().proto(2).ops('}.').bytes()

/** Programs and archives under the names of models, and NumPy files that are pickles. */
export function otherArchives(): CorpusCase[] {
  const seven = Buffer.concat([
    Buffer.from('7z\xbc\xaf\x27\x1c\x00\x04', 'latin1'),
    Buffer.alloc(64, 1),
  ])
  const rar = Buffer.concat([Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), Buffer.alloc(64, 1)])
  const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(64)])
  const exe = Buffer.alloc(256)
  exe.write('MZ')
  exe.writeUInt32LE(128, 60)
  exe.write('PE\0\0', 128)
  return [
    file('7z named model.pt', 'model.pt', seven),
    file('7z named model.pkl', 'pytorch_model.bin', seven),
    file('rar named model.pt', 'model.pt', rar),
    file('7z', 'model.7z', seven, 'suspicious'),
    file(
      'zstd named model.joblib',
      'model.joblib',
      Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(32)]),
    ),
    file('ELF named model.onnx', 'model.onnx', elf),
    file('ELF named model.bin', 'pytorch_model.bin', elf),
    file('PE named model.pt', 'model.pt', exe),
    file(
      'Mach-O named model.gguf',
      'model.gguf',
      Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(64)]),
    ),
    file('script named model.pkl', 'model.pkl', '#!/bin/sh\ntrue\n'),
    file(
      'class named model.h5',
      'model.h5',
      Buffer.concat([Buffer.from('cafebabe00000034', 'hex'), Buffer.alloc(64)]),
    ),
    file(
      'llamafile',
      'model.llamafile',
      Buffer.concat([Buffer.from('MZqFpD'), Buffer.alloc(64)]),
      'suspicious',
    ),
    file('tar with a pickle', 'models.tar', tar({ 'model.pkl': system })),
    file('tar that leads out', 'models.tar', tar({ '../../x': Buffer.from('x') })),
    file('tar with a link', 'models.tar', tar({ 'model.pkl': clean }, { link: '/etc/passwd' })),
    file(
      'tar that is cut off',
      'models.tar',
      tar({ 'model.pkl': clean }).subarray(0, 700),
      'suspicious',
    ),
    file(
      'tar behind the end of another',
      'models.tar',
      Buffer.concat([tar({ x: Buffer.from('x') }), tar({ 'model.pkl': system })]),
    ),
    file(
      'tar whose header has another checksum',
      'models.tar',
      Buffer.concat([tar({ 'model.pkl': system }).fill('0', 148, 154)]),
    ),
    file('npy of objects', 'x.npy', npy("'|O'", '(1,)', system)),
    file(
      'npy of a structure with objects',
      'x.npy',
      npy("[('a', '<i4'), ('b', '|O')]", '(1,)', system),
    ),
    file('npy that is cut off', 'x.npy', npy("'<f8'", '(1000,)', Buffer.alloc(8)), 'suspicious'),
    file(
      'npy with a pickle behind',
      'x.npy',
      npy("'<f8'", '(1,)', Buffer.concat([Buffer.alloc(8), system])),
    ),
    file(
      'npy with code in its header',
      'x.npy',
      npy("__import__('os').system('true')", '(1,)', Buffer.alloc(8)),
      'suspicious',
    ),
  ]
}
