import { zip } from '../support/zipWriter'
import type { ZipMember, ZipOptions } from '../support/zipWriter'
import { PickleWriter } from '../support/pickleWriter'
import type { CorpusCase } from './case'
import { file } from './case'
import { callPickle, textPickle } from './gadgets'
import { npy, storagePickle, tar } from './builders'

const system = callPickle('os', 'system')
const clean = new PickleWriter().proto(2).ops('}.').bytes()

function members(data: Uint8Array = clean, more: readonly ZipMember[] = []): ZipMember[] {
  return [{ name: 'model/data.pkl', data }, { name: 'model/version', data: '3\n' }, ...more]
}

/** Archives that loaders read and scanners do not, or each in another way. */
export function archiveCases(): CorpusCase[] {
  const cases: CorpusCase[] = []
  const add = (
    name: string,
    content: readonly ZipMember[],
    options?: ZipOptions,
    path = 'model.pt',
  ): void => {
    cases.push(file(`zip ${name}`, path, zip(content, options)))
  }
  const evil = members(system)
  add('of PyTorch', evil)
  add('of PyTorch, deflated', [{ name: 'model/data.pkl', data: system, deflate: true }])
  add('named model.bin', evil, undefined, 'model.bin')
  add('named model.onnx', evil, undefined, 'model.onnx')
  add('with code in another pickle', members(clean, [{ name: 'model/extra.pkl', data: system }]))
  add(
    'with code in a record of another name',
    members(clean, [{ name: 'model/data/0.bak', data: system }]),
  )
  add(
    'with code in a file without extension',
    members(clean, [{ name: 'model/notes', data: system }]),
  )
  add('with the encryption flag', [{ name: 'model/data.pkl', data: system, flags: 0x801 }])
  add('with the patch flag', [{ name: 'model/data.pkl', data: clean, flags: 0x820 }])
  add('with the strong encryption flag', [{ name: 'model/data.pkl', data: clean, flags: 0x840 }])
  add('with a flag in the local header only', [
    { name: 'model/data.pkl', data: clean, local: { flags: 0x801 } },
  ])
  add('with another local name', [
    { name: 'model/data.pkl', data: clean, local: { name: 'model/other' } },
  ])
  add('with another local method', [{ name: 'model/data.pkl', data: clean, local: { method: 8 } }])
  add('with another local size', [{ name: 'model/data.pkl', data: clean, local: { size: 1 } }])
  add('with another local checksum', [{ name: 'model/data.pkl', data: clean, local: { crc32: 1 } }])
  add('with a wrong checksum', [{ name: 'model/data.pkl', data: clean, crc32: 1 }])
  add('with a wrong checksum and code', [{ name: 'model/data.pkl', data: system, crc32: 1 }])
  add('with a wrong size', [{ name: 'model/data.pkl', data: clean, deflate: true, size: 100 }])
  add('with a name twice', [...members(), { name: 'model/data.pkl', data: system }])
  add('with a name in two cases', [...members(), { name: 'model/DATA.PKL', data: clean }])
  add('with names in capitals', [{ name: 'MODEL/DATA.PKL', data: system }])
  add(
    'with a member that is not listed',
    members(clean, [{ name: 'model/x.pkl', data: system, unlisted: true }]),
  )
  add('with a member out of its folder', members(clean, [{ name: '../../x.py', data: 'x' }]))
  add('with an absolute member', members(clean, [{ name: '/etc/cron.d/x', data: 'x' }]))
  add('with a drive', members(clean, [{ name: String.raw`C:\x`, data: 'x' }]))
  add(
    'with a symbolic link',
    members(clean, [{ name: 'model/link', data: '/etc/passwd', externalAttributes: 0xa1ff0000 }]),
  )
  add('behind other data', members(), { prefix: Buffer.alloc(64, 1) })
  add('behind a pickle', members(), { prefix: system }, 'model.pkl')
  add(
    'behind a pickle, with absolute offsets',
    members(),
    { prefix: system, absolute: true },
    'model.pkl',
  )
  add('behind a clean pickle', evil, { prefix: clean }, 'model.pkl')
  add('with an archive in its comment', members(), { comment: zip(evil) })
  add('in an archive', [{ name: 'inner.zip', data: zip(evil) }], undefined, 'models.zip')
  add(
    'in an archive in an archive',
    [{ name: 'a.zip', data: zip([{ name: 'b.zip', data: zip(evil), deflate: true }]) }],
    undefined,
    'models.zip',
  )
  add(
    'of arrays of objects',
    [{ name: 'x.npy', data: npy("'|O'", '(1,)', system) }],
    undefined,
    'arrays.npz',
  )
  add(
    'of arrays and a pickle',
    [
      { name: 'x.npy', data: npy("'<f4'", '(1,)', Buffer.alloc(4)) },
      { name: 'y', data: system },
    ],
    undefined,
    'arrays.npz',
  )
  add('of torch.package with code', [
    { name: 'p/.data/version', data: '6' },
    { name: 'p/.data/extern_modules', data: '' },
    { name: 'p/model/model.pkl', data: system },
  ])
  add(
    'of a served model with code',
    [
      { name: 'MAR-INF/MANIFEST.json', data: '{}' },
      { name: 'model.pt', data: zip(evil) },
    ],
    undefined,
    'model.mar',
  )
  add(
    'that expands without end',
    members(clean, [
      { name: 'model/data/0', data: clean, method: 8, size: 2 ** 32 - 2, deflate: true },
    ]),
  )
  add(
    'with a program',
    members(clean, [
      {
        name: 'model/run',
        data: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(64)]),
      },
    ]),
  )
  cases.push(...weakArchives(), ...torchArchives(), ...otherArchives())
  return cases
}

function weakArchives(): CorpusCase[] {
  const whole = zip(members())
  return [
    file('zip without directory', 'model.pt', whole.subarray(0, 60), 'suspicious'),
    file('zip that is cut off', 'model.pt', whole.subarray(0, whole.length - 30), 'suspicious'),
    file(
      'zip with an unknown method',
      'model.pt',
      zip([{ name: 'model/data.pkl', data: clean, method: 12 }]),
      'suspicious',
    ),
    file(
      'zip with Zstandard',
      'model.pt',
      zip([{ name: 'model/data.pkl', data: clean, method: 93 }]),
      'suspicious',
    ),
    file(
      'zip of a served model',
      'model.mar',
      zip([
        { name: 'MAR-INF/MANIFEST.json', data: '{}' },
        { name: 'handler.py', data: 'import os' },
      ]),
      'suspicious',
    ),
    file(
      'zip with native code',
      'model.pt',
      zip(
        members(clean, [
          {
            name: 'model/ops.so',
            data: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(64)]),
          },
        ]),
      ),
      'suspicious',
    ),
  ]
}

function torchArchives(): CorpusCase[] {
  const torch = (
    name: string,
    data: Uint8Array,
    more: readonly ZipMember[] = [],
    expected: CorpusCase['expected'] = 'dangerous',
    path = 'model.pt',
  ): CorpusCase => file(`torch ${name}`, path, zip(members(data, more)), expected)
  const script = (source: string): ZipMember[] => [
    { name: 'model/code/__torch__.py', data: source },
    { name: 'model/constants.pkl', data: new PickleWriter().proto(2).ops(').').bytes() },
  ]
  const legacy = (object: Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'),
      new PickleWriter().proto(2).raw(0x4d, 0xe9, 0x03).ops('.').bytes(),
      clean,
      object,
      new PickleWriter().proto(2).ops('].').bytes(),
    ])
  return [
    torch('storage that is larger than its record', storagePickle({ count: 1000 }), [
      { name: 'model/data/0', data: Buffer.alloc(16) },
    ]),
    torch('tensor beyond its storage', storagePickle({ count: 4, size: 1000 }), [
      { name: 'model/data/0', data: Buffer.alloc(16) },
    ]),
    torch('tensor before its storage', storagePickle({ count: 4, size: 1, offset: -8 }), [
      { name: 'model/data/0', data: Buffer.alloc(16) },
    ]),
    torch('storage that is not there', storagePickle({ count: 4 }), [], 'suspicious'),
    torch('key that leads out', storagePickle({ count: 4, key: '../x' })),
    torch(
      'items of a tensor',
      new PickleWriter()
        .raw(storagePickle({ count: 4 }).subarray(0, -1))
        .text4('x')
        .ops('K\x01s.')
        .bytes(),
      [{ name: 'model/data/0', data: Buffer.alloc(16) }],
    ),
    torch('script that saves a file', clean, script("def forward(self):\n  torch.save(self, 'x')")),
    torch(
      'script that reads a file',
      clean,
      script("def forward(self):\n  return torch.from_file('x', True, 1)"),
    ),
    torch(
      'script with an operator of a library',
      clean,
      script('def forward(self):\n  return ops.custom.thing(self)'),
      'suspicious',
    ),
    torch(
      'script as weights',
      clean,
      script('def forward(self):\n  pass'),
      'suspicious',
      'pytorch_model.bin',
    ),
    torch(
      'package',
      clean,
      [
        { name: 'model/.data/extern_modules', data: '' },
        { name: 'model/net.py', data: 'import os' },
      ],
      'suspicious',
    ),
    file('torch legacy', 'model.pt', legacy(system)),
    file('torch legacy with code in front', 'model.pt', Buffer.concat([system, legacy(clean)])),
    file(
      'torch legacy with code as machine',
      'model.pt',
      Buffer.concat([legacy(clean).subarray(0, 21), system, clean]),
    ),
    file(
      'torch with another magic number',
      'model.pt',
      Buffer.concat([textPickle('os', 'system'), clean, clean, clean, clean]),
    ),
    file(
      'torch tar',
      'model.pt',
      tar({ sys_info: clean, pickle: system, storages: clean, tensors: clean }),
    ),
    file(
      'torch distributed shard',
      '__0_0.distcp',
      Buffer.concat([zip(members()), zip(members(system))]),
    ),
  ]
}

function otherArchives(): CorpusCase[] {
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
