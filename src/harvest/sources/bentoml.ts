import { field, flatten, isRecord } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester } from '../harvester'

/** The packages of `context.framework_versions` are named as they are installed. */
export const bentoml: Harvester = {
  id: 'bentoml',
  rank: Rank.identified,
  async harvest(run, sink) {
    for (const folder of run.ancestors.slice(0, 1)) {
      const file = await run.reader.file(folder, 'model.yaml', { exact: true, ambiguous: false })
      const data = file && (await run.reader.yaml(file))
      if (!file || !isRecord(data) || !('api_version' in data) || !isRecord(data.context)) continue
      sink.suggestName(data.name)
      for (const [key, value] of flatten(data.labels, 'labels')) {
        sink.tag(key.replace(/^labels\./, ''), value, file, key)
      }
      for (const [key, value] of flatten(data.metadata, 'metadata')) {
        sink.parameter(key.replace(/^metadata\./, ''), value, file, key)
      }
      const versions = data.context.framework_versions
      for (const [name, version] of Object.entries(isRecord(versions) ? versions : {})) {
        sink.environment(name, version)
      }
      sink.environment('bentoml', field(data.context, 'bentoml_version'))
      sink.environment('python', field(data.context, 'python_version'))
      return
    }
  },
}
