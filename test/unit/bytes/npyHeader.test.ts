import assert from 'node:assert/strict'
import { ByteReader } from '../../../src/bytes/byteReader'
import { readNpyHeader } from '../../../src/bytes/npyHeader'
import { decodeElements, dtypeOfDescr, parseDtype, printDescr } from '../../../src/bytes/numpyDtype'
import { parsePythonLiteral } from '../../../src/bytes/pythonLiteral'
import { assertHostileReader } from '../../support/hostile'

function npy(header: string, version = 1): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4)
  length.writeUIntLE(header.length, 0, length.length)
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.from([version, 0]),
    length,
    Buffer.from(header),
  ])
}

describe('readNpyHeader', () => {
  it('reads shape, order and where the elements begin', () => {
    const bytes = npy("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }   \n")
    assert.deepEqual(readNpyHeader(ByteReader.of(bytes)), {
      version: 1,
      descr: '<f4',
      fortranOrder: true,
      shape: [3, 4],
      dataOffset: bytes.length,
    })
  })

  it('refuses other versions, headers of megabytes and shapes that are none', () => {
    const read = (bytes: Buffer) => () => readNpyHeader(ByteReader.of(bytes))
    assert.throws(read(npy('{}', 9)), /Version 9/)
    const large = npy('{}', 2)
    large.writeUInt32LE(10_000_000, 8)
    assert.throws(read(large), /10000000 bytes/)
    assert.throws(
      read(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }")),
      /no shape/,
    )
    assert.throws(read(npy("{'descr': '<f4', 'shape': __import__('os')}")), /not a Python literal/)
  })

  it('ends well on damaged headers', () => {
    const bytes = npy(
      "{'descr': [('a', '<f4', (2, 2)), ('b', '|S3')], 'fortran_order': False, 'shape': (1,), }",
    )
    assertHostileReader((mutant) => {
      const header = readNpyHeader(ByteReader.of(mutant))
      dtypeOfDescr(header.descr)
      printDescr(header.descr)
    }, bytes)
  })
})

describe('parsePythonLiteral', () => {
  it('reads what ast.literal_eval does', () => {
    assert.deepEqual(parsePythonLiteral('(1, -2.5, \'a\', "b", None, True, [3L], (4), (), )'), [
      1,
      -2.5,
      'a',
      'b',
      null,
      true,
      [3],
      4,
      [],
    ])
    assert.deepEqual(parsePythonLiteral("{'a': {'b': 1}}"), new Map([['a', new Map([['b', 1]])]]))
  })

  for (const text of [
    '',
    '(',
    '(1',
    '(1 2)',
    '{1: 2}',
    "{'a' 1}",
    'x',
    '1 2',
    '('.repeat(10_000),
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 12))}`, () => {
      assert.throws(() => parsePythonLiteral(text), { code: 'corrupt' })
    })
  }
})

describe('parseDtype', () => {
  const cases = [
    ['<f4', 'float32', 4],
    ['>i8', '>i8', 8],
    ['|b1', 'bool', 1],
    ['|O', 'object', 8],
    ['<U10', '<U10', 40],
    ['<M8[ns]', 'datetime64[ns]', 8],
    ['<c16', 'complex128', 16],
  ] as const
  for (const [text, name, itemSize] of cases) {
    it(`knows ${text}`, () => {
      const dtype = parseDtype(text)
      assert.equal(dtype?.name, name)
      assert.equal(dtype?.itemSize, itemSize)
    })
  }

  it('decodes elements', () => {
    const decode = (text: string, bytes: readonly number[], count: number): unknown => {
      const dtype = parseDtype(text)
      assert.ok(dtype)
      return decodeElements(Uint8Array.from(bytes), dtype, count)
    }
    assert.deepEqual(decode('<i2', [1, 0, 0xff, 0xff], 2), [1, -1])
    assert.deepEqual(decode('>u2', [1, 0], 1), [256])
    assert.deepEqual(decode('<f2', [0, 0x3c, 0, 0xc0], 2), [1, -2])
    assert.deepEqual(decode('|b1', [1, 0], 2), [true, false])
    assert.deepEqual(decode('|S3', [97, 98, 0], 1), ['ab'])
    assert.deepEqual(decode('<U2', [97, 0, 0, 0, 0, 0, 0, 0], 1), ['a'])
    assert.equal(decode('<f8', [1, 2, 3], 1), undefined)
  })
})
