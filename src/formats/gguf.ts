import type { MetadataValue, TensorInfo } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { readGgufHeader } from './ggufHeader'
import type { GgufHeader, GgufTensor } from './ggufHeader'
import { FILE_TYPES, GGML_TYPES } from './ggufTypes'
import { parseShardName, shardParts } from './shards'
import { add, toMetadata, elementCount, Findings, quote, tallyTensors, toCounts } from './summary'

/** Keys below the architecture's name that describe its shape. */
const ARCHITECTURE_KEYS = [
  'embedding_length',
  'block_count',
  'feed_forward_length',
  'attention.head_count',
  'attention.head_count_kv',
  'expert_count',
  'expert_used_count',
  'vocab_size',
  'rope.freq_base',
  'rope.dimension_count',
  'rope.scaling.type',
]
/** Facts of a model that its file carries. */
const GENERAL_KEYS = [
  'general.name',
  'general.basename',
  'general.finetune',
  'general.version',
  'general.size_label',
  'general.author',
  'general.organization',
  'general.license',
  'general.url',
  'general.repo_url',
  'general.type',
  'general.quantized_by',
  'general.quantization_version',
  'general.base_model.0.name',
  'general.base_model.0.repo_url',
  'tokenizer.ggml.model',
  'split.no',
  'split.count',
  'split.tensors.count',
]
/** Names that say nothing, as converters write them. */
const PLACEHOLDER_NAME = /^(?:model|unknown|none|tmp)?$/i

/** GGUF, the format of llama.cpp (ggml, docs/gguf.md). */
export const gguf: FileFormat = {
  id: 'gguf',
  extensions: ['.gguf'],
  match: ({ head }) => head[0] === 0x47 && head[1] === 0x47 && head[2] === 0x55 && head[3] === 0x46,
  inspect(subject): FormatResult {
    const findings = new Findings()
    const header = readGgufHeader(subject.reader, subject.budget)
    const { stopped } = header
    if (stopped) {
      const offset = stopped.location?.offset
      findings.add('truncated', 'error', stopped.message, offset === undefined ? {} : { offset })
    }
    for (const key of header.duplicateKeys) {
      findings.add('duplicate-key', 'warning', `The metadata names ${quote(key)} more than once.`)
    }
    const tensors = locateTensors(header, subject.reader.size, findings)
    const parts = shardParts(subject, findings)
    const name = textOf(header, 'general.name')
    const isShard = parseShardName(subject.name) !== undefined
    return {
      framework: 'llama.cpp',
      summary: { ...tallyTensors(tensors), ...describe(header, tensors) },
      tensors,
      findings: findings.list(),
      partial: stopped !== undefined || tensors.length < header.tensors.length,
      ...(name && !PLACEHOLDER_NAME.test(name) && { suggestedName: name }),
      ...(parts && isShard && { parts }),
    }
  },
}

function textOf(header: GgufHeader, key: string): string | undefined {
  const value = header.values.get(key)
  return typeof value === 'string' ? value : undefined
}

function describe(header: GgufHeader, tensors: readonly TensorInfo[]): FormatResult['summary'] {
  const { values, arrays } = header
  const architecture = textOf(header, 'general.architecture')
  const prefix = `${architecture ?? ''}.`
  const contextLength = values.get(`${prefix}context_length`)
  const hyperparameters = toMetadata(
    ARCHITECTURE_KEYS.map((key) => {
      const value = values.get(prefix + key) ?? perLayer(arrays.get(prefix + key)?.items)
      return [key, value] as const
    }),
  )
  const template = textOf(header, 'tokenizer.chat_template')
  const metadata = toMetadata([
    ...GENERAL_KEYS.map((key) => [key.replace(/^general\./, ''), values.get(key)] as const),
    ['vocabulary', arrays.get('tokenizer.ggml.tokens')?.length],
    ['chat_template', template !== undefined || arrays.has('tokenizer.chat_templates')],
    ['gguf_version', header.version],
    ['byte_order', header.littleEndian ? 'little' : 'big'],
  ])
  const quantization = quantizationOf(header, tensors)
  return {
    ...(architecture && { architecture }),
    ...(quantization && { quantization }),
    ...(typeof contextLength === 'number' &&
      Number.isSafeInteger(contextLength) && { contextLength }),
    ...(Object.keys(hyperparameters).length > 0 && { hyperparameters }),
    metadata,
  }
}

/** A value that is given for each layer is that of the first layers. */
function perLayer(items: readonly MetadataValue[] | undefined): string | undefined {
  return items && items.length > 0 ? items.join(', ') : undefined
}

/** The declared file type, or else the type that most weights have: the declaration is optional. */
function quantizationOf(header: GgufHeader, tensors: readonly TensorInfo[]): string | undefined {
  const fileType = header.values.get('general.file_type')
  // Bit 10 says that the type was guessed by the writer.
  const declared = typeof fileType === 'number' ? FILE_TYPES.get(fileType & ~1024) : undefined
  if (declared) return declared
  const parameters = new Map<string, number>()
  for (const tensor of tensors) add(parameters, tensor.dtype, tensor.parameters)
  return Object.keys(toCounts(parameters))[0]
}

/** The tensors with their place in the file; what would leave it, or can't be, is a finding. */
function locateTensors(header: GgufHeader, size: number, findings: Findings): TensorInfo[] {
  const tensors: TensorInfo[] = []
  const seen = new Set<string>()
  let end = header.dataOffset ?? 0
  for (const tensor of header.tensors) {
    if (seen.has(tensor.name)) {
      findings.add('duplicate-key', 'error', `Tensor ${quote(tensor.name)} is listed twice.`)
    }
    seen.add(tensor.name)
    const located = locate(tensor, header, findings)
    if (!located) continue
    tensors.push(located)
    if (located.offset === undefined || located.length === undefined) continue
    if (located.offset % header.alignment !== 0) {
      findings.add('misaligned', 'warning', `Tensor ${quote(tensor.name)} is not aligned.`, {
        offset: located.offset,
      })
    }
    end = Math.max(end, located.offset + located.length)
  }
  if (end > size && tensors.length > 0) {
    findings.add(
      'truncated',
      'error',
      `The file ends at byte ${size}, but its tensors go on to byte ${end}.`,
      { offset: size },
    )
  }
  return tensors
}

function locate(
  tensor: GgufTensor,
  { dataOffset }: GgufHeader,
  findings: Findings,
): TensorInfo | undefined {
  const { name, dimensions } = tensor
  const type = GGML_TYPES.get(tensor.type)
  // ggml lists the fastest varying dimension first; everybody else last.
  const shape = [...dimensions].reverse()
  const parameters = elementCount(shape)
  if (parameters === undefined || !Number.isSafeInteger(tensor.offset)) {
    findings.add('invalid-tensor', 'error', `Tensor ${quote(name)} has an impossible size.`)
    return undefined
  }
  if (!type) {
    const dtype = `type ${tensor.type}`
    findings.add('unknown-dtype', 'warning', `Tensor ${quote(name)} has the unknown ${dtype}.`)
    return { name, dtype, shape, parameters }
  }
  if ((dimensions[0] ?? 1) % type.elements !== 0) {
    findings.add(
      'invalid-size',
      'error',
      `Rows of tensor ${quote(name)} are no whole number of ${type.name} blocks.`,
    )
  }
  const bytes = Math.ceil(parameters / type.elements) * type.bytes
  const common = { name, dtype: type.name, shape, parameters, bytes }
  return dataOffset === undefined || !Number.isSafeInteger(dataOffset + tensor.offset + bytes)
    ? common
    : { ...common, offset: dataOffset + tensor.offset, length: bytes }
}
