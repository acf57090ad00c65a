import { flatten, isRecord } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester } from '../harvester'
import { configRelation } from './transformersConfig'

const PARAMETERS = [
  'peft_type',
  'task_type',
  'r',
  'lora_alpha',
  'lora_dropout',
  'target_modules',
  'bias',
  'use_dora',
  'use_rslora',
  'num_virtual_tokens',
  'revision',
]

/** `adapter_config.json` of PEFT: what the adapter is of, and how large. */
export const peft: Harvester = {
  id: 'peft',
  rank: Rank.identified,
  async harvest(run, sink) {
    const own = run.folders[0]
    const file = own && (await run.reader.file(own, 'adapter_config.json', configRelation(run)))
    const config = file && (await run.reader.json(file))
    if (!file || !isRecord(config) || !('peft_type' in config)) return
    sink.parameter('base_model', config.base_model_name_or_path, file, 'base_model_name_or_path')
    for (const name of PARAMETERS) {
      for (const [key, value] of flatten(config[name], name)) {
        if (value !== null) sink.parameter(key, value, file)
      }
    }
    sink.environment('peft', config.peft_version)
  },
}
