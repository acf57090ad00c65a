import assert from 'node:assert/strict'
import { DETECT_ONLY } from '../../../src/formats/detectOnly'
import type { FileFormat, FormatResult } from '../../../src/formats/format'
import { openvino } from '../../../src/formats/openvino'
import { pmml } from '../../../src/formats/pmml'
import { tfjs } from '../../../src/formats/tfjs'
import { fixture } from '../../support/fixtures'
import { assertHostile } from '../../support/hostile'
import { type Files, fileSubject } from '../../support/subject'

function inspect(
  format: FileFormat,
  name: string,
  bytes: Uint8Array,
  siblings: Files = {},
): FormatResult {
  const subject = fileSubject(name, bytes, siblings)
  assert.equal(format.match(subject), true)
  return format.inspect(subject)
}

const rulesOf = (result: FormatResult): string[] => (result.findings ?? []).map(({ rule }) => rule)

describe('openvino', () => {
  const bytes = fixture('openvino/float32.xml')

  it('reads the graph, and where its weights lie', () => {
    const weights = fixture('openvino/float32.bin')
    const result = inspect(openvino, 'float32.xml', bytes, { 'float32.bin': weights })
    assert.deepEqual(result.findings, [])
    assert.deepEqual(result.summary.inputs, [{ name: 'input', dtype: 'f32', shape: [null, 4] }])
    const last = result.tensors?.at(-1)
    assert.deepEqual([last?.file, last?.offset, last?.length], ['float32.bin', 288, 12])
    assert.deepEqual(result.parts, { present: ['float32.xml', 'float32.bin'], missing: [] })
  })

  it('names weights that are missing or too short', () => {
    const alone = inspect(openvino, 'float32.xml', bytes)
    assert.deepEqual(alone.parts?.missing, ['float32.bin'])
    const short = { 'float32.bin': new Uint8Array(8) }
    assert.deepEqual(rulesOf(inspect(openvino, 'float32.xml', bytes, short)), ['truncated-part'])
  })

  it('keeps what stands before the damage', () => {
    const result = inspect(openvino, 'x.xml', bytes.slice(0, 1000))
    assert.equal(result.partial, true)
    assert.deepEqual(result.summary.inputs, [{ name: 'input', dtype: 'f32', shape: [null, 4] }])
  })

  it('withstands damage', () => assertHostile(openvino, bytes, { step: 23 }))
})

describe('pmml', () => {
  it('reads who made it, and its features', () => {
    const { summary } = inspect(pmml, 'x.pmml', fixture('pmml/catboost.pmml'))
    assert.equal(summary.producer, 'CatBoost')
    assert.equal(summary.modelClass, 'MiningModel')
    assert.deepEqual(summary.featureNames, ['age', 'income', 'visits'])
    assert.equal(summary.metadata?.['version'], '4.3')
    assert.equal(summary.metadata?.['targets'], 'prediction')
  })

  it('withstands damage', () => {
    assertHostile(pmml, fixture('pmml/catboost.pmml').slice(0, 1500), { step: 5 })
  })
})

describe('tfjs', () => {
  const bytes = fixture('tfjs/model.json')

  it('reads the manifest, and names missing weights', () => {
    const { summary, parts } = inspect(tfjs, 'model.json', bytes)
    assert.equal(summary.parameterCount, 10)
    assert.equal(summary.modelClass, 'Sequential')
    assert.deepEqual(parts?.missing, ['group1-shard1of1.bin'])
  })

  it('refuses paths out of the folder', () => {
    const text = Buffer.from(bytes).toString().replace('group1-shard1of1.bin', '../weights.bin')
    assert.deepEqual(rulesOf(inspect(tfjs, 'model.json', Buffer.from(text))), ['unsafe-path'])
  })

  it('withstands damage', () => assertHostile(tfjs, bytes, { step: 3 }))
})

describe('formats that are told and not read', () => {
  for (const path of [
    'tensorrt/engine.plan',
    'ggml-legacy/ggjt.bin',
    'xgboost-removed/binary.model',
  ]) {
    it(`tells ${path}`, () => {
      const subject = fileSubject(path, fixture(path))
      const formats = DETECT_ONLY.filter((format) => format.match(subject))
      assert.equal(formats.length, 1)
      for (const format of formats) assertHostile(format, subject.head.slice(0, 64))
    })
  }
})
