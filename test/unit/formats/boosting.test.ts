import assert from 'node:assert/strict'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { readUbjson } from '../../../src/bytes/ubjson'
import type { FileFormat, FormatResult } from '../../../src/formats/format'
import { lightgbm } from '../../../src/formats/lightgbm'
import { xgboostJson, xgboostUbjson } from '../../../src/formats/xgboost'
import { fixture } from '../../support/fixtures'
import { assertHostile, assertHostileReader } from '../../support/hostile'
import { fileSubject } from '../../support/subject'

function inspect(format: FileFormat, bytes: Uint8Array): FormatResult {
  const subject = fileSubject('model', bytes)
  assert.equal(format.match(subject), true)
  return format.inspect(subject)
}

/** A model whose trees have many megabytes, and are no JSON: nobody may look at them. */
function largeModel(): Buffer {
  const text = Buffer.from(fixture('xgboost-json/multiclass.json')).toString()
  const start = text.indexOf('"trees":[') + '"trees":['.length
  const end = text.lastIndexOf(']},"name":"gbtree"')
  return Buffer.from(`${text.slice(0, start)}${'#'.repeat(3_000_000)}${text.slice(end)}`)
}

describe('xgboost', () => {
  for (const name of ['binary', 'dart', 'linear', 'multiclass', 'regression']) {
    it(`reads the same of ${name} as JSON and as UBJSON`, () => {
      const json = inspect(xgboostJson, fixture(`xgboost-json/${name}.json`)).summary
      const ubjson = inspect(xgboostUbjson, fixture(`xgboost-ubj/${name}.ubj`)).summary
      assert.deepEqual(ubjson, json)
      assert.equal(json.producerVersion, '3.2.0')
      assert.deepEqual(json.featureNames, ['age', 'income', 'visits'])
      assert.equal(json.metadata?.['boostedRounds'], 4)
      assert.equal(
        json.hyperparameters?.['base_score'],
        name === 'multiclass' ? '[0E0,0E0,0E0]' : 0.5,
      )
    })
  }

  it('reads a large model without its trees', () => {
    const whole = inspect(xgboostJson, fixture('xgboost-json/multiclass.json'))
    assert.deepEqual(inspect(xgboostJson, largeModel()), whole)
  })

  it('says so where a large model is cut off', () => {
    const result = inspect(xgboostJson, largeModel().subarray(0, 2_000_000))
    assert.equal(result.partial, true)
    assert.equal(result.findings?.[0]?.rule, 'damaged')
  })

  it('withstands damage', () => {
    assertHostile(xgboostJson, fixture('xgboost-json/regression.json'), { step: 61 })
    assertHostile(xgboostUbjson, fixture('xgboost-ubj/regression.ubj'), { step: 37 })
  })
})

describe('readUbjson', () => {
  const bytes = Buffer.from(
    '{U\x01aZU\x01bTU\x01ci\xffU\x01dI\x01\x00U\x01e[i\x01N[]]U\x01f[$d#i\x02\0\0\0\0\0\0\0\0' +
      'U\x01gSU\x02hiU\x01h{#U\x01U\x01xFU\x05trees[{}{}]}',
    'latin1',
  )
  const read = (input: Uint8Array): unknown =>
    readUbjson(ByteReader.of(input), new Budget(), new Set(['trees']))

  it('reads values of every kind, and counts what is skipped', () => {
    assert.equal(
      JSON.stringify(read(bytes)),
      '{"a":null,"b":true,"c":-1,"d":256,"e":[1,[]],"f":2,"g":"hi","h":{"x":false},"trees":2}',
    )
  })

  it('withstands damage', () => assertHostileReader(read, bytes, { runs: 2000 }))
})

describe('lightgbm-text', () => {
  it('reads features, trees and parameters', () => {
    const { summary, findings, partial } = inspect(
      lightgbm,
      fixture('lightgbm-text/multiclass.txt'),
    )
    assert.equal(summary.treeCount, 12)
    assert.equal(summary.featureCount, 3)
    assert.equal(summary.metadata?.['objective'], 'multiclass num_class:3')
    assert.equal(summary.hyperparameters?.['deterministic'], false)
    assert.equal(summary.hyperparameters?.['learning_rate'], 0.1)
    assert.deepEqual(findings, [])
    assert.equal(partial, false)
  })

  it('says so where it is cut off', () => {
    const bytes = fixture('lightgbm-text/binary.txt')
    assert.equal(inspect(lightgbm, bytes.slice(0, 800)).partial, true)
  })

  it('withstands damage', () => {
    assertHostile(lightgbm, fixture('lightgbm-text/binary.txt'), { step: 41 })
  })
})
