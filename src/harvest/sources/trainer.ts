import { basename } from 'node:path'
import { field, flatten, isRecord, list } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, RunFile, RunFolder, RunReader, Sink } from '../harvester'
import { isBookkeeping } from '../names'

/** The files of `Trainer.save_metrics`; `all_results.json` holds what the others hold together. */
const RESULT_FILES = [
  'all_results.json',
  'eval_results.json',
  'test_results.json',
  'predict_results.json',
  'train_results.json',
]

const STATE_PARAMETERS = [
  'epoch',
  'global_step',
  'max_steps',
  'num_train_epochs',
  'train_batch_size',
  'num_input_tokens_seen',
  'total_flos',
]

/**
 * Hugging Face Trainer: `trainer_state.json` (`TrainerState`) and the flat `*_results.json`. Run times, rates and
 * `total_flos` say how it ran, not how good it is: they are parameters.
 */
export const trainer: Harvester = {
  id: 'hf-trainer',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      for (const name of RESULT_FILES) {
        const file = await run.reader.file(folder, name)
        const results = file && (await run.reader.json(file))
        if (file && isRecord(results)) readResults(results, file, sink)
      }
      const file = await run.reader.file(folder, 'trainer_state.json')
      const state = file && (await run.reader.json(file))
      if (file && isRecord(state)) await readState(run.reader, state, file, sink)
    }
    const own = run.folders[0]
    if (own && !own.files.has('trainer_state.json')) {
      // `save_model` alone leaves no state beside the weights; the last checkpoint's is the nearest there is.
      const checkpoint = lastCheckpoint(own)
      const inner = checkpoint && (await run.reader.inside(own, [checkpoint], { ambiguous: true }))
      const file = inner && (await run.reader.file(inner, 'trainer_state.json'))
      const state = file && (await run.reader.json(file))
      if (file && isRecord(state)) await readState(run.reader, state, file, sink)
    }
  },
}

function lastCheckpoint(folder: RunFolder): string | undefined {
  const steps = [...folder.folders].flatMap((name) => {
    const step = /^checkpoint-(\d+)$/.exec(name)?.[1]
    return step === undefined ? [] : [Number(step)]
  })
  return steps.length > 0 ? `checkpoint-${Math.max(...steps)}` : undefined
}

function readResults(results: Readonly<Record<string, unknown>>, file: RunFile, sink: Sink): void {
  for (const [key, value] of flatten(results)) {
    if (typeof value === 'number' && !isHowItRan(key)) sink.metric(key, value, file)
    else sink.parameter(key, value, file)
  }
}

async function readState(
  reader: RunReader,
  state: Readonly<Record<string, unknown>>,
  file: RunFile,
  sink: Sink,
): Promise<void> {
  for (const key of STATE_PARAMETERS) sink.parameter(key, state[key], file)
  sink.metric('best_metric', state.best_metric ?? undefined, file)
  const best = state.best_model_checkpoint
  if (typeof best === 'string') {
    sink.parameter('best_model_checkpoint', basename(best.replaceAll('\\', '/')), file)
  }
  for (const [key, value] of flatten(field(state, 'trial_params'))) {
    sink.parameter(key, value, file, `trial_params.${key}`)
  }
  const curves = new Map<string, (readonly [number, number])[]>()
  for (const [index, entry] of list(state.log_history).entries()) {
    if (index % 200 === 0) await reader.turn()
    if (!isRecord(entry)) continue
    const step = typeof entry.step === 'number' ? entry.step : index
    for (const [key, value] of Object.entries(entry)) {
      if (typeof value !== 'number' || key === 'step' || key === 'epoch') continue
      const points = curves.get(key) ?? []
      points.push([step, value])
      curves.set(key, points)
    }
  }
  for (const [key, points] of curves) {
    await reader.turn()
    if (isHowItRan(key)) continue
    sink.series(key, points, file, { key: `log_history.${key}` })
  }
}

function isHowItRan(key: string): boolean {
  if (key === 'learning_rate' || key === 'grad_norm') return false
  return isBookkeeping(key) || /_per_second$|_samples$|_loc$/.test(key) || key === 'total_flos'
}
