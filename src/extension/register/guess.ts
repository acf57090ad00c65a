import { basename, dirname, relative } from 'node:path'
import { inspect } from '../../app'
import { isAppError } from '../../base/errors'
import { warningsOf } from '../../origin'
import { nameProblem } from '../../registry/names'

/** Questions wait this long for the content; a name from the path does as well. */
const PATIENCE_MILLISECONDS = 500

/** What is proposed for something that shall be registered; all of it can be changed. */
export interface Guess {
  readonly name: string
  /** What the content says; `undefined` where it has not said so in time. */
  readonly framework: string | undefined
  /** What the content says that a person should know first, as sentences. */
  readonly warnings: readonly string[]
}

/** Names that say nothing of which model it is; then the folder's name says more. */
const GENERIC =
  /^(?:(?:my|the|best|last|latest|final|trained|saved|pytorch|tf|torch|sklearn|xgb|lgbm?|onnx)[-_. ]?)*(?:models?|weights?|checkpoints?|ckpts?|best|last|latest|final|out|outputs?|artifacts?|exports?|dist|build|runs?|results?|estimator|pipeline|classifier|regressor|network|net|variables|data|files?|assets|saved)?[-_. ]?\d*$/i

/** Proposes a name and a framework for files or folders (absolute paths), from what they hold and how they are called. */
export async function guess(paths: readonly string[], workspaceFolder: string): Promise<Guess> {
  const [only] = paths
  const inspection =
    only !== undefined && paths.length === 1 ? await inspectInTime(only) : undefined
  const suggested = toName(inspection?.suggestedName ?? '')
  return {
    name:
      nameProblem('model', suggested) === undefined && !GENERIC.test(suggested)
        ? suggested
        : suggestName(paths, workspaceFolder),
    framework: inspection?.framework,
    warnings: inspection ? warningsOf(inspection) : [],
  }
}

async function inspectInTime(
  path: string,
): Promise<Awaited<ReturnType<typeof inspect>> | undefined> {
  try {
    return await inspect(path, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) })
  } catch (error) {
    // Too slow, or not readable: registering it says which, in a better sentence than a guess could.
    if (isAppError(error)) return undefined
    throw error
  }
}

/** The name of the file, else of the nearest folder that has a telling one, as the registry allows it. */
export function suggestName(paths: readonly string[], workspaceFolder: string): string {
  const [first] = paths
  if (first === undefined) return 'model'
  const start = paths.length === 1 ? first : dirname(first)
  const candidates = [paths.length === 1 ? stemOf(start) : basename(start)]
  for (let folder = dirname(start); isBelow(workspaceFolder, folder); folder = dirname(folder))
    candidates.push(basename(folder))
  const names = candidates.map(toName).filter((name) => nameProblem('model', name) === undefined)
  return names.find((name) => !GENERIC.test(name)) ?? names[0] ?? 'model'
}

/** The name without its extension; `v1.2` has none. */
function stemOf(path: string): string {
  return basename(path).replace(/(?<=.)\.[A-Za-z][A-Za-z0-9_]{0,15}$/, '')
}

function toName(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9._+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 128)
    .replace(/[-_.]+$/, '')
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !way.startsWith('..')
}
