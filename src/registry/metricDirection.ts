/** Which values of a metric are the good ones. */
export type MetricDirection = 'higher' | 'lower'

/** Directions that a person has set, by the metric's name without regard to case; they win over the name's own. */
export type DirectionOverrides = Readonly<Record<string, MetricDirection>>

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

/** Words that say it whatever stands beside them: `dice_loss` is a loss. */
const LOSSES = words(
  'loss losses error errors err mse rmse mae mape smape wape rmsle msle nrmse medae perplexity ppl bpb nll logloss brier hinge hamming deviance divergence kld jsd fid kid lpips wer cer ter mer eer ece mce fpr fnr fdr frr regret',
)
/** Words of good values: `throughput_per_memory` is a throughput. */
const GAINS = words(
  'accuracy acc precision recall f1 fscore auc auroc auprc roc map ndcg mrr bleu rouge meteor r2 iou miou dice jaccard kappa mcc psnr ssim sensitivity specificity throughput fps reward score',
)
/** Words of costs, which mean something only where no better word stands. */
const COSTS = words(
  'latency duration time runtime seconds ms p50 p90 p95 p99 memory flops macs size cost distance hausdorff chamfer aic bic residual drift toxicity hallucination kl objective',
)
/** Two words that mean one thing. */
const LOWER_PAIRS = ['cross entropy', 'false positive', 'false negative']

/** Which way a metric gets better, by the words of its name: lower for losses, errors and times, else higher. */
export function metricDirection(name: string, overrides: DirectionOverrides = {}): MetricDirection {
  const override = Object.entries(overrides).find(
    ([key]) => key.toLowerCase() === name.toLowerCase(),
  )
  if (override) return override[1]
  const found = wordsOf(name)
  // scikit-learn turns errors into scores by their sign: neg_mean_squared_error is better when higher.
  if (found[0] === 'neg' || found[0] === 'negative') return 'higher'
  const text = found.join(' ')
  if (LOWER_PAIRS.some((pair) => text.includes(pair))) return 'lower'
  if (found.some((word) => LOSSES.has(word))) return 'lower'
  if (found.some((word) => GAINS.has(word))) return 'higher'
  return found.some((word) => COSTS.has(word)) ? 'lower' : 'higher'
}

/** `valLoss`, `val/loss` and `val-loss` are `val` and `loss`. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Negative where `a` is better than `b`, 0 where they are equal. */
export function compareMetric(a: number, b: number, direction: MetricDirection): number {
  return direction === 'higher' ? b - a : a - b
}
