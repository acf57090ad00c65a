import { basename, dirname } from 'node:path'
import { field, flatten, isRecord, numberOf } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile, RunFolder, RunReader, Sink } from '../harvester'
import { readRequirements } from '../requirements'
import { readWandbLog } from '../wandbLog'

/**
 * Weights & Biases' local folders: `wandb/run-<time>-<id>` and `wandb/offline-run-…`, with the `.wandb` log of the run and,
 * once it was synchronized, files in `files`. A model inside such a folder is its run's; for one beside `wandb`, the
 * newest run counts, and with more than one it is a guess.
 */
export const wandb: Harvester = {
  id: 'wandb',
  rank: Rank.framework,
  async harvest(run, sink) {
    const folder = (await enclosing(run)) ?? (await newest(run))
    if (!folder) return
    const id = /-([^-]+)$/.exec(basename(folder.path))?.[1]
    if (!folder.ambiguous) sink.run(id)
    const files = await run.reader.inside(folder, ['files'])
    if (files) await readFiles(run, files, sink)
    const log = await run.reader.file(folder, `run-${id}.wandb`)
    if (log) await readLog(run.reader, log, sink)
  },
}

async function enclosing(run: Run): Promise<RunFolder | undefined> {
  for (const folder of run.ancestors) {
    const isRun = isRunName(basename(folder.path)) && basename(dirname(folder.path)) === 'wandb'
    if (isRun) return { ...folder, exact: true, ambiguous: false }
  }
  return undefined
}

async function newest(run: Run): Promise<RunFolder | undefined> {
  for (const folder of run.folders) {
    const logs = await run.reader.inside(folder, ['wandb'])
    if (!logs) continue
    // The names begin with the time of the start, so the last one in order is the newest.
    const runs = [...logs.folders]
      .filter(isRunName)
      .sort((a, b) => (a.replace('offline-', '') < b.replace('offline-', '') ? -1 : 1))
    const last = runs.at(-1)
    if (last === undefined) continue
    const ambiguous = logs.ambiguous || runs.length > 1
    return await run.reader.inside(logs, [last], { ambiguous })
  }
  return undefined
}

function isRunName(name: string): boolean {
  return /^(?:offline-)?run-/.test(name)
}

async function readFiles(run: Run, folder: RunFolder, sink: Sink): Promise<void> {
  const { reader } = run
  const history = await reader.file(folder, 'wandb-history.jsonl')
  if (history) await readRows(reader, (await reader.jsonLines(history)) ?? [], history, sink)

  const summary = await reader.file(folder, 'wandb-summary.json')
  const results = summary && (await reader.json(summary))
  if (summary && isRecord(results)) {
    for (const [key, value] of measures(results)) sink.metric(key, measureOf(value), summary)
  }
  const config = await reader.file(folder, 'config.yaml')
  const settings = config && (await reader.yaml(config))
  if (config && isRecord(settings)) {
    for (const [name, entry] of Object.entries(settings)) {
      if (name === '_wandb' || name === 'wandb_version') continue
      const value = isRecord(entry) && 'value' in entry ? entry.value : entry
      for (const [key, part] of flatten(value, name)) sink.parameter(key, part, config)
    }
  }
  const metadata = await reader.file(folder, 'wandb-metadata.json')
  if (metadata) {
    const data = await reader.json(metadata)
    sink.environment('python', pythonVersion(field(data, 'python')))
    const commit = field(data, 'git', 'commit')
    for (const file of [metadata, summary, history]) {
      // The commit is the whole run's, so it dates the files with the metrics.
      if (file) sink.code({ commit, remote: field(data, 'git', 'remote') }, file)
    }
  }
  const requirements = await reader.file(folder, 'requirements.txt')
  if (requirements) {
    for (const [name, version] of readRequirements((await reader.text(requirements)) ?? '')) {
      sink.environment(name, version)
    }
  }
}

/** What a log holds beyond the files: all of it for a run that was never synchronized, else the curves. */
async function readLog(reader: RunReader, file: RunFile, sink: Sink): Promise<void> {
  const log = await readWandbLog(reader.chunks(file), reader.signal)
  if (log.ended !== undefined) reader.refuse(file, undefined, log.ended)
  sink.environment('python', pythonVersion(log.python))
  sink.code({ commit: log.commit, remote: log.remote }, file)
  await readRows(
    reader,
    log.history.map((row) => Object.fromEntries(row)),
    file,
    sink,
  )
  for (const [key, value] of measures(Object.fromEntries(log.summary))) {
    sink.metric(key, measureOf(value), file)
  }
  for (const [name, value] of log.config) {
    if (name.startsWith('_wandb')) continue
    for (const [key, part] of flatten(value, name)) sink.parameter(key, part, file)
  }
}

/** A number, also one that JSON has no word for: it is written as text. */
function measureOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const number = typeof value === 'string' ? numberOf(value) : undefined
  return number === undefined || Number.isFinite(number) ? undefined : number
}

/** Without what begins with `_` (its own counters), and without charts and tables, which say so in `_type`. */
function* measures(
  values: Readonly<Record<string, unknown>>,
): Generator<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('_') || (isRecord(value) && '_type' in value)) continue
    yield* flatten(value, name)
  }
}

async function readRows(
  reader: RunReader,
  rows: readonly unknown[],
  file: RunFile,
  sink: Sink,
): Promise<void> {
  const curves = new Map<string, (readonly [number, number])[]>()
  for (const [index, row] of rows.entries()) {
    if (index % 200 === 0) await reader.turn()
    if (!isRecord(row)) continue
    const step = typeof row._step === 'number' ? row._step : index
    for (const [key, value] of measures(row)) {
      const number = measureOf(value)
      if (number === undefined) continue
      const points = curves.get(key) ?? []
      points.push([step, number])
      curves.set(key, points)
    }
  }
  for (const [key, points] of curves) {
    await reader.turn()
    sink.series(key, points, file)
  }
}

/** `CPython 3.11.4` in newer files, `3.11.4` in older ones. */
function pythonVersion(written: unknown): string | undefined {
  return typeof written === 'string' ? /\d+\.\d+(?:\.\d+)?/.exec(written)?.[0] : undefined
}
