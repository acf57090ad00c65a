import assert from 'node:assert/strict'
import { bestDirection, isBookkeeping, metricNames } from '../../../src/harvest/names'

function named(...names: string[]): Record<string, string> {
  return Object.fromEntries(metricNames(names))
}

describe('metric names', () => {
  it('maps other spellings onto the well-known names', () => {
    assert.deepEqual(named('acc', 'F1-Score', 'roc_auc', 'mean_squared_error'), {
      acc: 'accuracy',
      'F1-Score': 'f1_score',
      roc_auc: 'auc_roc',
      mean_squared_error: 'mse',
    })
  })

  it('drops the name of the data where one set was measured', () => {
    assert.deepEqual(named('eval_accuracy', 'test/f1', 'eval_loss'), {
      eval_accuracy: 'accuracy',
      'test/f1': 'f1_score',
      eval_loss: 'eval_loss',
    })
  })

  it('keeps both names where two measures want the same one', () => {
    const keras = named('accuracy', 'val_accuracy')
    assert.deepEqual(keras, { accuracy: 'accuracy', val_accuracy: 'val_accuracy' })
    const splits = named('test_auc', 'val_auc')
    assert.deepEqual(splits, { test_auc: 'test_auc', val_auc: 'val_auc' })
  })

  it('takes two spellings of one measure as one', () => {
    assert.deepEqual(named('eval_accuracy', 'eval/accuracy'), {
      eval_accuracy: 'accuracy',
      'eval/accuracy': 'accuracy',
    })
  })

  it('never drops the name of the training data', () => {
    assert.deepEqual(named('train_accuracy'), { train_accuracy: 'train_accuracy' })
  })

  it('knows which end is the good one', () => {
    for (const name of [
      'val_loss',
      'train/box_loss',
      'rmse',
      'mean_absolute_error',
      'perplexity',
    ]) {
      assert.equal(bestDirection(name), 'min', name)
    }
    for (const name of ['accuracy', 'metrics/mAP50(B)', 'test.AUC', 'lossless_ratio']) {
      assert.equal(bestDirection(name), 'max', name)
    }
  })

  it('tells counters and times from measures', () => {
    for (const name of ['lr/pg0', 'epoch', 'train_runtime', 'learning_rate', 'grad_norm', 'time']) {
      assert.ok(isBookkeeping(name), name)
    }
    for (const name of ['val_loss', 'train_loss_epoch', 'epoch_acc', 'timeliness'])
      assert.ok(!isBookkeeping(name), name)
  })
})
