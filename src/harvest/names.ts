import { METRICS } from '../registry/model'

/**
 * Other spellings of the well-known metrics, compared without regard to case and with `_` for every separator. Only
 * names with one meaning are here: `precision_macro` is not `precision`, and `error` could be anything.
 */
const SPELLINGS: ReadonlyMap<string, (typeof METRICS)[number]> = new Map<
  string,
  (typeof METRICS)[number]
>([
  ...METRICS.map((name) => [name, name] as const),
  ['acc', 'accuracy'],
  ['accuracy_score', 'accuracy'],
  ['precision_score', 'precision'],
  ['recall_score', 'recall'],
  ['f1', 'f1_score'],
  ['f1score', 'f1_score'],
  ['auc', 'auc_roc'],
  ['auroc', 'auc_roc'],
  ['roc_auc', 'auc_roc'],
  ['roc_auc_score', 'auc_roc'],
  ['mean_squared_error', 'mse'],
  ['mean_absolute_error', 'mae'],
])

/** Names of the data a model is judged on. `train_` is not among them: a training score is another measure. */
const JUDGED_ON = /^(?:eval|test|val|valid|validation)_/

/** A name without regard to case and separators: `eval/F1-score` and `eval_f1_score` are the same measure. */
export function metricIdentity(name: string): string {
  return name.toLowerCase().replace(/[\s./-]+/g, '_')
}

/** The well-known metric that a file's name stands for, if there is one. */
function wellKnownName(name: string): string | undefined {
  const identity = metricIdentity(name)
  return SPELLINGS.get(identity) ?? SPELLINGS.get(identity.replace(JUDGED_ON, ''))
}

/**
 * The names to store metrics under. A name becomes a well-known one only where no other measure wants it: of
 * `accuracy` and `val_accuracy` (Keras: training and validation), both keep their own names.
 */
export function metricNames(names: Iterable<string>): ReadonlyMap<string, string> {
  const wanted = new Map<string, Set<string>>()
  const unique = new Set(names)
  for (const name of unique) {
    const target = wellKnownName(name)
    if (!target) continue
    const identities = wanted.get(target) ?? new Set()
    identities.add(metricIdentity(name))
    wanted.set(target, identities)
  }
  const result = new Map<string, string>()
  for (const name of unique) {
    const target = wellKnownName(name)
    const alone = target !== undefined && wanted.get(target)?.size === 1
    result.set(name, alone ? target : name)
  }
  return result
}

const LOWER_IS_BETTER =
  /^(?:.*loss|err|.*error|rmse|mse|mae|mape|smape|msle|rmsle|perplexity|ppl|nll|wer|cer|fid|brier|ece|deviance)$/
/** What a log counts along, and what says how the training ran rather than how good the model is. */
const BOOKKEEPING =
  /^(?:lr|pg\d+|epoch|epochs|step|steps|iter|iteration|iterations|time|timestamp|runtime|second|seconds|sec|flos|memory|mem|eta|momentum|samples|seen)$/

const MEASURE = /^(?:acc|accuracy|precision|recall|f1|auc|auroc|score|r2|map\d*|iou|bleu|rouge)$/

function words(name: string): string[] {
  return metricIdentity(name).split('_')
}

/** True for a name that says how good a model is: a loss, a score, an accuracy. */
export function isMeasure(name: string): boolean {
  return words(name).some((word) => MEASURE.test(word) || LOWER_IS_BETTER.test(word))
}

/** True for counters, times and rates of a training log (`epoch`, `lr/pg0`, `eval_runtime`): no measure of quality. */
export function isBookkeeping(name: string): boolean {
  const identity = metricIdentity(name)
  // `train_loss_epoch` and `epoch_accuracy` are measures, averaged over an epoch.
  if (isMeasure(name)) return false
  return (
    words(name).some((word) => BOOKKEEPING.test(word)) ||
    /(?:^|_)(?:learning_rate|grad_norm)(?:_|$)/.test(identity)
  )
}

/** Which end of a measure is the good one. */
export function bestDirection(name: string): 'min' | 'max' {
  return words(name).some((word) => LOWER_IS_BETTER.test(word)) ||
    /mean_(?:squared|absolute)/.test(metricIdentity(name))
    ? 'min'
    : 'max'
}
