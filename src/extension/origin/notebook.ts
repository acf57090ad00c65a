import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { workspace, type NotebookCell } from 'vscode'
import { writes } from '../../harvest/notebook'
import type { Notebook } from '../../registry/model'
import { sourceOf } from '../../registry/source'
import { statOrUndefined } from './fileState'

/** The clock of file times ticks a few milliseconds late; more would reach into the cells before and after. */
const TOLERANCE = 20
/** Files of a folder model whose times are compared. */
const MAX_FILES = 200

/**
 * The cell of an open notebook that wrote a model: the one that ran at the model's time. Of several kernels at work it is
 * the one whose code names the file.
 */
export async function openNotebook(path: string, folder: string): Promise<Notebook | undefined> {
  const time = await timeOf(path)
  if (time === undefined) return undefined
  const ran = workspace.notebookDocuments
    .flatMap((notebook) => notebook.getCells())
    .filter(({ executionSummary }) => {
      const { startTime, endTime } = executionSummary?.timing ?? { startTime: NaN, endTime: NaN }
      return time >= startTime - TOLERANCE && time <= endTime + TOLERANCE
    })
  const [cell, ...others] = ran.length > 1 ? ran.filter((one) => names(one, path)) : ran
  if (!cell || others.length > 0 || cell.notebook.uri.scheme !== 'file') return undefined
  const { path: place } = sourceOf([cell.notebook.uri.fsPath], folder)
  const { executionOrder } = cell.executionSummary ?? {}
  if (place === undefined) return undefined
  return {
    path: place,
    cell: cell.index + 1,
    ...(executionOrder === undefined ? {} : { executionCount: executionOrder }),
  }
}

function names({ document }: NotebookCell, path: string): boolean {
  return writes(document.getText(), basename(path))
}

/** When a model was written: of a folder, the newest of its files. */
async function timeOf(path: string): Promise<number | undefined> {
  const stats = await statOrUndefined(path)
  if (!stats?.isDirectory()) return stats?.mtimeMs
  const files = (await readdir(path)).slice(0, MAX_FILES)
  const times = await Promise.all(files.map((name) => statOrUndefined(join(path, name))))
  return Math.max(stats.mtimeMs, ...times.map((file) => file?.mtimeMs ?? 0))
}
