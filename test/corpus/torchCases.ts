import { PickleWriter } from '../support/pickleWriter'
import { zip } from '../support/zipWriter'
import type { ZipMember } from '../support/zipWriter'
import { members, storagePickle, tar } from './builders'
import type { CorpusCase } from './case'
import { file } from './case'
import { callPickle, textPickle } from './gadgets'

const system = callPickle('os', 'system')
const clean = new PickleWriter().proto(2).ops('}.').bytes()

/** PyTorch: storages that do not fit, programs, its older formats. */
export function torchArchives(): CorpusCase[] {
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
