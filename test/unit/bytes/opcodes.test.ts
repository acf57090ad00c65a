import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { ByteReader } from '../../../src/bytes/byteReader'
import { OPCODES, OpcodeReader, type Opcode } from '../../../src/bytes/opcodes'
import { parseFloatLiteral, parseIntLiteral } from '../../../src/bytes/pickleLiterals'
import { PickleWriter } from '../../support/pickleWriter'

describe('OPCODES', () => {
  it('are those of pickletools', function () {
    const script =
      'import json, pickletools; print(json.dumps([[ord(o.code), o.name, o.proto] for o in pickletools.opcodes]))'
    const { stdout, error } = spawnSync('python3', ['-I', '-c', script], { encoding: 'utf8' })
    if (error) {
      console.log(`      skipped: python3 is not here (${error.message})`)
      this.skip()
    }
    const expected = JSON.parse(stdout) as [number, string, number][]
    const known = OPCODES.flatMap((info) => (info ? [[info.code, info.name, info.protocol]] : []))
    assert.equal(known.length, 68)
    assert.deepEqual(
      known,
      expected.sort(([a], [b]) => a - b),
    )
  })
})

/** All opcodes of the data, through every STOP. */
function readAll(bytes: Uint8Array): readonly Opcode[] {
  const reader = ByteReader.of(bytes)
  const opcodes = new OpcodeReader(reader)
  const all: Opcode[] = []
  for (let at = 0; at < reader.size; at = opcodes.end) {
    opcodes.read(at)
    const { info, end, number, text, name, dataOffset, dataLength } = opcodes
    all.push({ info, offset: at, end, number, text, name, dataOffset, dataLength })
  }
  return all
}

describe('OpcodeReader', () => {
  it('gives every opcode with its argument and place, through several pickles', () => {
    const bytes = new PickleWriter()
      .proto(2)
      .int(-2)
      .text4('ü')
      .global('a', 'b')
      .ops('.')
      .line('I', '01')
      .ops('.')
      .bytes()
    const opcodes = readAll(bytes).map(({ info, offset, number, text, name }) => [
      info.name,
      offset,
      number ?? text,
      name,
    ])
    assert.deepEqual(opcodes, [
      ['PROTO', 0, 2, undefined],
      ['BININT', 2, -2, undefined],
      ['BINUNICODE', 7, 'ü', undefined],
      ['GLOBAL', 14, 'a', 'b'],
      ['STOP', 19, undefined, undefined],
      ['INT', 20, 1, undefined],
      ['STOP', 24, undefined, undefined],
    ])
  })

  it('reads integers of any size in two’s complement', () => {
    const bytes = new PickleWriter()
      .raw(0x8a, 0, 0x8a, 1, 0xff, 0x8a, 2, 0xff, 0x00, 0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x80)
      .bytes()
    const numbers = readAll(bytes).map(({ number }) => number)
    assert.deepEqual(numbers, [0, -1, 255, -(2n ** 63n)])
  })

  it('refuses a literal that is longer than the data, at its offset', () => {
    const bytes = new PickleWriter().ops('N').raw(0x42, 0xff, 0xff, 0xff, 0xff, 1).bytes()
    assert.throws(() => readAll(bytes), /4294967295 bytes are expected/)
  })
})

describe('parseIntLiteral', () => {
  const cases: readonly (readonly [string, 0 | 10, number | bigint | undefined])[] = [
    ['12', 0, 12],
    [' -12 ', 0, -12],
    ['0x1F', 0, 31],
    ['0o17', 0, 15],
    ['0b101', 0, 5],
    ['0b102', 0, undefined],
    ['010', 0, 8],
    ['010', 10, 10],
    ['1_000', 10, 1000],
    ['1__0', 10, undefined],
    ['_1', 10, undefined],
    ['0x1', 10, undefined],
    ['99999999999999999999', 0, 99999999999999999999n],
    ['', 0, undefined],
    ['abc', 0, undefined],
    ['1'.repeat(5000), 0, undefined],
  ]
  for (const [text, base, value] of cases) {
    it(`reads ${JSON.stringify(text.slice(0, 24))} to the base ${base}`, () => {
      assert.equal(parseIntLiteral(text, base), value)
    })
  }
})

describe('parseFloatLiteral', () => {
  it('reads what Python prints', () => {
    assert.equal(parseFloatLiteral('-1.5e-3'), -0.0015)
    assert.equal(parseFloatLiteral('inf'), Infinity)
    assert.equal(parseFloatLiteral('-Infinity'), -Infinity)
    assert.ok(Number.isNaN(parseFloatLiteral('nan')))
    assert.equal(parseFloatLiteral('1.5x'), undefined)
    assert.equal(parseFloatLiteral(' 1'), undefined)
  })
})
