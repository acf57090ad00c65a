import { Rank } from '../harvester'
import type { Harvester } from '../harvester'
import { isBookkeeping, isMeasure } from '../names'

/**
 * What the model itself carries, as its inspection found it: an estimator's hyperparameters, and the facts of the
 * training that some formats keep (epoch, best score, licence). Other metadata describes the file and stays there.
 */
export const modelFile: Harvester = {
  id: 'model-file',
  rank: Rank.identified,
  async harvest({ inspection, asFile }, sink) {
    const { hyperparameters = {}, metadata = {} } = inspection?.summary ?? {}
    for (const [name, value] of Object.entries(hyperparameters)) {
      sink.parameter(name, value, asFile, `hyperparameters.${name}`)
    }
    for (const [name, value] of Object.entries(metadata)) {
      const key = `metadata.${name}`
      if (/^licen[cs]e$/i.test(name)) sink.tag('license', value, asFile, key)
      else if (typeof value !== 'number') continue
      else if (isMeasure(name)) sink.metric(name, value, asFile, key)
      else if (isBookkeeping(name)) sink.parameter(name, value, asFile, key)
    }
    sink.suggestName(inspection?.suggestedName)
  },
}
