import assert from 'node:assert/strict'
import { AppError } from '../../../src/base/errors'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { Message, probeTopLevel } from '../../../src/bytes/protobuf'
import { assertHostileReader } from '../../support/hostile'
import { pb, varint } from '../../support/protobuf'

const open = (bytes: Uint8Array): Message => Message.of(ByteReader.of(bytes), new Budget())

function walk(message: Message, depth: number): unknown[] {
  const fields: unknown[] = []
  while (message.next()) {
    if (message.wire === 0) fields.push([message.field, message.int])
    else if (message.wire === 5) fields.push([message.field, message.float])
    else if (depth > 0 && message.field === 9) fields.push([9, walk(message.message(), depth - 1)])
    else fields.push([message.field, message.text()])
  }
  return fields
}

describe('Message', () => {
  it('walks fields of every wire type', () => {
    const bytes = pb([1, 0], [2, 'text'], [3, { float: 0.5 }], [9, pb([1, 300])], [2047, 1])
    assert.deepEqual(walk(open(bytes), 1), [
      [1, 0],
      [2, 'text'],
      [3, 0.5],
      [9, [[1, 300]]],
      [2047, 1],
    ])
  })

  it('reads 64-bit numbers, negative ones too', () => {
    for (const value of [-1, -2, 2 ** 31, -(2 ** 31), 2 ** 35, 2 ** 53 - 1, -(2 ** 40)]) {
      assert.deepEqual(walk(open(pb([1, value])), 0), [[1, value]])
    }
  })

  it('reads packed and single numbers alike', () => {
    const message = open(pb([1, 5], [1, Buffer.concat([varint(6), varint(-7), varint(2 ** 40)])]))
    const numbers: number[] = []
    while (message.next()) numbers.push(...message.ints())
    assert.deepEqual(numbers, [5, 6, -7, 2 ** 40])
  })

  it('says where damage is', () => {
    for (const [bytes, offset] of [
      [Uint8Array.of(0x08), 0],
      [pb([1, 1], [2, 'abc']).slice(0, -1), 2],
      [Uint8Array.of(0x0b), 0],
      [Uint8Array.of(0x00, 0x00), 0],
      [Uint8Array.of(0x08, ...Array.from({ length: 11 }, () => 0xff)), 0],
    ] as const) {
      assert.throws(
        () => walk(open(bytes), 0),
        (error) =>
          error instanceof AppError &&
          error.code === 'corrupt' &&
          error.location?.offset === offset,
      )
    }
  })

  it('refuses messages in messages without end', () => {
    let bytes = pb([1, 1])
    for (let depth = 0; depth < 100; depth++) bytes = pb([9, bytes])
    assert.throws(() => walk(open(bytes), 100), AppError)
  })

  it('withstands damage', () => {
    const bytes = pb([1, 1], [2, 'text'], [3, { float: 1 }], [9, pb([9, pb([1, 2])])])
    assertHostileReader((mutant) => walk(open(mutant), 100), bytes)
  })
})

describe('probeTopLevel', () => {
  const probe = (bytes: Uint8Array): ReturnType<typeof probeTopLevel> =>
    probeTopLevel(ByteReader.of(bytes), new Budget(), (field) => field < 4)

  it('accepts only allowed fields up to exactly the end', () => {
    assert.deepEqual([...(probe(pb([1, 7], [2, 'a'], [2, 'b']))?.kinds ?? [])], ['1:0', '2:2'])
    assert.equal(probe(pb([1, 7], [4, 'a'])), undefined)
    assert.equal(probe(new Uint8Array(0)), undefined)
    assert.equal(probe(new TextEncoder().encode('some text')), undefined)
  })

  it('names the field in which a file is cut off', () => {
    const top = probe(pb([1, 7], [2, 'abcdef']).slice(0, -2))
    assert.equal(top?.cut, 2)
    assert.equal(top?.payloads.get(2)?.length, 4)
  })
})
