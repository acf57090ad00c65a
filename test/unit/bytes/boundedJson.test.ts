import assert from 'node:assert/strict'
import { assert as assertProperty, json, property } from 'fast-check'
import { AppError } from '../../../src/base/errors'
import { parseBoundedJson } from '../../../src/bytes/boundedJson'
import { assertHostileReader } from '../../support/hostile'
import { propertyRuns } from '../../support/propertyRuns'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function corruptAt(offset: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'corrupt')
    assert.equal(error.location?.offset, offset)
    return true
  }
}

describe('parseBoundedJson', () => {
  it('reads what JSON.parse reads, without prototypes', () => {
    assertProperty(
      property(json({ maxDepth: 10 }), (text) => {
        const { value, duplicateKeys } = parseBoundedJson(text)
        assert.equal(JSON.stringify(value), JSON.stringify(JSON.parse(text)))
        assert.deepEqual(duplicateKeys, [])
      }),
      propertyRuns(),
    )
  })

  it('keeps __proto__ and constructor as ordinary keys', () => {
    const { value } = parseBoundedJson('{"__proto__":{"polluted":1},"constructor":2}')
    assert.ok(typeof value === 'object' && value !== null)
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor'])
    assert.equal(Object.getPrototypeOf(value), null)
    assert.equal('polluted' in {}, false)
    assert.equal('toString' in value, false)
  })

  it('names duplicate keys, also escaped and nested ones; the last value wins', () => {
    const { value, duplicateKeys } = parseBoundedJson(
      String.raw`{"a":1,"b":[{"c":{},"\u0063":3}],"a":2,"d":"a:1"}`,
    )
    assert.deepEqual([...duplicateKeys].sort(), ['a', 'c'])
    assert.equal(JSON.stringify(value), '{"a":2,"b":[{"c":3}],"d":"a:1"}')
  })

  it('reads the NaN and Infinity that Python writes', () => {
    const { value } = parseBoundedJson('{"a":NaN,"b":[-Infinity,Infinity,-1.5e3]}')
    assert.deepEqual({ ...(value as object) }, { a: Number.NaN, b: [-Infinity, Infinity, -1500] })
  })

  it('says where the text is wrong, in bytes', () => {
    assert.throws(() => parseBoundedJson(''), corruptAt(0))
    assert.throws(() => parseBoundedJson('{"ä":1,}'), corruptAt(8))
    assert.throws(() => parseBoundedJson('{"a":tru}', { offset: 100 }), corruptAt(105))
    assert.throws(() => parseBoundedJson('[1 2]'), corruptAt(3))
    assert.throws(() => parseBoundedJson('{"a":1} x'), corruptAt(8))
    assert.throws(() => parseBoundedJson('{"a":"\n"}'), corruptAt(5))
    assert.throws(() => parseBoundedJson(Uint8Array.of(0x22, 0x61, 0xff, 0x22)), corruptAt(2))
  })

  it('refuses deep nesting before it recurses, and large texts before it reads', () => {
    assert.throws(() => parseBoundedJson('['.repeat(100_000)), corruptAt(64))
    assert.throws(() => parseBoundedJson('{"a":'.repeat(65)), corruptAt(64 * 5))
    assert.throws(() => parseBoundedJson('[1,2,3]', { maxBytes: 6 }), corruptAt(0))
    assert.deepEqual(parseBoundedJson(`"${'['.repeat(1000)}"`).value, '['.repeat(1000))
  })

  it('withstands damage', () => {
    assertHostileReader(
      (bytes) => parseBoundedJson(bytes),
      encode(String.raw`{"a":[1,-2.5e-3,true,null,{"k\n\u00e4":"v\\"}],"a":NaN,"ü":{"":[[]]}}`),
      { runs: 2000 },
    )
  })
})
