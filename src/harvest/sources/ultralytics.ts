import { flatten, isRecord, numberOf } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, RunFile, RunReader, Sink, Table } from '../harvester'
import { columnPoints } from '../tableSeries'

/**
 * Ultralytics: `args.yaml` and `results.csv` of a run, with the weights in `weights/`. `last.pt` is the state after the
 * last row; `best.pt` is the state after the row with the best fitness, so for it the rows after that one are left out.
 */
export const ultralytics: Harvester = {
  id: 'ultralytics',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const results = await run.reader.file(folder, 'results.csv')
      const table = results && (await run.reader.table(results, ','))
      if (!results || !table || !isResults(table)) continue
      const isBest = /^best\b/.test(run.model.name)
      await readResults(run.reader, isBest ? untilBest(table) : table, results, sink)
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

/** The rows up to the last one with the highest fitness: a tie overwrites `best.pt`. */
function untilBest({ columns, rows }: Table): Table {
  const weights = columns.map((name) => fitnessWeight(name))
  let best = -Infinity
  let end = rows.length
  for (const [index, row] of rows.entries()) {
    const fitness = weights.reduce(
      (sum, weight, at) => sum + (weight === 0 ? 0 : weight * (numberOf(row[at] ?? '') ?? 0)),
      0,
    )
    if (fitness >= best) {
      best = fitness
      end = index + 1
    }
  }
  return { columns, rows: rows.slice(0, end) }
}

/** Detection, segmentation and pose weigh mAP50 by 0.1 and mAP50-95 by 0.9; classification takes the mean of two. */
function fitnessWeight(column: string): number {
  if (/^metrics\/mAP50-95\b/.test(column)) return 0.9
  if (/^metrics\/mAP50\b/.test(column)) return 0.1
  return /^metrics\/accuracy_top[15]$/.test(column) ? 0.5 : 0
}
