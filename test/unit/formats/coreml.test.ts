import assert from 'node:assert/strict'
import { coremlModel, coremlPackage } from '../../../src/formats/coreml'
import { assertHostile } from '../../support/hostile'
import { entry, pb } from '../../support/protobuf'
import { fileSubject, folderSubject } from '../../support/subject'

const FLOAT32 = 65_568
const MIL_FLOAT16 = 10
const array = (name: string, ...dims: number[]): Uint8Array =>
  pb([1, name], [3, pb([5, pb([1, Uint8Array.from(dims)], [2, FLOAT32])])])
const description = pb(
  [1, array('image', 1, 3)],
  [1, pb([1, 'age'], [3, pb([2, pb()])])],
  [10, array('scores', 1, 2)],
  [100, pb([1, 'A test'], [3, 'me'], [100, entry('com.github.apple.coremltools.version', '9.0')])],
)
const trees = pb(
  [1, 4],
  [2, description],
  [
    402,
    pb(
      [1, pb([1, pb([2, 1])], [1, pb([1, 1])], [1, pb([1, 2])])],
      [100, pb([1, 'no'], [1, 'yes'])],
    ),
  ],
)
const weight = pb(
  [1, 'const'],
  [3, pb([1, 'kernel'])],
  [
    5,
    entry(
      'val',
      pb(
        [2, pb([1, pb([1, MIL_FLOAT16], [3, pb([1, pb([1, 4])])], [3, pb([1, pb([1, 2])])])])],
        [5, pb([2, '@model_path/weights/weight.bin'], [3, 64])],
      ),
    ),
  ],
)
const program = pb(
  [1, 8],
  [2, description],
  [502, pb([2, entry('main', pb([3, entry('CoreML6', pb([3, weight], [3, pb([1, 'linear'])]))]))])],
)
const manifest = Buffer.from(
  JSON.stringify({
    rootModelIdentifier: 'A',
    itemInfoEntries: { A: { path: 'com.apple.CoreML/model.mlmodel' } },
  }),
)

describe('coreml-mlmodel', () => {
  it('reads inputs, outputs, metadata, classes and trees', () => {
    const subject = fileSubject('model.mlmodel', trees)
    assert.equal(coremlModel.match(subject), true)
    const { summary } = coremlModel.inspect(subject)
    assert.equal(summary.architecture, 'treeEnsembleClassifier')
    assert.deepEqual(summary.inputs, [
      { name: 'image', dtype: 'FLOAT32', shape: [1, 3] },
      { name: 'age', dtype: 'double' },
    ])
    assert.deepEqual(summary.outputs, [{ name: 'scores', dtype: 'FLOAT32', shape: [1, 2] }])
    assert.deepEqual(summary.classes, ['no', 'yes'])
    assert.equal(summary.treeCount, 3)
    assert.equal(summary.producerVersion, '9.0')
    assert.equal(summary.metadata?.['shortDescription'], 'A test')
  })

  it('does not match other protobuf', () => {
    for (const bytes of [
      pb([1, 4], [2, description]),
      pb([1, 400], [500, pb()]),
      Buffer.alloc(0),
    ]) {
      assert.equal(coremlModel.match(fileSubject('x', bytes)), false)
    }
  })

  it('withstands damage', () => {
    assertHostile(coremlModel, trees)
    assertHostile(coremlModel, program)
  })
})

describe('coreml-mlpackage', () => {
  const model = 'Data/com.apple.CoreML/model.mlmodel'
  const weights = 'Data/com.apple.CoreML/weights/weight.bin'

  it('reads the program and says where its weights are', () => {
    const subject = folderSubject('model.mlpackage', {
      'Manifest.json': manifest,
      [model]: program,
      [weights]: new Uint8Array(80),
    })
    assert.equal(coremlPackage.match(subject), true)
    const { summary, tensors, findings } = coremlPackage.inspect(subject)
    assert.equal(summary.architecture, 'mlProgram')
    assert.deepEqual(summary.layers, { linear: 1 })
    assert.deepEqual(tensors, [
      {
        name: 'kernel',
        dtype: 'float16',
        shape: [4, 2],
        parameters: 8,
        bytes: 16,
        file: weights,
        offset: 64,
      },
    ])
    assert.deepEqual(findings, [])
  })

  it('names missing weights and a broken manifest', () => {
    const { findings, parts } = coremlPackage.inspect(
      folderSubject('model.mlpackage', { 'Manifest.json': Buffer.from('{'), [model]: program }),
    )
    assert.deepEqual(
      findings?.map(({ rule }) => rule),
      ['damaged', 'missing-part'],
    )
    assert.deepEqual(parts?.missing, [weights])
  })
})
