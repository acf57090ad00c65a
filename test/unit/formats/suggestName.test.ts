import assert from 'node:assert/strict'
import { describeParts } from '../../../src/formats/describeParts'
import { suggestName } from '../../../src/formats/suggestName'

describe('suggestName', () => {
  const cases = [
    [
      'model.pkl',
      { modelClass: 'sklearn.ensemble._forest.RandomForestClassifier' },
      'random-forest-classifier',
    ],
    ['best_model.joblib', { modelClass: 'sklearn.svm._classes.SVC' }, 'svc'],
    ['epoch=3.ckpt', { architecture: 'ResNet' }, 'res-net'],
    ['checkpoint-500.pt', { modelClass: 'shop.nets.HTTPClassifier' }, 'http-classifier'],
    ['churn.pkl', { modelClass: 'sklearn.svm._classes.SVC' }, undefined],
    ['model.keras', { architecture: 'churn', modelClass: 'Sequential' }, 'churn'],
    ['model.pt', { modelClass: 'torch.nn.modules.container.Sequential' }, undefined],
    ['model.npy', {}, undefined],
  ] as const
  for (const [file, summary, name] of cases) {
    it(`calls ${file} ${name ?? 'nothing'}`, () => {
      assert.equal(suggestName(file, summary), name)
    })
  }
})

describe('describeParts', () => {
  it('offers the other parts, or names the missing ones', () => {
    const shards = ['a-1-of-3', 'a-2-of-3', 'a-3-of-3']
    assert.equal(
      describeParts('a-1-of-3', { present: shards, missing: [] }),
      'a-1-of-3 has 2 more parts: register all 3.',
    )
    assert.equal(
      describeParts('a-1-of-3', { present: ['a-1-of-3'], missing: ['a-2-of-3', 'a-3-of-3'] }),
      'a-1-of-3 needs a-2-of-3 and a-3-of-3, which are not there.',
    )
    assert.equal(
      describeParts('model.onnx', { present: ['model.onnx.data'], missing: [] }),
      'model.onnx has 1 more part: register all 2.',
    )
    assert.equal(describeParts('a', { present: ['a'], missing: [] }), undefined)
  })
})
