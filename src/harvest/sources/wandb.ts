import { basename, dirname } from 'node:path'
import { field, flatten, isRecord } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile, RunFolder, RunReader, Sink } from '../harvester'
import { readRequirements } from '../requirements'

/**
 * Weights & Biases' local folders: `wandb/run-<time>-<id>/files` and `wandb/offline-run-…`. A model inside such a folder
 * is its run's; for one beside `wandb`, the newest run counts, and with more than one it is a guess.
 */
export const wandb: Harvester = {
  id: 'wandb',
  rank: Rank.framework,
  async harvest(run, sink) {
    const files = (await enclosing(run)) ?? (await newest(run))
    if (files) await readFiles(run, files, sink)
  },
}

async function enclosing(run: Run): Promise<RunFolder | undefined> {
  for (const folder of run.ancestors) {
    const isRun = isRunName(basename(folder.path)) && basename(dirname(folder.path)) === 'wandb'
    if (isRun) return await run.reader.inside(folder, ['files'], { exact: true, ambiguous: false })
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
    return await run.reader.inside(logs, [last, 'files'], { ambiguous })
  }
  return undefined
}

function isRunName(name: string): boolean {
  return /^(?:offline-)?run-/.test(name)
}

async function readFiles(run: Run, folder: RunFolder, sink: Sink): Promise<void> {
  const { reader } = run
  const id = /-([^-]+)$/.exec(basename(dirname(folder.path)))?.[1]
  if (!folder.ambiguous) sink.run(id)
  const history = await reader.file(folder, 'wandb-history.jsonl')
  if (history) await readHistory(reader, history, sink)

  const summary = await reader.file(folder, 'wandb-summary.json')
  const results = summary && (await reader.json(summary))
  if (summary && isRecord(results)) {
    for (const [key, value] of measures(results)) {
      if (typeof value === 'number') sink.metric(key, value, summary)
    }
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

/** Without what begins with `_` (its own counters), and without charts and tables, which say so in `_type`. */
function* measures(
  values: Readonly<Record<string, unknown>>,
): Generator<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('_') || (isRecord(value) && '_type' in value)) continue
    yield* flatten(value, name)
  }
}

async function readHistory(reader: RunReader, file: RunFile, sink: Sink): Promise<void> {
  const rows = (await reader.jsonLines(file)) ?? []
  const curves = new Map<string, (readonly [number, number])[]>()
  for (const [index, row] of rows.entries()) {
    if (index % 200 === 0) await reader.turn()
    if (!isRecord(row)) continue
    const step = typeof row._step === 'number' ? row._step : index
    for (const [key, value] of measures(row)) {
      if (typeof value !== 'number') continue
      const points = curves.get(key) ?? []
      points.push([step, value])
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
