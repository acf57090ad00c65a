import { readEventFile } from '../eventFile'
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

/** Event files of one folder, with what their tags are prefixed with. */
interface Log {
  readonly folder: RunFolder
  readonly prefix: string
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

function prefixOf(name: string): string {
  return PARTS.has(name) ? `${name}/` : ''
}

async function newestLogs(run: Run, folder: RunFolder): Promise<Log[]> {
  const groups = new Map<string, { logs: Log[]; started: number }>()
  let visited = 0
  async function walk(inner: RunFolder, depth: number): Promise<void> {
    if (++visited > MAX_LOG_FOLDERS) return
    const name = inner.path.split(/[\\/]/).at(-1) ?? ''
    const files = eventFiles(inner)
    if (files.length > 0) {
      // `train` and `validation` of one folder are one run, and so are folders that hold a run's hparams.
      const isPart = PARTS.has(name) || /^\d+\.\d+$/.test(name)
      const group = isPart ? inner.path.slice(0, -name.length - 1) : inner.path
      const known = groups.get(group) ?? { logs: [], started: 0 }
      known.logs.push({ folder: inner, prefix: prefixOf(name) })
      known.started = Math.max(known.started, ...files.map(startedAt))
      groups.set(group, known)
    }
    if (depth >= MAX_DEPTH) return
    for (const child of inner.folders) {
      const next = await run.reader.inside(inner, [child])
      if (next) await walk(next, depth + 1)
    }
  }
  for (const name of LOG_FOLDERS) {
    const inner = await run.reader.inside(folder, [name])
    if (inner) await walk(inner, 0)
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
  const curves = new Map<string, { file: RunFile; key: string; points: Map<number, number> }>()
  for (const { folder, prefix } of logs) {
    for (const name of eventFiles(folder).slice(-MAX_EVENT_FILES)) {
      const file = await run.reader.file(folder, name)
      if (!file) continue
      const events = await readEventFile(run.reader.chunks(file), run.reader.signal)
      if (events.ended !== undefined) run.reader.refuse(file, undefined, events.ended)
      for (const [key, value] of events.hparams) sink.parameter(key, value, file)
      for (const [index, { tag, step, value }] of events.scalars.entries()) {
        if (index % EVENTS_IN_A_ROW === 0) await run.reader.turn()
        const id = prefix + tag
        // A later file of the same run goes on where the earlier one was stopped; its steps count.
        const curve = curves.get(id) ?? { file, key: tag, points: new Map<number, number>() }
        curve.points.set(step, value)
        curve.file = file
        curves.set(id, curve)
      }
    }
  }
  for (const [name, { file, key, points }] of curves) {
    await run.reader.turn()
    sink.series(
      name,
      [...points].sort((a, b) => a[0] - b[0]),
      file,
      { key },
    )
  }
}
