import { field, list, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile, RunFolder, Sink } from '../harvester'
import { columnPoints } from '../tableSeries'

/** `catboost_info/catboost_training.json`, or the TSV files beside it where it is missing. */
export const catboost: Harvester = {
  id: 'catboost',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const info = await run.reader.inside(folder, ['catboost_info'])
      if (!info) continue
      const file = await run.reader.file(info, 'catboost_training.json')
      const data = file && (await run.reader.json(file))
      if (file && data !== undefined) readTraining(data, file, sink)
      else await readTables(run, info, sink)
      return
    }
  },
}

/**
 * `iterations[].<set>` are lists in the order of `meta.{learn,test}_metrics`, which also name the good end. The sets are
 * `learn`, and `test`, `test1`, … for each one that the model was evaluated on.
 */
function readTraining(data: unknown, file: RunFile, sink: Sink): void {
  const iterations = list(field(data, 'iterations'))
  for (const part of ['learn', ...testSets(data)]) {
    const kind = part === 'learn' ? 'learn' : 'test'
    const metrics = list(field(data, 'meta', `${kind}_metrics`))
    for (const [index, metric] of metrics.entries()) {
      const name = text(field(metric, 'name'))
      if (name === undefined) continue
      const points = iterations.flatMap((iteration, position) => {
        const value = list(field(iteration, part))[index]
        const step = field(iteration, 'iteration')
        return typeof value === 'number'
          ? [[typeof step === 'number' ? step : position, value] as const]
          : []
      })
      const best = field(metric, 'best_value') === 'Max' ? 'max' : 'min'
      sink.series(`${part}.${name}`, points, file, { key: `iterations.${part}[${index}]`, best })
    }
  }
  sink.parameter('iterations', field(data, 'meta', 'iteration_count'), file, 'meta.iteration_count')
}

function testSets(data: unknown): readonly string[] {
  const sets = list(field(data, 'meta', 'test_sets')).filter((name) => typeof name === 'string')
  return sets.length > 0 ? sets : ['test']
}

async function readTables(run: Run, info: RunFolder, sink: Sink): Promise<void> {
  for (const part of ['learn', 'test']) {
    const file = await run.reader.file(info, `${part}_error.tsv`)
    const table = file && (await run.reader.table(file, '\t'))
    if (!file || !table) continue
    for (const column of table.columns.slice(1)) {
      const points = await columnPoints(run.reader, table, column, table.columns[0])
      sink.series(`${part}.${column}`, points, file, { key: column })
    }
  }
}
