import assert from 'node:assert/strict'
import { catboost, catboostJson } from '../../../src/formats/catboost'
import type { FileFormat, FormatResult } from '../../../src/formats/format'
import { executorch, ort } from '../../../src/formats/runtimeModels'
import { tflite } from '../../../src/formats/tflite'
import { fixture } from '../../support/fixtures'
import { assertHostile } from '../../support/hostile'
import { fileSubject } from '../../support/subject'

function inspect(format: FileFormat, path: string): FormatResult {
  const subject = fileSubject(path, fixture(path))
  assert.equal(format.match(subject), true)
  return format.inspect(subject)
}

describe('tflite', () => {
  it('reads inputs, outputs, operators and weights', () => {
    const { summary, tensors, findings } = inspect(tflite, 'tflite/float.tflite')
    assert.deepEqual(summary.inputs, [
      { name: 'serving_default_features:0', dtype: 'float32', shape: [null, 4] },
    ])
    assert.deepEqual(summary.layers, { FULLY_CONNECTED: 2, SOFTMAX: 1 })
    assert.equal(summary.parameterCount, 59)
    assert.equal(summary.quantization, undefined)
    assert.equal(summary.metadata?.['signatures'], 'serving_default')
    assert.match(String(summary.metadata?.['minRuntimeVersion']), /^\d+\.\d+\.\d+$/)
    assert.deepEqual(findings, [])
    const bytes = fixture('tflite/float.tflite')
    const bias = tensors?.find(({ shape }) => shape.length === 1)
    assert.ok(bias?.offset && bias.length === 12)
    assert.ok(bias.offset + bias.length <= bytes.length)
  })

  it('tells quantised weights and custom operators', () => {
    assert.equal(inspect(tflite, 'tflite/int8.tflite').summary.quantization, 'int8')
    const { layers } = inspect(tflite, 'tflite/select-ops.tflite').summary
    assert.ok(Object.keys(layers ?? {}).some((name) => name.startsWith('Flex')))
  })

  it('withstands damage', () => {
    assertHostile(tflite, fixture('tflite/float.tflite'), { step: 3 })
    assertHostile(tflite, fixture('tflite/select-ops.tflite'), { step: 7 })
  })
})

describe('catboost', () => {
  it('reads features, classes, trees and settings', () => {
    const { summary } = inspect(catboost, 'catboost/categories.cbm')
    assert.deepEqual(summary.featureNames, ['age', 'income', 'visits', 'city'])
    assert.deepEqual(summary.classes, ['0', '1'])
    assert.equal(summary.treeCount, 5)
    assert.equal(summary.producerVersion, '1.2.10')
    assert.equal(summary.hyperparameters?.['depth'], 2)
    assert.equal(summary.metadata?.['objective'], 'Logloss')
  })

  it('knows the same of a model as JSON', () => {
    const { summary: json } = inspect(catboostJson, 'catboost/model.json')
    const { summary: binary } = inspect(catboost, 'catboost/binary.cbm')
    for (const key of ['featureNames', 'treeCount', 'classes', 'producerVersion'] as const) {
      assert.deepEqual(json[key], binary[key], key)
    }
    assert.deepEqual(json.hyperparameters, binary.hyperparameters)
  })

  it('withstands damage', () => {
    assertHostile(catboost, fixture('catboost/binary.cbm'), { step: 37 })
    assertHostile(catboostJson, fixture('catboost/model.json'), { step: 307 })
  })
})

describe('models of runtimes', () => {
  it('tells ExecuTorch and ONNX Runtime with their versions', () => {
    const program = inspect(executorch, 'executorch/model.pte')
    assert.equal(program.framework, 'pytorch')
    assert.equal(program.summary.metadata?.['methods'], 'forward')
    const session = inspect(ort, 'ort/model.ort')
    assert.equal(session.framework, 'onnx')
    assert.match(String(session.summary.metadata?.['ortVersion']), /^\d+$/)
  })

  it('is certain of the kind where the rest is damaged', () => {
    const subject = fileSubject('model.ort', fixture('ort/model.ort').slice(0, 64))
    assert.equal(ort.match(subject), true)
    assert.equal(ort.inspect(subject).partial, true)
  })

  it('withstands damage', () => {
    assertHostile(executorch, fixture('executorch/model.pte'), { step: 41 })
    assertHostile(ort, fixture('ort/model.ort'), { step: 41 })
  })
})
