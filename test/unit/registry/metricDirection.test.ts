import assert from 'node:assert/strict'
import { compareMetric, metricDirection } from '../../../src/registry/metricDirection'

describe('metricDirection', () => {
  const lower =
    'loss val_loss valLoss train/loss eval-loss mse rmse mae mape mean_squared_error error_rate logloss log_loss cross_entropy perplexity eval_perplexity latency_ms inference_time p95 memory_mb model_size wer FID brier_score dice_loss false_positive_rate hamming_loss test_error'
  for (const name of lower.split(' ')) {
    it(`${name} is better when lower`, () => assert.equal(metricDirection(name), 'lower'))
  }

  const higher =
    'accuracy val_accuracy precision recall f1_score auc_roc mAP50(B) metrics/mAP50-95(B) r2 bleu throughput neg_mean_squared_error negative_log_loss custom closeness timeliness errorless mission recall@10 score'
  for (const name of higher.split(' ')) {
    it(`${name} is better when higher`, () => assert.equal(metricDirection(name), 'higher'))
  }

  it('is what a person has set, whatever the case', () => {
    assert.equal(metricDirection('My_Metric', { my_metric: 'lower' }), 'lower')
    assert.equal(metricDirection('loss', { Loss: 'higher' }), 'higher')
    assert.equal(metricDirection('constructor'), 'higher')
  })

  it('orders the better first', () => {
    assert.deepEqual(
      [1, 3, 2].sort((a, b) => compareMetric(a, b, 'higher')),
      [3, 2, 1],
    )
    assert.deepEqual(
      [1, 3, 2].sort((a, b) => compareMetric(a, b, 'lower')),
      [1, 2, 3],
    )
  })
})
