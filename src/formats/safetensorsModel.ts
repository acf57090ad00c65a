import { parseBoundedJson, toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import type { JsonObject } from '../bytes/boundedJson'
import { isAppError } from '../base/errors'
import type { MetadataValue, TensorInfo } from '../registry/inspection'
import type { FileSubject, FormatResult } from './format'
import { unpackWeights } from './packedWeights'
import { toMetadata, tallyTensors } from './summary'

/** The `config.json` beside weights: those of real models have some kilobytes. */
const MAX_CONFIG = 1_000_000

/** File names under which libraries keep the weights that the `config.json` beside them describes. */
const CONFIGURED = /^(?:model|pytorch_model|adapter_model|diffusion_pytorch_model)\b/

/** What `metadata.format` says of the library that wrote the tensors. */
const FRAMEWORK_OF: ReadonlyMap<string, string> = new Map([
  ['pt', 'pytorch'],
  ['tf', 'tensorflow'],
  ['flax', 'jax'],
  ['np', 'numpy'],
])

/** A parameter or buffer of a PyTorch module in another one, or a LoRA of one. */
const TORCH_NAME = /\.(?:weight|bias|running_mean|lora_[AB]|alpha)$/

/** Metadata that is a report of its own (tag frequencies, buckets) or a preview image. */
const BULKY =
  /^(?:ss_tag_frequency|ss_bucket_info|ss_datasets|ss_dataset_dirs|modelspec\.thumbnail)$/

/** What named tensors and their metadata say of a model: the same for one file and for the shards of an index. */
export function describeWeights(
  stored: readonly TensorInfo[],
  metadata: ReadonlyMap<string, string>,
  subject: FileSubject,
): FormatResult {
  const config = CONFIGURED.test(subject.name) ? readConfig(subject) : undefined
  const { tensors, quantization } = unpackWeights(stored, config)
  const architecture =
    toText(toArray(config?.['architectures'])[0]) ??
    toText(config?.['_class_name']) ??
    metadata.get('modelspec.architecture') ??
    metadata.get('ss_base_model_version') ??
    (isAdapter(stored) ? 'LoRA' : undefined)
  const contextLength =
    toNumber(config?.['max_position_embeddings']) ??
    toNumber(toObject(config?.['text_config'])?.['max_position_embeddings'])
  const hyperparameters = trainingParameters(metadata)
  const title = metadata.get('modelspec.title') ?? metadata.get('ss_output_name')
  const suggestedName = title ?? baseOf(toText(config?.['_name_or_path']))
  return {
    framework: frameworkOf(stored, metadata),
    summary: {
      ...tallyTensors(tensors),
      ...(architecture && { architecture }),
      ...(quantization && { quantization }),
      ...(contextLength !== undefined && { contextLength }),
      ...(Object.keys(hyperparameters).length > 0 && { hyperparameters }),
      ...(metadata.size > 0 && {
        metadata: toMetadata([...metadata].filter(([key]) => !BULKY.test(key))),
      }),
    },
    tensors,
    ...(suggestedName && { suggestedName }),
  }
}

/** The `config.json` of the same folder, if there is a readable one: it describes the weights and is none of them. */
function readConfig(subject: FileSubject): JsonObject | undefined {
  const reader = subject.sibling('config.json')
  if (!reader || reader.size > MAX_CONFIG) return undefined
  try {
    return toObject(parseBoundedJson(reader.bytes(0, reader.size)).value)
  } catch (error) {
    // A broken config.json says nothing about the weights; it is reported where it is inspected itself.
    if (isAppError(error) && error.code === 'corrupt') return undefined
    throw error
  }
}

/** The settings of a kohya training run (`ss_learning_rate`), as numbers where they are. */
function trainingParameters(metadata: ReadonlyMap<string, string>): Record<string, MetadataValue> {
  const entries: [string, MetadataValue][] = []
  for (const [key, text] of metadata) {
    if (!key.startsWith('ss_') || BULKY.test(key) || text === 'None' || /^[[{]/.test(text)) continue
    const value = text === 'True' || text === 'False' ? text === 'True' : (toNumber(text) ?? text)
    entries.push([key.slice(3), value])
  }
  return toMetadata(entries)
}

/** By the metadata that Hugging Face libraries write; without it by the names that PyTorch gives to parameters. */
function frameworkOf(
  tensors: readonly TensorInfo[],
  metadata: ReadonlyMap<string, string>,
): string {
  const declared = FRAMEWORK_OF.get(metadata.get('format') ?? '')
  if (declared) return declared
  return tensors.some(({ name }) => TORCH_NAME.test(name)) ? 'pytorch' : 'custom'
}

function isAdapter(tensors: readonly TensorInfo[]): boolean {
  return tensors.length > 0 && tensors.every(({ name }) => /lora_|\.alpha$|dora_scale/.test(name))
}

function baseOf(path: string | undefined): string | undefined {
  return path?.split(/[\\/]/).findLast((part) => part !== '' && part !== '.')
}
