import assert from 'node:assert/strict'
import type { FormatResult } from '../../../src/formats/format'
import { savedModel, savedModelFile } from '../../../src/formats/savedModel'
import { tfCheckpoint } from '../../../src/formats/tfCheckpoint'
import { tfFrozenGraph } from '../../../src/formats/tfFrozenGraph'
import { assertHostile } from '../../support/hostile'
import { tableFile } from '../../support/leveldb'
import { entry, pb } from '../../support/protobuf'
import { fileSubject, folderSubject } from '../../support/subject'

const FLOAT = 1
const INT32 = 3
const shape = (...dims: number[]): Uint8Array =>
  pb(...dims.map((dim) => [2, pb([1, dim])] as const))
const attribute = (name: string, value: Uint8Array): readonly [number, Uint8Array] => [
  5,
  entry(name, value),
]
const constant = (name: string, dtype: number, ...dims: number[]): Uint8Array =>
  pb(
    [1, name],
    [2, 'Const'],
    attribute('dtype', pb([6, dtype])),
    attribute('value', pb([8, pb([1, dtype], [2, shape(...dims)], [4, new Uint8Array(8)])])),
  )
const GRAPH = pb(
  [
    1,
    pb(
      [1, 'x'],
      [2, 'Placeholder'],
      attribute('dtype', pb([6, FLOAT])),
      attribute('shape', pb([7, shape(-1, 2)])),
    ),
  ],
  [1, constant('w', FLOAT, 2, 1)],
  [1, constant('axis', INT32, 1)],
  [1, pb([1, 'y'], [2, 'MatMul'], [3, 'x'], [3, 'w:0'])],
  [2, pb([1, pb([1, pb([1, '__inference_f'])], [3, pb([1, 'g'], [2, 'WriteFile'])])])],
  [4, pb([1, 1482])],
)
const tensorInfo = (dtype: number, ...dims: number[]): Uint8Array =>
  pb([1, 'x:0'], [2, dtype], [3, shape(...dims)])
const variable = (name: string, ...dims: number[]): Uint8Array =>
  pb([7, pb([1, FLOAT], [2, shape(...dims)], [3, 1], [6, name])])
const SAVED_MODEL = pb(
  [1, 1],
  [
    2,
    pb(
      [1, pb([2, pb()], [4, 'serve'], [5, '2.16.1'])],
      [2, GRAPH],
      [5, entry('__saved_model_init_op', pb())],
      [
        5,
        entry(
          'serving_default',
          pb(
            [1, entry('b', tensorInfo(FLOAT, -1, 2))],
            [1, entry('a', tensorInfo(INT32))],
            [2, entry('out', tensorInfo(FLOAT, -1, 1))],
          ),
        ),
      ],
      [
        7,
        pb(
          [1, pb([4, pb([1, '_tf_keras_sequential'])])],
          [1, variable('dense/kernel', 2, 1)],
          [1, variable('dense/bias', 1)],
        ),
      ],
    ),
  ],
)
const INDEX = tableFile([
  ['', pb([1, 1], [3, pb([1, 1])])],
  ['_CHECKPOINTABLE_OBJECT_GRAPH', pb([1, 7], [2, pb()], [5, 40])],
  ['dense/bias', pb([1, FLOAT], [2, shape(1)], [4, 8], [5, 4])],
  ['dense/kernel', pb([1, FLOAT], [2, shape(2, 1)], [5, 8])],
])

const rulesOf = (result: FormatResult): string[] => (result.findings ?? []).map(({ rule }) => rule)

describe('tf-frozen-graph', () => {
  const subject = fileSubject('frozen.pb', GRAPH)

  it('reads placeholders, results, weights and the operations of functions', () => {
    assert.equal(tfFrozenGraph.match(subject), true)
    const { summary, tensors } = tfFrozenGraph.inspect(subject)
    assert.deepEqual(summary.inputs, [{ name: 'x', dtype: 'float32', shape: [null, 2] }])
    assert.deepEqual(summary.outputs, [{ name: 'y' }])
    assert.deepEqual(summary.layers, { Const: 2, Placeholder: 1, MatMul: 1, WriteFile: 1 })
    assert.deepEqual(
      tensors?.map(({ name, dtype, shape, bytes, length }) => [name, dtype, shape, bytes, length]),
      [['w', 'float32', [2, 1], 8, 8]],
    )
  })

  it('is not taken for a SavedModel, nor the other way round', () => {
    assert.equal(savedModelFile.match(subject), false)
    assert.equal(tfFrozenGraph.match(fileSubject('x.pb', SAVED_MODEL)), false)
    assert.equal(
      tfFrozenGraph.match(fileSubject('x.txt', Buffer.from('\n\x01a plain text'))),
      false,
    )
  })

  it('withstands damage', () => assertHostile(tfFrozenGraph, GRAPH))
})

describe('saved-model', () => {
  it('reads the signature, variables and version of saved_model.pb', () => {
    const subject = fileSubject('saved_model.pb', SAVED_MODEL)
    assert.equal(savedModelFile.match(subject), true)
    const { framework, summary, tensors } = savedModelFile.inspect(subject)
    assert.equal(framework, 'tensorflow')
    assert.equal(summary.metadata?.['keras'], true)
    assert.deepEqual(summary.inputs, [
      { name: 'a', dtype: 'int32', shape: [] },
      { name: 'b', dtype: 'float32', shape: [null, 2] },
    ])
    assert.deepEqual(summary.outputs, [{ name: 'out', dtype: 'float32', shape: [null, 1] }])
    assert.equal(summary.producerVersion, '2.16.1')
    assert.equal(summary.parameterCount, 3)
    assert.equal(summary.metadata?.['tags'], 'serve')
    assert.deepEqual(
      tensors?.map(({ name }) => name),
      ['dense/kernel', 'dense/bias'],
    )
  })

  it('reads the folder, and says which of its files are missing', () => {
    const data = 'variables/variables.data-00000-of-00001'
    const files = { 'saved_model.pb': SAVED_MODEL, 'variables/variables.index': INDEX }
    const whole = savedModel.inspect(
      folderSubject('model', { ...files, [data]: new Uint8Array(12) }),
    )
    assert.deepEqual(whole.findings, [])
    assert.deepEqual(
      whole.tensors?.map(({ name, file, offset }) => [name, file, offset]),
      [
        ['_CHECKPOINTABLE_OBJECT_GRAPH', data, 0],
        ['dense/bias', data, 8],
        ['dense/kernel', data, 0],
      ],
    )
    assert.deepEqual(rulesOf(savedModel.inspect(folderSubject('model', files))), ['missing-part'])
    const alone = folderSubject('model', { 'saved_model.pb': SAVED_MODEL })
    assert.deepEqual(rulesOf(savedModel.inspect(alone)), ['missing-part'])
  })

  it('keeps what stands before the damage', () => {
    const subject = fileSubject('saved_model.pb', SAVED_MODEL.slice(0, -20))
    assert.equal(savedModelFile.match(subject), true)
    const result = savedModelFile.inspect(subject)
    assert.equal(result.partial, true)
    assert.equal(result.summary.producerVersion, '2.16.1')
  })

  it('withstands damage', () => assertHostile(savedModelFile, SAVED_MODEL))
})

describe('tf-checkpoint', () => {
  it('reads the index, and names missing data', () => {
    const data = 'model.ckpt.data-00000-of-00001'
    const subject = fileSubject('model.ckpt.index', INDEX, { [data]: new Uint8Array(12) })
    assert.equal(tfCheckpoint.match(subject), true)
    const { summary, parts, tensors } = tfCheckpoint.inspect(subject)
    assert.equal(summary.parameterCount, 3)
    assert.equal(tensors?.length, 3)
    assert.deepEqual(parts, { present: ['model.ckpt.index', data], missing: [] })
    const alone = tfCheckpoint.inspect(fileSubject('model.ckpt.index', INDEX))
    assert.deepEqual(alone.parts?.missing, [data])
    assert.deepEqual(rulesOf(alone), ['missing-part'])
  })

  it('reads keys that share their beginnings over several restarts', () => {
    const names = Array.from(
      { length: 100 },
      (_, index) => `layer/${String(index).padStart(3, '0')}`,
    )
    const file = tableFile(names.map((name) => [name, pb([1, FLOAT], [2, shape(2)], [5, 8])]))
    const { tensors } = tfCheckpoint.inspect(fileSubject('x.index', file))
    assert.deepEqual(
      tensors?.map(({ name }) => name),
      names,
    )
  })

  it('withstands damage', () => assertHostile(tfCheckpoint, INDEX))
})
