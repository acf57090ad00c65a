import { field, flatten, isRecord, list, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Relation, Run, RunFile, Sink } from '../harvester'
import { isSavedWeights } from '../modelNames'

/** The fields of `config.json` that people compare models by; the rest (some 60) describes the architecture in detail. */
const PARAMETERS = [
  'model_type',
  'num_labels',
  'hidden_size',
  'num_hidden_layers',
  'num_attention_heads',
  'vocab_size',
  'max_position_embeddings',
]

/** The configs that Hugging Face libraries save with a model: transformers, diffusers, sentence-transformers. */
export const transformersConfig: Harvester = {
  id: 'hf-config',
  rank: Rank.identified,
  async harvest(run, sink) {
    const own = run.folders[0]
    if (!own) return
    const config = await run.reader.file(own, 'config.json', configRelation(run))
    // `config.json` is a common name; what it is stands inside.
    const data = config && (await run.reader.json(config))
    if (config && isTransformersConfig(data)) readConfig(data, config, sink)
    const index = await run.reader.file(own, 'model_index.json', { exact: true })
    if (index) {
      const pipeline = await run.reader.json(index)
      sink.parameter('pipeline', text(field(pipeline, '_class_name')), index, '_class_name')
      sink.environment('diffusers', field(pipeline, '_diffusers_version'))
    }
    const sentence = await run.reader.file(own, 'config_sentence_transformers.json', {
      exact: true,
    })
    if (sentence) {
      const versions = field(await run.reader.json(sentence), '__version__')
      sink.environment('sentence-transformers', field(versions, 'sentence_transformers'))
      sink.environment('transformers', field(versions, 'transformers'))
      sink.environment('torch', field(versions, 'pytorch'))
    }
  },
}

/** A config belongs to the folder's model, or to the weights that bear the name they are saved under. */
export function configRelation({ model }: Run): Partial<Relation> {
  const isTheirs = model.isFolder || isSavedWeights(model.name)
  return isTheirs ? { exact: true, ambiguous: false } : { exact: true }
}

/** True for the `config.json` of transformers, of all files of that name. */
export function isTransformersConfig(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    isRecord(value) &&
    (Array.isArray(value.architectures) || 'transformers_version' in value) &&
    (typeof value.model_type === 'string' || Array.isArray(value.architectures))
  )
}

function readConfig(config: Readonly<Record<string, unknown>>, file: RunFile, sink: Sink): void {
  const architectures = list(config.architectures).filter((name) => typeof name === 'string')
  if (architectures.length > 0) {
    sink.parameter('architectures', architectures.join(', '), file, 'architectures')
  }
  for (const key of PARAMETERS) sink.parameter(key, config[key] ?? undefined, file)
  // `num_labels` is only written as the labels themselves.
  const labels = config.id2label
  if (config.num_labels === undefined && isRecord(labels)) {
    sink.parameter('num_labels', Object.keys(labels).length, file, 'id2label')
  }
  const dtypeKey = text(config.dtype) ? 'dtype' : 'torch_dtype'
  sink.parameter('dtype', text(config[dtypeKey]), file, dtypeKey)
  sink.parameter('base_model', text(config._name_or_path), file, '_name_or_path')
  for (const [key, value] of flatten(config.quantization_config, 'quantization_config')) {
    if (value !== null) sink.parameter(key, value, file)
  }
  sink.environment('transformers', config.transformers_version)
}
