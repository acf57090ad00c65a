import { flatten, isRecord, numberOf } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, RunFile, RunReader, Sink, Table } from '../harvester'
import { columnPoints } from '../tableSeries'

/**
 * Ultralytics: `args.yaml` and `results.csv` of a run, with the weights in `weights/`. Values are those of the last row,
 * and the best of each column; `best_epoch` is the row that `best.pt` was saved at.
 */
export const ultralytics: Harvester = {
  id: 'ultralytics',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const results = await run.reader.file(folder, 'results.csv')
      const table = results && (await run.reader.table(results, ','))
      if (!results || !table || !isResults(table)) continue
      await readResults(run.reader, table, results, sink)
      sink.parameter('best_epoch', bestEpoch(table), results, 'epoch')
      const args = await run.reader.file(folder, 'args.yaml')
      const data = args && (await run.reader.yaml(args))
      if (args && isRecord(data)) {
        for (const [key, value] of flatten(data)) {
          // Some 30 of its 100 arguments are unset.
          if (value !== null) sink.parameter(key, value, args)
        }
      }
      return
    }
  },
}

function isResults({ columns }: Table): boolean {
  return columns[0] === 'epoch' && columns.some((name) => /^(?:metrics|train|val)\//.test(name))
}

async function readResults(
  reader: RunReader,
  table: Table,
  file: RunFile,
  sink: Sink,
): Promise<void> {
  for (const column of table.columns.slice(1)) {
    if (column !== '') sink.series(column, await columnPoints(reader, table, column, 'epoch'), file)
  }
}

/** The epoch of the last row with the highest fitness: a tie overwrites `best.pt`. */
function bestEpoch({ columns, rows }: Table): number | undefined {
  const weights = columns.map((name) => fitnessWeight(name))
  let best = 0
  let epoch: number | undefined
  for (const row of rows) {
    const fitness = weights.reduce(
      (sum, weight, at) => sum + (weight === 0 ? 0 : weight * (numberOf(row[at] ?? '') ?? 0)),
      0,
    )
    if (fitness > 0 && fitness >= best) {
      best = fitness
      epoch = numberOf(row[0] ?? '')
    }
  }
  return epoch
}

/** Detection, segmentation and pose weigh mAP50 by 0.1 and mAP50-95 by 0.9; classification takes the mean of two. */
function fitnessWeight(column: string): number {
  if (/^metrics\/mAP50-95\b/.test(column)) return 0.9
  if (/^metrics\/mAP50\b/.test(column)) return 0.1
  return /^metrics\/accuracy_top[15]$/.test(column) ? 0.5 : 0
}
