import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { AppError } from '../base/errors'
import type { Inspection } from '../registry/inspection'
import type { Run, RunFile, RunFolder } from './harvester'
import { isModelName, modelFamily } from './modelNames'
import { MAX_ENTRIES } from './workspaceGate'
import type { WorkspaceReader } from './workspaceReader'

/** Parents that are looked at where no folder says that it is a run: `project/models/churn/model.pkl`. */
const UNMARKED_PARENTS = 2
/** Parents among which a marked folder is looked for: `version_0/checkpoints/last.ckpt/weights`. */
const MARKED_PARENTS = 5
/** Neighbouring folders that are looked into for other models. */
const MAX_NEIGHBOURS = 60
/** Models of one folder whose times are compared. */
const MAX_OTHERS = 50
/** Models of one checkout or one training have times within minutes, in milliseconds. */
const CLEARLY_OLDER = 10 * 60_000
/** Levels to the workspace folder: deeper paths are a loop or an attack. */
const MAX_ANCESTORS = 40

/** Folders beside a model that are never another run. */
const NOT_A_RUN =
  /^(?:\..*|node_modules|__pycache__|data|datasets?|src|tests?|docs?|notebooks?|scripts?|venv|env|wandb|mlruns|lightning_logs|catboost_info|dvclive)$/i

/**
 * Finds the folders whose files can be the model's.
 *
 * The walk goes from the model's own folder (a folder model's is itself) upwards and never leaves the workspace folder.
 * It ends at the first folder that a tool marked as one run (`isMarked`); where there is none among the next parents,
 * two parents are looked at. Folders beside the path are never entered, so that nothing comes from a neighbouring run;
 * what a tool keeps below the path (`.hydra`, `wandb`) is the harvesters' business.
 *
 * In an unmarked folder the files can be another model's: where models of several names share it, or a neighbouring
 * folder on the way up holds a model too (`models/a.pkl`, `models/b.pkl`, `models/metrics.json`), everything from there
 * on is `ambiguous`: offered, and for a person to decide. It is not where every other model is clearly older than this
 * one: what was written since then is this one's.
 *
 * @throws AppError `notFound` where the model is not there.
 */
export async function findRun(
  path: string,
  reader: WorkspaceReader,
  inspection?: Inspection,
): Promise<Run> {
  // The folder's links are resolved and the file's own is not: a cache (DVC's, a hub's) may link the file elsewhere.
  const folderPath = await realpath(dirname(path)).catch((cause: unknown) => missing(path, cause))
  const modelPath = join(folderPath, basename(path))
  const stats = await stat(modelPath).catch((cause: unknown) => missing(path, cause))
  const name = basename(modelPath)
  const isFolder = stats.isDirectory()
  const extension = isFolder ? '' : extname(name)
  const model = {
    path: modelPath,
    name,
    stem: name.slice(0, name.length - extension.length),
    isFolder,
    size: isFolder ? 0 : stats.size,
    mtimeMs: isFolder ? await newestModelFile(modelPath, reader, stats.mtimeMs) : stats.mtimeMs,
  }
  const ancestors = await listAncestors(isFolder ? modelPath : folderPath, reader)
  const marked = ancestors.findIndex((folder, index) => index <= MARKED_PARENTS && isMarked(folder))
  const last = marked >= 0 ? marked : UNMARKED_PARENTS + (isFolder ? 1 : 0)
  const folders: RunFolder[] = []
  let ambiguous = false
  for (const [distance, folder] of ancestors.slice(0, last + 1).entries()) {
    const shared =
      distance !== marked && (await isShared(folder, ancestors[distance - 1], model, reader))
    ambiguous ||= shared
    if (folder.isCut) {
      const reason = `More than ${MAX_ENTRIES} entries: the rest is not looked at.`
      reader.refuse({ relative: folder.relative || '.' }, undefined, reason)
    }
    folders.push({ ...folder, ambiguous: ambiguous && distance !== marked })
  }
  const asFile: RunFile = {
    name,
    path: modelPath,
    relative: reader.relative(modelPath),
    size: model.size,
    mtimeMs: model.mtimeMs,
    distance: 0,
    ambiguous: false,
    exact: true,
  }
  return { model, asFile, inspection, folders, ancestors, reader }
}

function missing(path: string, cause: unknown): never {
  throw new AppError('notFound', `There is no model at ${path}: check the path.`, { cause })
}

async function listAncestors(start: string, reader: WorkspaceReader): Promise<RunFolder[]> {
  const result: RunFolder[] = []
  let path = start
  while (result.length < MAX_ANCESTORS) {
    const relation = { distance: result.length, ambiguous: false, exact: false }
    const folder = await reader.folder(path, relation)
    if (!folder) break
    result.push(folder)
    if (path === reader.root) break
    path = dirname(path)
  }
  return result
}

/** True for a folder that a tool fills with the output of exactly one run. */
function isMarked({ files, folders }: RunFolder): boolean {
  return (
    folders.has('.hydra') ||
    files.has('trainer_state.json') ||
    files.has('all_results.json') ||
    files.has('hparams.yaml') ||
    files.has('wandb-summary.json') ||
    (files.has('args.yaml') && files.has('results.csv')) ||
    (files.has('meta.yaml') && (folders.has('metrics') || folders.has('params'))) ||
    [...files].some((file) => file.startsWith('events.out.tfevents.'))
  )
}

/** True where another model could claim the folder's files: one in it, or in a folder beside the path to ours. */
async function isShared(
  folder: RunFolder,
  below: RunFolder | undefined,
  model: Run['model'],
  reader: WorkspaceReader,
): Promise<boolean> {
  // A folder model owns everything in it.
  if (model.isFolder && folder.path === model.path) return false
  const own = modelFamily(model.name)
  const isOther = (name: string): boolean =>
    isModelName(name) && (below !== undefined || modelFamily(name) !== own)
  if (await holdsRecent(folder, [...folder.files].filter(isOther), model, reader)) return true
  if (!below) return false
  let looked = 0
  for (const name of folder.folders) {
    const path = join(folder.path, name)
    if (path === below.path || NOT_A_RUN.test(name)) continue
    if (++looked > MAX_NEIGHBOURS) return true
    const neighbour = await reader.folder(path, folder)
    if (!neighbour) continue
    const models = [...neighbour.files].filter(isModelName)
    if (models.length === 0 && isMarked(neighbour)) return true
    if (await holdsRecent(neighbour, models, model, reader)) return true
  }
  return false
}

/** True where one of these models is not clearly older than ours. */
async function holdsRecent(
  folder: RunFolder,
  names: readonly string[],
  model: Run['model'],
  reader: WorkspaceReader,
): Promise<boolean> {
  if (names.length > MAX_OTHERS) return true
  for (const name of names) {
    const file = await reader.file(folder, name)
    if (file && file.mtimeMs > model.mtimeMs - CLEARLY_OLDER) return true
  }
  return false
}

/** A folder model is as old as the newest of its model files; its other files may be results written later. */
async function newestModelFile(
  path: string,
  reader: WorkspaceReader,
  otherwise: number,
): Promise<number> {
  const folder = await reader.folder(path, { distance: 0, ambiguous: false, exact: false })
  if (!folder) return otherwise
  let newest: number | undefined
  for (const name of folder.files) {
    if (!isModelName(name)) continue
    const file = await reader.file(folder, name)
    if (file) newest = Math.max(newest ?? 0, file.mtimeMs)
  }
  return newest ?? otherwise
}
