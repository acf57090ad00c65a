import { basename, dirname } from 'node:path'
import { readEventFile } from '../eventFile'
import type { ScalarEvent } from '../eventFile'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile, RunFolder, Sink } from '../harvester'

/** Folders that writers put their event files into, beside a model. */
const LOG_FOLDERS = ['runs', 'logs', 'log', 'tensorboard', 'tb_logs', 'tb']
/** The parts of one run that write files of their own. */
const PARTS = new Set(['train', 'validation', 'val', 'eval', 'test'])
const MAX_DEPTH = 3
const MAX_LOG_FOLDERS = 200
/** Event files of one run: a training that was resumed often has a dozen. */
const MAX_EVENT_FILES = 40
/** Events between two looks at the clock. */
const EVENTS_IN_A_ROW = 2000

/**
 * TensorBoard event files: scalars as curves, and what the hparams plugin recorded. Files in a folder of the run are
 * the run's; of a log folder beside the model, the newest run counts, and with more than one it is a guess.
 */
export const tensorboard: Harvester = {
  id: 'tensorboard',
  rank: Rank.log,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const own = eventFiles(folder)
      const logs = own.length > 0 ? await ownLogs(run, folder) : await newestLogs(run, folder)
      if (logs.length === 0) continue
      await readLogs(run, logs, sink)
      return
    }
  },
}

/** Event files of one folder, with what their tags are prefixed with; without a prefix, only tags that name the folder count. */
interface Log {
  readonly folder: RunFolder
  readonly prefix: string | undefined
}

function eventFiles(folder: RunFolder): string[] {
  return [...folder.files].filter((name) => name.startsWith('events.out.tfevents.')).sort()
}

/** A run's own folder and its parts: writers of `add_scalars` and of hparams make folders below it. */
async function ownLogs(run: Run, folder: RunFolder): Promise<Log[]> {
  const logs: Log[] = [{ folder, prefix: '' }]
  for (const name of folder.folders) {
    const inner = await run.reader.inside(folder, [name])
    if (inner && eventFiles(inner).length > 0) logs.push({ folder: inner, prefix: prefixOf(name) })
  }
  return logs
}

function prefixOf(name: string): string | undefined {
  if (PARTS.has(name)) return `${name}/`
  return isSession(name) ? '' : undefined
}

/** A folder that is named by a time holds the hyperparameters of a run. */
function isSession(name: string): boolean {
  return /^\d+\.\d+$/.test(name)
}

async function newestLogs(run: Run, folder: RunFolder): Promise<Log[]> {
  const groups = new Map<string, { logs: Log[]; started: number }>()
  let visited = 0
  async function walk(inner: RunFolder, depth: number, inRun: boolean): Promise<void> {
    if (++visited > MAX_LOG_FOLDERS) return
    const name = basename(inner.path)
    const files = eventFiles(inner)
    if (files.length > 0) {
      // `train` and `validation` of one folder are one run, and so are folders that hold a run's hparams.
      const isPart = PARTS.has(name) || isSession(name) || (inRun && name.includes('_'))
      const group = isPart ? dirname(inner.path) : inner.path
      const known = groups.get(group) ?? { logs: [], started: 0 }
      known.logs.push({ folder: inner, prefix: isPart ? prefixOf(name) : '' })
      known.started = Math.max(known.started, ...files.map(startedAt))
      groups.set(group, known)
    }
    if (depth >= MAX_DEPTH) return
    for (const child of inner.folders) {
      const next = await run.reader.inside(inner, [child])
      if (next) await walk(next, depth + 1, files.length > 0)
    }
  }
  for (const name of LOG_FOLDERS) {
    const inner = await run.reader.inside(folder, [name])
    if (inner) await walk(inner, 0, false)
  }
  const newest = [...groups.values()].sort((a, b) => b.started - a.started)[0]
  if (!newest) return []
  if (groups.size === 1) return newest.logs
  return newest.logs.map(({ folder: inner, prefix }) => ({
    folder: { ...inner, ambiguous: true },
    prefix,
  }))
}

/** The file's name holds the time of its writer's start, in seconds. */
function startedAt(name: string): number {
  return Number(/tfevents\.(\d+)/.exec(name)?.[1] ?? 0)
}

async function readLogs(run: Run, logs: readonly Log[], sink: Sink): Promise<void> {
  const curves = new Map<string, Curve>()
  for (const log of logs) {
    for (const name of eventFiles(log.folder).slice(-MAX_EVENT_FILES)) {
      const file = await run.reader.file(log.folder, name)
      if (!file) continue
      const events = await readEventFile(run.reader.chunks(file), run.reader.signal)
      if (events.ended !== undefined) run.reader.refuse(file, undefined, events.ended)
      for (const [key, value] of events.hparams) sink.parameter(key, value, file)
      for (const curve of curves.values()) {
        if (curve.file.path.startsWith(log.folder.path)) purge(curve, events.restartedAt)
      }
      await addEvents(run, log, file, events.scalars, curves)
    }
  }
  for (const [name, { file, key, points }] of curves) {
    await run.reader.turn()
    // As TensorBoard has it, the value that was written last is the last one, whatever its step.
    const last = [...points.values()].at(-1)
    sink.series(
      name,
      [...points].sort((a, b) => a[0] - b[0]),
      file,
      { key, ...(last === undefined ? {} : { last }) },
    )
  }
}

interface Curve {
  readonly key: string
  /** By step, in the order of writing. */
  readonly points: Map<number, number>
  file: RunFile
}

/** Of a training that was resumed at an earlier step, the steps that it did anew are another's. */
function purge({ points }: Pick<Curve, 'points'>, from: number | undefined): void {
  if (from === undefined) return
  for (const step of points.keys()) if (step >= from) points.delete(step)
}

async function addEvents(
  run: Run,
  log: Log,
  file: RunFile,
  scalars: readonly ScalarEvent[],
  curves: Map<string, Curve>,
): Promise<void> {
  for (const [index, { tag, step, value }] of scalars.entries()) {
    if (index % EVENTS_IN_A_ROW === 0) await run.reader.turn()
    const id = nameIn(log, tag)
    // Lightning writes it where nobody has set one.
    if (id === undefined || (tag === 'hp_metric' && value === -1)) continue
    const curve = curves.get(id) ?? { file, key: tag, points: new Map<number, number>() }
    if (curve.file !== file) purge(curve, step)
    curve.points.delete(step)
    curve.points.set(step, value)
    curve.file = file
    curves.set(id, curve)
  }
}

/** What a tag of a log is called; `undefined` for that of another run. */
function nameIn({ folder, prefix }: Log, tag: string): string | undefined {
  if (prefix !== undefined) return `${prefix}${tag}`
  // `add_scalars('loss', { val: … })` writes the tag `loss` into a folder `loss_val`.
  const start = `${tag.replaceAll('/', '_')}_`
  const name = basename(folder.path)
  return name.startsWith(start) ? `${tag}/${name.slice(start.length)}` : undefined
}
