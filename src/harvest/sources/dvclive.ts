import { flatten, isRecord } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFolder, Sink } from '../harvester'
import { columnPoints } from '../tableSeries'

const MAX_NESTING = 4

/** DVCLive: `dvclive/{metrics.json,params.yaml,plots/metrics/**.tsv}`; a model may lie in `dvclive/artifacts`. */
export const dvclive: Harvester = {
  id: 'dvclive',
  rank: Rank.dvc,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const live = folder.path.endsWith('dvclive')
        ? folder
        : await run.reader.inside(folder, ['dvclive'])
      if (!live) continue
      const plots = await run.reader.inside(live, ['plots', 'metrics'])
      if (plots) await readPlots(run, plots, '', 0, sink)
      const metrics = await run.reader.file(live, 'metrics.json')
      if (metrics) {
        for (const [key, value] of flatten(await run.reader.json(metrics))) {
          if (key === 'step') sink.parameter(key, value, metrics)
          else sink.metric(key, value, metrics)
        }
      }
      const parameters = await run.reader.file(live, 'params.yaml')
      const data = parameters && (await run.reader.yaml(parameters))
      if (parameters && isRecord(data)) {
        for (const [key, value] of flatten(data)) sink.parameter(key, value, parameters)
      }
      return
    }
  },
}

/** One TSV for each metric, in folders for the parts of its name: `plots/metrics/train/loss.tsv`. */
async function readPlots(
  run: Run,
  folder: RunFolder,
  prefix: string,
  depth: number,
  sink: Sink,
): Promise<void> {
  for (const name of folder.files) {
    if (!name.endsWith('.tsv')) continue
    const file = await run.reader.file(folder, name)
    const table = file && (await run.reader.table(file, '\t'))
    const column = table?.columns.findLast((title) => title !== 'step' && title !== 'timestamp')
    if (!file || !table || column === undefined) continue
    const points = await columnPoints(run.reader, table, column, 'step')
    sink.series(`${prefix}${name.slice(0, -'.tsv'.length)}`, points, file, { key: column })
  }
  if (depth >= MAX_NESTING) return
  for (const name of folder.folders) {
    const inner = await run.reader.inside(folder, [name])
    if (inner) await readPlots(run, inner, `${prefix}${name}.`, depth + 1, sink)
  }
}
