import { crc32 } from '../../src/bytes/crc32'
import { zip } from '../support/zipWriter'
import type { ZipMember, ZipOptions } from '../support/zipWriter'
import { PickleWriter } from '../support/pickleWriter'
import type { CorpusCase } from './case'
import { file } from './case'
import { callPickle } from './gadgets'
import { members, npy } from './builders'
import { otherArchives } from './disguises'
import { torchArchives } from './torchCases'

const system = callPickle('os', 'system')
const clean = new PickleWriter().proto(2).ops('}.').bytes()

const COMPRESSED = {
  12: 'QlpoOTFBWSZTWTV8HO4AAAlT4BUAAAEQAAICniBCBAgAIAAimjQZMyQoaaYADYJsyH5kvJg4DLS18XckU4UJA1fBzuA=',
  14: 'CQQFAF0AAIAAAEABDTb8Byg3Y0lp/AmAFPh6EhJ1cR631aSMm975f//fbAAA',
} as const

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
  // The same pickle, as Python's bz2 and lzma compress it in an archive.
  for (const [method, data] of Object.entries(COMPRESSED)) {
    add(`with method ${method}`, [
      {
        name: 'model/data.pkl',
        data: Buffer.from(data, 'base64'),
        method: Number(method),
        size: system.length,
        crc32: crc32(system),
      },
    ])
  }
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
    file(
      'zip of another kind',
      'model.pt',
      zip([{ name: 'META-INF/MANIFEST.MF', data: 'x' }]),
      'suspicious',
    ),
    file('zip of code without directory', 'model.pt', zip(members(system)).subarray(0, -22)),
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
