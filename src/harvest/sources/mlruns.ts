import { basename, dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { field, isRecord, numberOf, scalarOf, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Relation, Run, RunFile, RunFolder, Sink } from '../harvester'
import { readMlmodel } from './mlmodel'

/** Runs whose `meta.yaml` is compared with the model's place; a larger store is found by id or path. */
const MAX_RUNS_COMPARED = 200
/** Folders that a metric's name may make: `metrics/val/loss`. */
const MAX_NESTING = 4

/**
 * MLflow's file store, read without a server: `mlruns/<experiment>/<run>/{meta.yaml,metrics,params,tags}`, and since
 * MLflow 3 `mlruns/<experiment>/models/m-…`. The run is the one whose folder holds the model, the one that the model's
 * `MLmodel` names, or the one whose artifact location the model lies in. There is no guess: another run's numbers are
 * worse than none.
 */
export const mlruns: Harvester = {
  id: 'mlruns',
  rank: Rank.identified,
  async harvest(run, sink) {
    const found = await findRuns(run)
    for (const folder of found) await readRun(folder, run, sink)
  },
}

async function findRuns(run: Run): Promise<RunFolder[]> {
  const inPlace = await enclosingRun(run)
  const ids = new Set<string>()
  const mlmodel = await readMlmodel(run)
  if (mlmodel) {
    for (const id of [mlmodel.data.run_id, mlmodel.data.model_id]) {
      const name = text(id)
      if (name !== undefined) ids.add(name)
    }
  }
  if (inPlace) {
    // A model of MLflow 3 lies outside its run and names it.
    const source = text(field(await readMeta(run, inPlace), 'source_run_id'))
    if (source !== undefined) ids.add(source)
  }
  const found = new Map<string, RunFolder>(inPlace ? [[inPlace.path, inPlace]] : [])
  for (const store of await stores(run)) {
    for (const folder of await runsById(run, store, ids)) found.set(folder.path, folder)
    if (found.size === 0) {
      const located = await runByArtifacts(run, store)
      if (located) found.set(located.path, located)
    }
    if (found.size > 0) break
  }
  // The run's own metrics come first: a logged model has the points that were logged to it once more.
  const isModel = (folder: RunFolder): number => Number(basename(dirname(folder.path)) === 'models')
  return [...found.values()].sort((a, b) => isModel(a) - isModel(b))
}

const BOUND: Partial<Relation> = { exact: true, ambiguous: false }

async function enclosingRun(run: Run): Promise<RunFolder | undefined> {
  for (const folder of run.ancestors) {
    if (!folder.files.has('meta.yaml') || !isRunFolder(folder)) continue
    return await run.reader.folder(folder.path, { distance: 0, exact: true, ambiguous: false })
  }
  return undefined
}

function isRunFolder({ folders }: RunFolder): boolean {
  return folders.has('metrics') || folders.has('params') || folders.has('tags')
}

async function stores(run: Run): Promise<RunFolder[]> {
  const result: RunFolder[] = []
  for (const folder of run.ancestors) {
    const store = await run.reader.inside(folder, ['mlruns'], BOUND)
    if (store) result.push(store)
    if (folder.path.endsWith(`${sep}mlruns`)) result.push({ ...folder, ...BOUND })
  }
  return result
}

async function experiments(run: Run, store: RunFolder): Promise<RunFolder[]> {
  const result: RunFolder[] = []
  for (const name of store.folders) {
    // `mlruns/models` is the store's own model registry.
    if (name === 'models' || name.startsWith('.')) continue
    const experiment = await run.reader.inside(store, [name])
    if (experiment) result.push(experiment)
  }
  return result
}

async function runsById(
  run: Run,
  store: RunFolder,
  ids: ReadonlySet<string>,
): Promise<RunFolder[]> {
  const result: RunFolder[] = []
  if (ids.size === 0) return result
  for (const experiment of await experiments(run, store)) {
    for (const id of ids) {
      const folder =
        (await run.reader.inside(experiment, [id])) ??
        (await run.reader.inside(experiment, ['models', id]))
      if (folder) result.push(folder)
    }
  }
  return result
}

async function runByArtifacts(run: Run, store: RunFolder): Promise<RunFolder | undefined> {
  let compared = 0
  for (const experiment of await experiments(run, store)) {
    for (const name of experiment.folders) {
      if (!/^[0-9a-f]{32}$/.test(name)) continue
      if (++compared > MAX_RUNS_COMPARED) return undefined
      const folder = await run.reader.inside(experiment, [name])
      const location = folder && text(field(await readMeta(run, folder), 'artifact_uri'))
      const path = location === undefined ? undefined : localPath(location)
      if (path !== undefined && `${run.model.path}${sep}`.startsWith(`${path}${sep}`)) return folder
    }
  }
  return undefined
}

function localPath(location: string): string | undefined {
  if (!location.startsWith('file:')) return location.includes('://') ? undefined : location
  try {
    return fileURLToPath(location)
  } catch {
    // A file URL of another machine or another system.
    return undefined
  }
}

async function readMeta(run: Run, folder: RunFolder): Promise<unknown> {
  const file = await run.reader.file(folder, 'meta.yaml')
  return file && (await run.reader.yaml(file))
}

async function readRun(folder: RunFolder, run: Run, sink: Sink): Promise<void> {
  const meta = await readMeta(run, folder)
  if (isRecord(meta)) sink.run(meta.run_id ?? meta.source_run_id)
  for await (const [name, file] of entries(run, folder, 'metrics')) {
    const points = metricPoints((await run.reader.text(file)) ?? '')
    sink.series(name, points, file)
  }
  for await (const [name, file] of entries(run, folder, 'params')) {
    const written = await run.reader.text(file)
    if (written !== undefined) sink.parameter(name, scalarOf(written), file)
  }
  for await (const [name, file] of entries(run, folder, 'tags')) {
    const written = (await run.reader.text(file))?.trim()
    if (written === undefined) continue
    if (name === 'mlflow.source.git.commit') {
      sink.code({ commit: written, remote: await repositoryOf(run, folder) }, file)
    } else if (name === 'mlflow.note.content') {
      sink.description(written, file, name)
    } else if (!name.startsWith('mlflow.')) {
      sink.tag(name, written, file)
    }
  }
}

async function repositoryOf(run: Run, folder: RunFolder): Promise<string | undefined> {
  const tags = await run.reader.inside(folder, ['tags'])
  const file = tags && (await run.reader.file(tags, 'mlflow.source.git.repoURL'))
  return file && (await run.reader.text(file))?.trim()
}

/** The files of `metrics`, `params` or `tags`, by the names they stand for: a `/` in a name makes a folder. */
async function* entries(
  run: Run,
  folder: RunFolder,
  kind: string,
): AsyncGenerator<readonly [name: string, file: RunFile]> {
  async function* walk(
    inner: RunFolder,
    prefix: string,
    depth: number,
  ): AsyncGenerator<readonly [string, RunFile]> {
    for (const name of [...inner.files].sort()) {
      const file = await run.reader.file(inner, name)
      if (file) yield [prefix + name, file]
    }
    if (depth >= MAX_NESTING) return
    for (const name of [...inner.folders].sort()) {
      const deeper = await run.reader.inside(inner, [name])
      if (deeper) yield* walk(deeper, `${prefix}${name}/`, depth + 1)
    }
  }
  const start = await run.reader.inside(folder, [kind])
  if (start) yield* walk(start, '', 0)
}

/**
 * Lines `timestamp value step`. MLflow's own "latest" is the line with the highest step, then time, then value; lines
 * of a logged model have the run's id and a dataset after the step.
 */
function metricPoints(written: string): (readonly [step: number, value: number])[] {
  const lines = written.split('\n').flatMap((line) => {
    const [time = '', value = '', step = '0'] = line.trim().split(/\s+/)
    const number = numberOf(value)
    return number === undefined
      ? []
      : [{ step: numberOf(step) ?? 0, time: numberOf(time) ?? 0, value: number }]
  })
  lines.sort((a, b) => a.step - b.step || a.time - b.time || a.value - b.value)
  return lines.map(({ step, value }) => [step, value] as const)
}
