import { field, isRecord, list, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester } from '../harvester'

/** SageMaker's `evaluation.json`: `{ <task>_metrics: { <name>: { value, standard_deviation } } }`. */
export const sagemaker: Harvester = {
  id: 'sagemaker',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const file = await run.reader.file(folder, 'evaluation.json')
      const report = file && (await run.reader.json(file))
      if (!file || !isRecord(report)) continue
      for (const [group, metrics] of Object.entries(report)) {
        if (!group.endsWith('_metrics') || !isRecord(metrics)) continue
        for (const [name, metric] of Object.entries(metrics)) {
          const value = field(metric, 'value')
          if (typeof value === 'number') sink.metric(name, value, file, `${group}.${name}.value`)
        }
      }
    }
  },
}

/** Kubeflow's `mlpipeline-metrics.json`: `{ metrics: [{ name, numberValue, format }] }`. */
export const kubeflow: Harvester = {
  id: 'kubeflow',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const file = await run.reader.file(folder, 'mlpipeline-metrics.json')
      const report = file && (await run.reader.json(file))
      if (!file) continue
      for (const [index, metric] of list(field(report, 'metrics')).entries()) {
        const name = text(field(metric, 'name'))
        if (name === undefined) continue
        sink.metric(name, field(metric, 'numberValue'), file, `metrics[${index}].numberValue`)
      }
    }
  },
}
