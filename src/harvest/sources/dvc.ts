import { join, posix, relative, sep } from 'node:path'
import { field, flatten, isRecord, list, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Relation, Run, RunFile, RunFolder, Sink } from '../harvester'

/**
 * DVC: `dvc.lock` says which stage wrote the model, with which parameters, from which data and by which digests;
 * `dvc.yaml` says which metrics belong to that stage and to the stages that read the model (an evaluation). Where no
 * stage names the model, only an entry of `artifacts` with its path is about it.
 */
export const dvc: Harvester = {
  id: 'dvc',
  rank: Rank.dvc,
  async harvest(run, sink) {
    for (const folder of run.ancestors) {
      if (!folder.files.has('dvc.yaml') && !folder.files.has('dvc.lock')) continue
      const project: Project = {
        run,
        folder,
        model: relative(folder.path, run.model.path).split(sep).join('/'),
      }
      const definition = await readYaml(project, 'dvc.yaml')
      const lock = await readYaml(project, 'dvc.lock')
      const isArtifact = readArtifact(project, definition, sink)
      const isOutput = await readStages(project, definition, lock, sink)
      if (isArtifact || isOutput) return
    }
  },
}

interface Project {
  readonly run: Run
  readonly folder: RunFolder
  /** The model's path relative to the project's folder. */
  readonly model: string
}

interface Source {
  readonly file: RunFile
  readonly data: unknown
}

async function readYaml({ run, folder }: Project, name: string): Promise<Source | undefined> {
  const file = await run.reader.file(folder, name, { exact: true, ambiguous: false })
  const data = file && (await run.reader.yaml(file))
  return file && { file, data }
}

/** True where an entry of `artifacts` is the model. */
function readArtifact(project: Project, definition: Source | undefined, sink: Sink): boolean {
  const artifacts = field(definition?.data, 'artifacts')
  if (!definition || !isRecord(artifacts)) return false
  for (const [name, artifact] of Object.entries(artifacts)) {
    if (!names(text(field(artifact, 'path')), project.model)) continue
    const at = `artifacts.${name}`
    sink.suggestName(name)
    sink.description(text(field(artifact, 'desc')), definition.file, `${at}.desc`)
    sink.tag('type', field(artifact, 'type'), definition.file, `${at}.type`)
    const labels = list(field(artifact, 'labels')).filter((label) => typeof label === 'string')
    if (labels.length > 0) {
      sink.tag('labels', labels.join(', '), definition.file, `${at}.labels`)
    }
    for (const [key, value] of flatten(field(artifact, 'meta'))) {
      sink.parameter(key, value, definition.file, `${at}.meta.${key}`)
    }
    return true
  }
  return false
}

async function readStages(
  project: Project,
  definition: Source | undefined,
  lock: Source | undefined,
  sink: Sink,
): Promise<boolean> {
  const stages = new Map<string, Stage>()
  for (const source of [definition, lock]) {
    const found = field(source?.data, 'stages')
    // The lock is the later word: its paths are resolved and have digests.
    for (const [name, data] of Object.entries(isRecord(found) ? found : {})) {
      const written = stageDefinition(definition, name)
      stages.set(name, { name, data, written, wdir: text(field(written, 'wdir')) ?? '.' })
    }
  }
  const holdsModel = ({ data, wdir }: Stage, kind: 'outs' | 'deps'): boolean =>
    paths(field(data, kind)).some((path) => names(inStage(wdir, path), project.model))
  const producer = [...stages.values()].find((stage) => holdsModel(stage, 'outs'))
  if (!producer) return false
  if (lock) {
    readParameters(producer, lock.file, sink)
    readDatasets(project, producer, sink)
  }
  await readMetrics(project, producer, lock !== undefined && isChanged(project, producer), sink)
  for (const stage of stages.values()) {
    if (stage === producer || !holdsModel(stage, 'deps')) continue
    if (lock) readParameters(stage, lock.file, sink)
    await readMetrics(project, stage, false, sink)
  }
  return true
}

interface Stage {
  readonly name: string
  /** As the lock has it, or else as it is written. */
  readonly data: unknown
  readonly written: unknown
  /** The folder that its paths are relative to, in the project. */
  readonly wdir: string
}

/** A path of a stage, relative to the project. */
function inStage(wdir: string, path: string): string {
  return posix.isAbsolute(path) || path.includes('://') ? path : posix.join(wdir, path)
}

/** A stage as `dvc.yaml` writes it: one of a `foreach` is locked as `train@a`. */
function stageDefinition(definition: Source | undefined, name: string): unknown {
  const stage =
    field(definition?.data, 'stages', name) ??
    field(definition?.data, 'stages', name.split('@')[0] ?? name)
  return field(stage, 'do') ?? stage
}

function readParameters({ name, data }: Stage, file: RunFile, sink: Sink): void {
  const parameters = field(data, 'params')
  if (!isRecord(parameters)) return
  for (const [source, values] of Object.entries(parameters)) {
    for (const [key, value] of flatten(values)) {
      sink.parameter(key, value, file, `stages.${name}.params.${source}.${key}`)
    }
  }
}

function readDatasets({ folder, run }: Project, { data, wdir }: Stage, sink: Sink): void {
  for (const dependency of list(field(data, 'deps'))) {
    const path = text(field(dependency, 'path'))
    if (path === undefined) continue
    const digest = text(field(dependency, 'md5'))
    const outside = path.includes('://') || posix.isAbsolute(path) || /^[A-Za-z]:/.test(path)
    sink.dataset({
      path: outside
        ? path
        : relative(run.reader.root, join(folder.path, wdir, path))
            .split(sep)
            .join('/'),
      ...(digest === undefined ? {} : { digest: `md5:${digest}` }),
    })
  }
}

async function readMetrics(
  project: Project,
  { written, wdir }: Stage,
  changed: boolean,
  sink: Sink,
): Promise<void> {
  const { run, folder } = project
  for (const path of paths(field(written, 'metrics'))) {
    const parts = inStage(wdir, path).split('/')
    const name = parts.pop()
    if (name === undefined || parts.includes('..') || path.includes('${')) continue
    const bound: Partial<Relation> = { exact: !changed, ambiguous: false }
    const place = await run.reader.inside(folder, parts, bound)
    const file = place && (await run.reader.file(place, name))
    if (!file) continue
    const data = /\.ya?ml$/i.test(name) ? await run.reader.yaml(file) : await run.reader.json(file)
    for (const [key, value] of flatten(data)) {
      if (typeof value === 'number') sink.metric(key, value, file)
    }
  }
}

/** True where the file is not the one that was locked: it has another size. Its digest would mean to read it all. */
function isChanged({ run, model }: Project, { data, wdir }: Stage): boolean {
  const locked = list(field(data, 'outs')).find((out) => {
    const path = text(field(out, 'path'))
    return path !== undefined && inStage(wdir, path) === model
  })
  const size = field(locked, 'size')
  return !run.model.isFolder && typeof size === 'number' && size !== run.model.size
}

/** The paths of a list whose entries are paths, or maps from a path to its options, or `{ path }`. */
function paths(entries: unknown): string[] {
  return list(entries).flatMap((entry) => {
    if (typeof entry === 'string') return [entry]
    const path = text(field(entry, 'path'))
    if (path !== undefined) return [path]
    return isRecord(entry) ? Object.keys(entry) : []
  })
}

/** True where a path of a stage is the model or a folder that holds it. */
function names(path: string | undefined, model: string): boolean {
  if (path === undefined) return false
  const clean = posix.normalize(path).replace(/\/$/, '')
  return clean === model || model.startsWith(`${clean}/`)
}
