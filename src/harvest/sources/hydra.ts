import { field, flatten, isRecord, list } from '../flatten'
import type { Scalar } from '../flatten'
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
        const values = new Map(flatten(data))
        for (const [key, value] of values) sink.parameter(key, resolve(value, values), config)
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

/** References to references that are followed. */
const MAX_STEPS = 10
/** Longer texts are left as they are: a short file must not become a long one. */
const MAX_TEXT = 500

/** A value with its references to others (`${db.port}`) put in, as the program saw it; resolvers (`${oc.env:…}`) stay. */
function resolve(written: Scalar, values: ReadonlyMap<string, Scalar>): Scalar {
  let value = written
  for (let step = 0; step < MAX_STEPS && typeof value === 'string'; step++) {
    const name = /^\$\{([\w.]+)\}$/.exec(value)?.[1]
    if (name === undefined || !values.has(name)) break
    value = values.get(name) ?? null
  }
  if (typeof value !== 'string' || value.length > MAX_TEXT) return value
  return value.replaceAll(/\$\{([\w.]+)\}/g, (reference, name: string) => {
    const found = values.get(name)
    const isOpen = typeof found === 'string' && (found.length > MAX_TEXT || found.includes('${'))
    return found === undefined || isOpen ? reference : String(found)
  })
}
