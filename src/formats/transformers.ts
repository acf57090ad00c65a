import type { JsonObject } from '../bytes/boundedJson'
import { toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import type { InspectionFinding, InspectionSummary } from '../registry/inspection'
import { finding } from './findings'
import { findWeights, readJsonFile, readWeightFiles } from './folderFiles'
import type { FolderFormat, FolderSubject, FormatResult } from './format'
import { tallyTensors, toMetadata } from './summary'

/** Names that configurations have for the longest input, in the order of trust. */
const CONTEXT_LENGTHS = [
  'max_position_embeddings',
  'n_positions',
  'n_ctx',
  'max_sequence_length',
  'seq_length',
  'max_seq_len',
  'max_source_positions',
]

/** A model folder of Hugging Face Transformers: `config.json`, weights, a tokenizer. */
export const transformers: FolderFormat = {
  id: 'transformers',
  match(folder) {
    const config = readJsonFile(folder, 'config.json')
    return (
      config !== undefined &&
      (toText(config['model_type']) !== undefined ||
        config['architectures'] !== undefined ||
        config['transformers_version'] !== undefined)
    )
  },
  inspect: inspectTransformers,
}

function inspectTransformers(folder: FolderSubject): FormatResult {
  const config = readJsonFile(folder, 'config.json') ?? {}
  const described = describeConfig(config)
  const files = findWeights(folder, '', ['model', 'pytorch_model'])
  const weights = readWeightFiles(folder, files)
  const findings: InspectionFinding[] = [...remoteCode(folder, config), ...weights.findings]
  if (files.length === 0) findings.push(withoutWeights(folder))
  return {
    framework: 'transformers',
    summary: {
      ...tally(weights.tensors),
      ...described,
      metadata: { ...weights.metadata, ...described.metadata },
    },
    tensors: weights.tensors,
    findings,
    partial: weights.partial || files.length === 0,
    ...(weights.parts && { parts: weights.parts }),
    ...nameOf(config),
  }
}

/** Counts of tensors, where there are any. */
export function tally(tensors: Parameters<typeof tallyTensors>[0]): InspectionSummary {
  return tensors.length > 0 ? tallyTensors(tensors) : {}
}

function withoutWeights(folder: FolderSubject): InspectionFinding {
  const others = [...folder.files.keys()].filter((path) => /\.(?:h5|msgpack|onnx|gguf)$/.test(path))
  const message =
    others.length === 0
      ? 'The folder has a configuration but no weights (model.safetensors or pytorch_model.bin).'
      : `The weights are in a format that is not looked into here: ${others[0]}.`
  return finding('missing-part', 'warning', message)
}

/** `auto_map` has Transformers import Python files of the folder, if the caller trusts them. */
function remoteCode(folder: FolderSubject, config: JsonObject): InspectionFinding[] {
  if (toObject(config['auto_map']) === undefined) return []
  const sources = [...folder.files.keys()].filter((path) => path.endsWith('.py'))
  const where = sources.length > 0 ? `the folder's Python files` : 'code from another repository'
  const message = `The configuration asks for ${where} to be run (auto_map, trust_remote_code).`
  return [finding('code', 'warning', message, { member: 'config.json' })]
}

/** The facts of a `config.json`. Multimodal models keep those of the language model one level below. */
export function describeConfig(config: JsonObject): InspectionSummary {
  const inner = toObject(config['text_config'])
  const get = (key: string): number | undefined =>
    toNumber(config[key]) ?? (inner && toNumber(inner[key]))
  const contextLength = CONTEXT_LENGTHS.map(get).find((length) => length !== undefined)
  const architecture = toText(toArray(config['architectures'])[0]) ?? toText(config['model_type'])
  const version = toText(config['transformers_version'])
  const quantization = toText(toObject(config['quantization_config'])?.['quant_method'])
  const bits = toNumber(toObject(config['quantization_config'])?.['bits'])
  const classes = classesOf(config, architecture)
  return {
    producer: 'Transformers',
    ...(version && { producerVersion: version }),
    ...(architecture && { architecture }),
    ...(contextLength !== undefined && { contextLength }),
    ...(quantization && {
      quantization: bits === undefined ? quantization : `${quantization} ${bits}-bit`,
    }),
    ...(classes.length > 0 && { classes }),
    metadata: toMetadata([
      ['modelType', toText(config['model_type'])],
      ['dtype', toText(config['dtype']) ?? toText(config['torch_dtype'])],
      ['vocabularySize', get('vocab_size')],
      ['hiddenSize', get('hidden_size') ?? get('d_model') ?? get('n_embd')],
      ['layers', get('num_hidden_layers') ?? get('n_layer') ?? get('num_layers')],
      ['attentionHeads', get('num_attention_heads') ?? get('n_head')],
      ['keyValueHeads', get('num_key_value_heads')],
      ['experts', get('num_local_experts') ?? get('num_experts')],
      ['baseModel', toText(config['_name_or_path']) || undefined],
    ]),
  }
}

/** Labels, where they are a task's and not the two that every configuration has by default. */
function classesOf(config: JsonObject, architecture: string | undefined): string[] {
  if (!/Classification|Detection|Segmentation/.test(architecture ?? '')) return []
  return Object.entries(toObject(config['id2label']) ?? {})
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([, label]) => toText(label) ?? [])
}

function nameOf(config: JsonObject): { suggestedName?: string } {
  const name = toText(config['_name_or_path'])?.split(/[\\/]/).at(-1)
  return name ? { suggestedName: name } : {}
}
