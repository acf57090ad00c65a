import { field, flatten, isRecord, list } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester } from '../harvester'

/** Folders between a Hydra run and what another tool logs inside it: `lightning_logs/version_0/checkpoints`. */
const MAX_DISTANCE = 6

/**
 * Hydra: `.hydra/{config,overrides,hydra}.yaml` in the run's folder. Everything below that folder is the run's, also
 * where another tool marked a folder of its own inside it.
 */
export const hydra: Harvester = {
  id: 'hydra',
  rank: Rank.framework,
  async harvest(run, sink) {
    for (const folder of run.ancestors.slice(0, MAX_DISTANCE)) {
      const inner = await run.reader.inside(folder, ['.hydra'])
      if (!inner) continue
      const config = await run.reader.file(inner, 'config.yaml')
      const data = config && (await run.reader.yaml(config))
      if (config && isRecord(data)) {
        for (const [key, value] of flatten(data)) sink.parameter(key, value, config)
      }
      const overrides = await run.reader.file(inner, 'overrides.yaml')
      const given = overrides && list(await run.reader.yaml(overrides)).map(String)
      if (overrides && given && given.length > 0) {
        sink.parameter('hydra.overrides', given.join(' '), overrides, '[]')
      }
      const settings = await run.reader.file(inner, 'hydra.yaml')
      const runtime = settings && field(await run.reader.yaml(settings), 'hydra', 'runtime')
      sink.environment('hydra-core', field(runtime, 'version'))
      return
    }
  },
}
