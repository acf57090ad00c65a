import { flatten, isRecord } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile, RunFolder, Sink, Table } from '../harvester'
import { columnPoints } from '../tableSeries'

/**
 * Lightning: `hparams.yaml` and `metrics.csv` of a logger's `version_N` folder, and what the name of a checkpoint says
 * (`epoch=9-val_loss=0.123.ckpt`). The rows of `metrics.csv` are sparse, so a column's last value is its last cell that
 * is not empty; for the checkpoint of an epoch, later rows are another state of the model and are left out.
 */
export const lightning: Harvester = {
  id: 'lightning',
  rank: Rank.framework,
  async harvest(run, sink) {
    const epoch = checkpointTokens(run.model.name).get('epoch')
    for (const folder of [...run.folders, ...(await loggerFolders(run))]) {
      const hparams = await run.reader.file(folder, 'hparams.yaml')
      const data = hparams && (await run.reader.yaml(hparams))
      if (hparams && isRecord(data)) {
        for (const [key, value] of flatten(data)) sink.parameter(key, value, hparams)
      }
      const metrics = await run.reader.file(folder, 'metrics.csv')
      const table = metrics && (await run.reader.table(metrics))
      if (metrics && table?.columns.includes('step')) {
        await readMetrics(run, table, epoch ?? Infinity, metrics, sink)
      }
    }
  },
}

/** The values that Lightning writes into a checkpoint's name are rounded, so any file with the same name is better. */
export const checkpointName: Harvester = {
  id: 'checkpoint-name',
  rank: Rank.log,
  async harvest(run, sink) {
    if (run.model.isFolder) return
    const file = run.asFile
    for (const [key, value] of checkpointTokens(run.model.name)) {
      if (key === 'epoch' || key === 'step') sink.parameter(key, value, file)
      else sink.metric(key, value, file)
    }
  },
}

/** The `name=value` tokens of a file name: `sample-mnist-epoch=02-val_loss=0.32.ckpt`. */
function checkpointTokens(name: string): ReadonlyMap<string, number> {
  const stem = name.replace(/\.(?:ckpt|pth?|safetensors|keras|h5|bin)$/i, '')
  return new Map(
    [...stem.matchAll(/([A-Za-z_][\w.]*)=([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/g)].map(
      ([, key = '', value = '']) => [key, Number(value)],
    ),
  )
}

/** A model saved beside `lightning_logs` is of one of its versions: certain where there is only one. */
async function loggerFolders(run: Run): Promise<RunFolder[]> {
  const own = run.folders[0]
  if (!own || run.folders.some((folder) => folder.files.has('hparams.yaml'))) return []
  for (const folder of run.folders) {
    const logs = await run.reader.inside(folder, ['lightning_logs'])
    if (!logs) continue
    const versions = [...logs.folders].flatMap((name) => {
      const number = /^version_(\d+)$/.exec(name)?.[1]
      return number === undefined ? [] : [Number(number)]
    })
    if (versions.length === 0) continue
    const ambiguous = logs.ambiguous || versions.length > 1
    const newest = await run.reader.inside(logs, [`version_${Math.max(...versions)}`], {
      ambiguous,
    })
    return newest ? [newest] : []
  }
  return []
}

async function readMetrics(
  run: Run,
  table: Table,
  lastEpoch: number,
  file: RunFile,
  sink: Sink,
): Promise<void> {
  const epoch = table.columns.indexOf('epoch')
  const rows =
    epoch < 0
      ? table.rows
      : table.rows.filter((row) => {
          const cell = row[epoch]
          return !cell || Number(cell) <= lastEpoch
        })
  for (const column of table.columns) {
    if (column === 'step' || column === 'epoch' || column === '') continue
    sink.series(
      column,
      await columnPoints(run.reader, { columns: table.columns, rows }, column, 'step'),
      file,
    )
  }
}
