import { numberOf } from '../flatten'
import { delimiterOf } from '../delimited'
import { Rank } from '../harvester'
import type { Harvester, RunFile, RunFolder, RunReader, Sink, Table } from '../harvester'
import { columnPoints } from '../tableSeries'

/** CSV files of one folder whose header is looked at: a data folder can have thousands. */
const MAX_HEADS = 20
const HEAD = 4096

/**
 * The file of Keras' `CSVLogger`, known by its header: `epoch` first, then the sorted names of the logs. With
 * `append=True` a new training starts again at epoch 0 in the same file, so only the rows from the last start on are
 * this model's.
 */
export const kerasLog: Harvester = {
  id: 'keras-csv',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      for (const file of await candidates(run.reader, folder)) {
        const header = (await run.reader.head(file, HEAD))?.split(/\r?\n/)[0] ?? ''
        const delimiter = delimiterOf(header)
        const names = header.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
        if (!isCsvLogger(names)) continue
        const table = await run.reader.table(file, delimiter)
        if (table) await readLog(run.reader, table, file, sink)
      }
    }
  },
}

async function candidates(reader: RunReader, folder: RunFolder): Promise<RunFile[]> {
  const names = [...folder.files]
    .filter((name) => /\.(?:csv|log|tsv)$/i.test(name))
    .sort((a, b) => Number(/log|hist/i.test(b)) - Number(/log|hist/i.test(a)))
  const files: RunFile[] = []
  for (const name of names.slice(0, MAX_HEADS)) {
    const file = await reader.file(folder, name)
    if (file) files.push(file)
  }
  return files
}

function isCsvLogger(columns: readonly string[]): boolean {
  return (
    columns.length > 1 &&
    columns[0] === 'epoch' &&
    // Those belong to Lightning and Ultralytics, whose own harvesters know more.
    !columns.includes('step') &&
    !columns.some((name) => name.startsWith('train/') || name.startsWith('metrics/')) &&
    columns.some((name) => /loss|acc|auc|mse|mae|error|precision|recall|f1/i.test(name))
  )
}

async function readLog(
  reader: RunReader,
  { columns, rows }: Table,
  file: RunFile,
  sink: Sink,
): Promise<void> {
  let start = 0
  let previous = -Infinity
  for (const [index, row] of rows.entries()) {
    const epoch = numberOf(row[0] ?? '')
    if (epoch === undefined) continue
    if (epoch <= previous) start = index
    previous = epoch
  }
  const table = { columns, rows: rows.slice(start) }
  for (const column of columns.slice(1)) {
    if (column !== '') sink.series(column, await columnPoints(reader, table, column, 'epoch'), file)
  }
  if (Number.isFinite(previous)) sink.parameter('epochs', previous + 1, file, 'epoch')
}
