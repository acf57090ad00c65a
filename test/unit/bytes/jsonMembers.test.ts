import assert from 'node:assert/strict'
import { AppError } from '../../../src/base/errors'
import { ByteReader } from '../../../src/bytes/byteReader'
import { readJsonMembers } from '../../../src/bytes/jsonMembers'
import { assertHostileReader } from '../../support/hostile'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function corruptAt(offset: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'corrupt')
    assert.equal(error.location?.offset, offset)
    return true
  }
}

function readAll(text: string): { keys: string[]; duplicates: string[] } {
  const keys: string[] = []
  const duplicates: string[] = []
  for (const { value, duplicateKeys } of readJsonMembers(ByteReader.of(encode(text)))) {
    keys.push(...Object.keys(value))
    duplicates.push(...duplicateKeys)
  }
  return { keys, duplicates }
}

describe('readJsonMembers', () => {
  it('gives every member of a text larger than a batch', () => {
    const members = Array.from({ length: 20_000 }, (_, i) => `"k{${i}\\"":{"v":[${i},"}"]}`)
    const { keys } = readAll(`{${members.join(' ,\n')}}   `)
    assert.equal(keys.length, 20_000)
    assert.equal(keys[19_999], 'k{19999"')
  })

  it('gives a member that is larger than a batch', () => {
    assert.deepEqual(readAll(`{"a":1,"big":"${'x'.repeat(1_000_000)}","z":2}`).keys, [
      'a',
      'big',
      'z',
    ])
  })

  it('names duplicates within a batch', () => {
    assert.deepEqual(readAll('{"a":1,"a":2}').duplicates, ['a'])
  })

  it('reads the empty object', () => {
    assert.deepEqual(readAll('{ }').keys, [])
  })

  it('refuses what is not exactly one object', () => {
    for (const [text, offset] of [
      ['[]', 0],
      ['{"a":1', 6],
      ['{"a":1} x', 8],
      ['{"a":1,}', 7],
      ['{"a":1,,"b":2}', 7],
      ['{"a":1]', 6],
    ] as const) {
      assert.throws(() => readAll(text), corruptAt(offset), text)
    }
  })

  it('withstands damage', () => {
    assertHostileReader(
      (bytes) => [...readJsonMembers(ByteReader.of(bytes))],
      encode('{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2]}}  '),
    )
  })
})
