import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors'

/** Beside a model, never part of it: version control, caches, environments, and the registry itself. */
const NEVER = new Set([
  '.git',
  '.hg',
  '.svn',
  '.dvc',
  '.models',
  '.trash',
  '.cache',
  '.ipynb_checkpoints',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.tox',
  '.nox',
  '.venv',
  '.vscode',
  '.idea',
  '__pycache__',
  'node_modules',
])
/** Files that only the root folder of a Python or conda environment holds. */
const ENVIRONMENT_MARKS = new Set(['pyvenv.cfg', 'conda-meta'])
/** A state of the training that produced the model, written by Trainer, Lightning and their like. */
const CHECKPOINT = /^(?:checkpoints?|ckpts?)$|^(?:checkpoint|ckpt|epoch|global_step|step)[-_=]?\d+/i
/** Deeper than models are nested; what lies below comes along unseen. */
const MAX_DEPTH = 8

export interface LeftOut {
  /** Relative to the folder, with `/`. */
  readonly path: string
  readonly why: 'not a part of a model' | 'an environment' | 'checkpoints of the training'
}

/** What is left out of a folder unless somebody wants it in; the folder itself never is. */
export async function findLeftOut(folder: string, signal?: AbortSignal): Promise<LeftOut[]> {
  const found: LeftOut[] = []
  await look(folder, '', 0, found, signal)
  return found
}

async function look(
  folder: string,
  prefix: string,
  depth: number,
  found: LeftOut[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (depth > MAX_DEPTH || signal?.aborted) return
  for (const name of await foldersIn(folder)) {
    const path = prefix === '' ? name : `${prefix}/${name}`
    const why = await reasonFor(join(folder, name), name)
    if (why) found.push({ path, why })
    else await look(join(folder, name), path, depth + 1, found, signal)
  }
}

async function reasonFor(path: string, name: string): Promise<LeftOut['why'] | undefined> {
  if (NEVER.has(name)) return 'not a part of a model'
  if (CHECKPOINT.test(name)) return 'checkpoints of the training'
  const names = await namesIn(path)
  return names.some((inner) => ENVIRONMENT_MARKS.has(inner)) ? 'an environment' : undefined
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    return unreadable(error)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    return unreadable(error)
  }
}

/** What can't be read is refused, with its reason, when it is registered. */
function unreadable(error: unknown): string[] {
  if (systemCode(error) === undefined) throw error
  return []
}
