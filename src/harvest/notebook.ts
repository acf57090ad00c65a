import { basename, dirname } from 'node:path'
import type { Notebook } from '../registry/model'
import { field, isRecord, list } from './flatten'
import type { Run, RunFile, RunFolder } from './harvester'

/** Notebooks of one folder that are looked at. */
const MAX_NOTEBOOKS = 20
/** Bytes of notebooks that are parsed: a person waits for what is found, and images make them long. */
const MAX_PARSED = 8_000_000
/** The clock of file times ticks a few milliseconds late; more would reach into the cells before and after. */
const TOLERANCE = 20
/** What writes a model, in the tools' own words: `joblib.dump(`, `torch.save(`, `model.save_pretrained(`, `to_onnx(`. */
const WRITES =
  /\b(?:\w*dump|save\w*|\w*export|to_(?:pickle|onnx|disk)|write\w*|serialize\w*|log_model)\s*\(/i

/** A cell that was executed, with what speaks for it. */
interface Candidate extends Notebook {
  /** It ran when the model was written. */
  readonly isTimely: boolean
  /** It names the model's file and calls what writes one. */
  readonly isWriter: boolean
  /** It names the model's folder, too: of several files of one name, this one. */
  readonly isExact: boolean
}

/**
 * The notebook's cell that wrote the model: the one that ran at the model's time, where the notebook keeps times, or
 * that names the model's file in a call that writes. The nearest folder with such a cell decides; where two cells could
 * be meant, none is.
 */
export async function findNotebook(run: Run): Promise<Notebook | undefined> {
  const budget = { bytes: MAX_PARSED }
  for (const folder of run.ancestors) {
    const found = await candidatesIn(folder, run, budget)
    const best = [
      found.filter(({ isTimely, isWriter }) => isTimely && isWriter),
      found.filter(({ isTimely }) => isTimely),
      found.filter(({ isExact }) => isExact),
      found.filter(({ isWriter }) => isWriter),
    ].find((group) => group.length > 0)
    if (!best) continue
    const [only, ...others] = best
    if (!only || others.length > 0) return undefined
    const { path, cell, executionCount } = only
    return { path, cell, ...(executionCount === undefined ? {} : { executionCount }) }
  }
  return undefined
}

async function candidatesIn(
  folder: RunFolder,
  run: Run,
  budget: { bytes: number },
): Promise<readonly Candidate[]> {
  const names = [...folder.files].filter((name) => name.endsWith('.ipynb')).sort()
  const found: Candidate[] = []
  for (const name of names.slice(0, MAX_NOTEBOOKS)) {
    const file = await run.reader.file(folder, name)
    if (!file || file.size > budget.bytes || !(await mayTell(file, run))) continue
    budget.bytes -= file.size
    const cells = list(field(await run.reader.json(file), 'cells'))
    for (const [index, cell] of cells.entries()) {
      const candidate = candidateOf(cell, index, file, run.model)
      if (candidate) found.push(candidate)
    }
  }
  return found
}

/** A look at the text is much faster than parsing it: most notebooks have nothing to do with the model. */
async function mayTell(file: RunFile, { reader, model }: Run): Promise<boolean> {
  const written = (await reader.text(file)) ?? ''
  const isSavedAfter = file.mtimeMs >= model.mtimeMs
  return written.includes(model.name) || (isSavedAfter && written.includes('"iopub.'))
}

function candidateOf(
  cell: unknown,
  index: number,
  file: RunFile,
  model: Run['model'],
): Candidate | undefined {
  const count = field(cell, 'execution_count')
  if (field(cell, 'cell_type') !== 'code' || typeof count !== 'number') return undefined
  const code = textOf(field(cell, 'source'))
  const isWriter = writes(code, model.name)
  const isExact = isWriter && code.includes(`${basename(dirname(model.path))}/${model.name}`)
  const isTimely = ranAt(field(cell, 'metadata', 'execution'), model.mtimeMs)
  if (!isWriter && !isTimely) return undefined
  const at = { path: file.relative, cell: index + 1, executionCount: count }
  return { ...at, isTimely, isWriter, isExact }
}

/** True for code that names a file in quotes and calls what writes one. */
export function writes(code: string, name: string): boolean {
  // A comment may tell of what another cell does.
  const lines = code.split('\n').filter((line) => !/^\s*#/.test(line))
  const text = lines.join('\n')
  const isNamed = ['"', "'", '/', '\\'].some((mark) =>
    [`${mark}${name}"`, `${mark}${name}'`, `${mark}${name}/`].some((part) => text.includes(part)),
  )
  return isNamed && WRITES.test(text)
}

function textOf(source: unknown): string {
  if (typeof source === 'string') return source
  return list(source)
    .filter((line) => typeof line === 'string')
    .join('')
}

/** What Jupyter keeps where "record timing" is on: when the kernel took the cell, and when it was done with it. */
function ranAt(execution: unknown, time: number): boolean {
  if (!isRecord(execution)) return false
  const start = timeOf(execution['iopub.execute_input'] ?? execution['iopub.status.busy'])
  const end = timeOf(execution['shell.execute_reply'] ?? execution['iopub.status.idle'])
  return time >= start - TOLERANCE && time <= end + TOLERANCE
}

function timeOf(written: unknown): number {
  return typeof written === 'string' ? Date.parse(written) : NaN
}
