import { extname } from 'node:path'
import { flatten, isRecord, numberOf } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile, RunFolder, RunReader, Sink } from '../harvester'
import { isModelName } from '../modelNames'
import { isBookkeeping } from '../names'
import { isReport, readReport } from './classificationReport'
import { isTransformersConfig } from './transformersConfig'

/** What a file's name says is in it, before its extension. */
const KINDS: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/^(?:metrics?|scores?|results?|eval\w*|evaluation|report|performance)$/, 'metrics'],
  [/^(?:params?|parameters|hyper_?params?|hyper_?parameters|hparams|best_params)$/, 'parameters'],
  [/^(?:history|training_history|train_history)$/, 'history'],
  [/^config$/, 'config'],
]

/** Words that may stand before or after: `test_metrics.json`, `metrics-final.json`. */
const QUALIFIERS = new Set([
  'train',
  'training',
  'test',
  'testing',
  'val',
  'valid',
  'validation',
  'dev',
  'final',
  'best',
  'last',
  'latest',
  'model',
  'all',
  'cv',
  'holdout',
])

type Kind = 'metrics' | 'parameters' | 'history' | 'config'

/** Keys of a results file that say where what they hold belongs. */
const METRIC_GROUPS = new Set(['metrics', 'scores', 'results', 'evaluation', 'performance'])
const PARAMETER_GROUPS = new Set([
  'params',
  'parameters',
  'hyperparameters',
  'hyper_parameters',
  'hyperparams',
  'hparams',
  'config',
  'args',
  'best_params',
])

/**
 * `metrics.json`, `params.yaml` and the like, which no tool owns: numbers of a results file are metrics, everything
 * else is parameters. A file whose name holds the model's own (`churn_metrics.json` for `churn.pkl`) is the model's,
 * whoever shares the folder; one that holds a neighbour's is not read.
 */
export const generic: Harvester = {
  id: 'generic',
  rank: Rank.generic,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      for (const name of [...folder.files].sort()) {
        const match = matchName(name, folder, run.model.stem)
        if (!match) continue
        const bound = match.isOwn ? { exact: false, ambiguous: false } : {}
        const file = await run.reader.file(folder, name, bound)
        // A tool's harvester that took the file knows more about it.
        if (!file || sink.isTaken(file)) continue
        // `config.yaml` of a project is about anything; beside the model or in its run it is the run's.
        if (match.kind === 'config' && folder.distance > 0 && folder !== run.folders.at(-1))
          continue
        await readFile(run, file, match.kind, sink)
      }
    }
  },
}

/** What a file name promises, and whether it is bound to this model by name. */
function matchName(
  name: string,
  folder: RunFolder,
  modelStem: string,
): { kind: Kind; isOwn: boolean } | undefined {
  if (!/\.(?:json|ya?ml|jsonl|ndjson)$/i.test(name)) return undefined
  const stem = name.slice(0, -extname(name).length)
  const own = without(stem, modelStem)
  const kind = own === undefined ? undefined : kindOf(own)
  if (kind) return { kind, isOwn: true }
  const shared = kindOf(stem)
  if (!shared) return undefined
  for (const other of folder.files) {
    // `best_metrics.json` beside `best.pt` is best.pt's, not last.pt's.
    if (!isModelName(other)) continue
    const otherStem = other.slice(0, -extname(other).length)
    const rest = otherStem === modelStem ? undefined : without(stem, otherStem)
    if (rest !== undefined && kindOf(rest)) return undefined
  }
  return { kind: shared, isOwn: false }
}

/** What is left of a name without a model's, where it stands at one end: `churn` and `churn_metrics` leave `metrics`. */
function without(stem: string, model: string): string | undefined {
  const lower = stem.toLowerCase()
  const part = model.toLowerCase()
  if (part === '') return undefined
  if (lower.startsWith(part) && /^[-_.]/.test(lower.slice(part.length))) {
    return stem.slice(part.length + 1)
  }
  if (lower.endsWith(part) && /[-_.]$/.test(lower.slice(0, -part.length))) {
    return stem.slice(0, -part.length - 1)
  }
  return undefined
}

function kindOf(stem: string): Kind | undefined {
  const lower = stem.toLowerCase()
  const whole = KINDS.find(([pattern]) => pattern.test(lower))
  if (whole) return whole[1]
  const words = lower.split(/[-_.]/).filter((word) => !QUALIFIERS.has(word) && !/^\d+$/.test(word))
  const rest = words.join('_')
  return KINDS.find(([pattern]) => pattern.test(rest))?.[1]
}

async function readFile(run: Run, file: RunFile, kind: Kind, sink: Sink): Promise<void> {
  if (/\.ya?ml$/i.test(file.name)) {
    await readValue(run.reader, await run.reader.yaml(file), kind, file, sink)
    return
  }
  // Several tools write JSON lines into a file called `metrics.json`.
  const values = await run.reader.jsonLines(file)
  if (!values) return
  if (values.length > 1) await readLines(run.reader, values, file, sink)
  else await readValue(run.reader, values[0], kind, file, sink)
}

async function readValue(
  reader: RunReader,
  data: unknown,
  kind: Kind,
  file: RunFile,
  sink: Sink,
): Promise<void> {
  if (Array.isArray(data) && data.every(isRecord) && kind !== 'parameters') {
    await readLines(reader, data, file, sink)
    return
  }
  if (!isRecord(data) || isTransformersConfig(data)) return
  if (isReport(data)) {
    readReport(data, file, {}, sink)
    return
  }
  const curves = kind === 'parameters' || kind === 'config' ? [] : historyCurves(data, kind)
  for (const [key, values] of curves) {
    sink.series(
      key,
      values.map((value, index) => [index, value] as const),
      file,
    )
  }
  const taken = new Set(curves.map(([key]) => key))
  // Of training and test in one file, each keeps the name of its data.
  const isOnly = Object.values(data).filter(isReport).length === 1
  for (const [key, value] of Object.entries(data)) {
    await reader.turn()
    if (taken.has(key)) continue
    if (isReport(value)) {
      readReport(value, file, { prefix: `${key}.`, isOnly }, sink)
    } else if (isRecord(value) && METRIC_GROUPS.has(key.toLowerCase())) {
      readGroup(value, `${key}.`, 'metrics', file, sink)
    } else if (isRecord(value) && PARAMETER_GROUPS.has(key.toLowerCase())) {
      readGroup(value, `${key}.`, 'parameters', file, sink)
    } else {
      const isResult = kind === 'metrics' || kind === 'history'
      readScalars(value, key, '', isResult ? 'metrics' : 'parameters', file, sink)
    }
  }
}

/** A map that its key names as metrics or parameters: the key says nothing in their names. */
function readGroup(
  group: Readonly<Record<string, unknown>>,
  prefix: string,
  place: 'metrics' | 'parameters',
  file: RunFile,
  sink: Sink,
): void {
  for (const [key, value] of Object.entries(group)) {
    if (isReport(value)) readReport(value, file, { prefix: `${prefix}${key}.`, isOnly: true }, sink)
    else readScalars(value, key, prefix, place, file, sink)
  }
}

function readScalars(
  value: unknown,
  name: string,
  prefix: string,
  place: 'metrics' | 'parameters',
  file: RunFile,
  sink: Sink,
): void {
  for (const [key, scalar] of flatten(value, name)) {
    if (place === 'metrics' && (typeof scalar === 'number' || isNotFinite(scalar))) {
      if (isCounter(key)) sink.parameter(key, scalar, file, prefix + key)
      else sink.metric(key, scalar, file, prefix + key)
    } else if (place === 'parameters' || (scalar !== null && !isListText(scalar))) {
      sink.parameter(key, scalar, file, prefix + key)
    }
  }
}

/** `"NaN"`: JSON has no word for it. The sink reports it. */
function isNotFinite(value: unknown): boolean {
  const number = typeof value === 'string' ? numberOf(value) : undefined
  return number !== undefined && !Number.isFinite(number)
}

/** What counts the training, not the model: `epoch`, `step`, `seed`. A time (`latency_ms`) may well be a metric. */
function isCounter(key: string): boolean {
  return /^(?:epochs?|(?:global_)?steps?|iterations?|seed|random_state|timestamp)$/i.test(key)
}

/** A list in a results file is data (a confusion matrix, scores by class), and no setting. */
function isListText(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('[') && value.endsWith(']')
}

/** The lists of a training's history (`{ "loss": […], "val_loss": […] }`): numbers, all of one length, with a loss. */
function historyCurves(
  data: Readonly<Record<string, unknown>>,
  kind: Kind,
): (readonly [key: string, values: readonly number[]])[] {
  const lists = Object.entries(data).flatMap(([key, value]) =>
    Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === 'number')
      ? [[key, value as readonly number[]] as const]
      : [],
  )
  const isHistory =
    kind === 'history' ||
    (lists.some(([key]) => /loss/i.test(key)) &&
      new Set(lists.map(([, values]) => values.length)).size === 1)
  return isHistory ? lists : []
}

/** JSON lines: one map for each step; a name's last value counts. */
async function readLines(
  reader: RunReader,
  values: readonly unknown[],
  file: RunFile,
  sink: Sink,
): Promise<void> {
  const curves = new Map<string, (readonly [number, number])[]>()
  for (const [index, row] of values.entries()) {
    if (index % 200 === 0) await reader.turn()
    if (!isRecord(row)) continue
    const along = [row.step, row.iteration, row.global_step, row.epoch].find(
      (step) => typeof step === 'number',
    )
    const step = typeof along === 'number' ? along : index
    for (const [key, value] of flatten(row)) {
      if (typeof value !== 'number' || isCounter(key)) continue
      const points = curves.get(key) ?? []
      points.push([step, value])
      curves.set(key, points)
    }
  }
  for (const [key, points] of curves) {
    await reader.turn()
    if (points.length > 1 || !isBookkeeping(key)) sink.series(key, points, file)
  }
}
