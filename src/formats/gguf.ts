import { isAppError } from '../base/errors'
import type { MetadataValue, ModelParts, TensorInfo } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { readGgufHeader } from './ggufHeader'
import type { GgufHeader, GgufTensor } from './ggufHeader'
import { FILE_TYPES, GGML_TYPES } from './ggufTypes'
import { parseShardName, shardParts } from './shards'
import { add, toMetadata, elementCount, Findings, quote, tallyTensors, toCounts } from './summary'

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
    const further = parts ? readFurtherShards(subject, parts, findings) : []
    const all = [...tensors, ...further]
    const name = textOf(header, 'general.name')
    return {
      framework: 'llama.cpp',
      summary: { ...tallyTensors(all), ...describe(header, all) },
      tensors: all,
      findings: findings.list(),
      partial: stopped !== undefined || tensors.length < header.tensors.length,
      ...(name && !PLACEHOLDER_NAME.test(name) && { suggestedName: name }),
      ...(parts && { parts }),
    }
  },
}

/** The first shard has the metadata, so it stands for the whole model: the tensors of the others are listed with it. */
function readFurtherShards(
  subject: FileSubject,
  parts: ModelParts,
  findings: Findings,
): TensorInfo[] {
  if (parseShardName(subject.name)?.number !== 1) return []
  const tensors: TensorInfo[] = []
  for (const file of parts.present) {
    const reader = file === subject.name ? undefined : subject.sibling(file)
    if (!reader) continue
    try {
      const header = readGgufHeader(reader, subject.budget)
      for (const tensor of locateTensors(header, reader.size, findings)) {
        tensors.push({ ...tensor, file })
      }
      if (header.stopped) throw header.stopped
    } catch (error) {
      if (!isAppError(error) || error.code !== 'corrupt') throw error
      findings.add('corrupt-part', 'error', error.message, { member: file })
    }
  }
  return tensors
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
  const hyperparameters = new Map<string, MetadataValue>()
  for (const [key, value] of values) {
    if (architecture && key.startsWith(prefix)) hyperparameters.set(key.slice(prefix.length), value)
  }
  for (const [key, { items }] of arrays) {
    // What differs from layer to layer is given for the first ones.
    if (key.startsWith(prefix) && items.length > 0) {
      hyperparameters.set(key.slice(prefix.length), items.join(', '))
    }
  }
  const quantization = quantizationOf(header, tensors)
  return {
    ...(architecture && { architecture }),
    ...(quantization && { quantization }),
    ...(typeof contextLength === 'number' &&
      Number.isSafeInteger(contextLength) && { contextLength }),
    ...(hyperparameters.size > 0 && { hyperparameters: toMetadata(hyperparameters) }),
    metadata: toMetadata([
      ...values,
      ['vocabulary', arrays.get('tokenizer.ggml.tokens')?.length],
      ['ggufVersion', header.version],
      ['bigEndian', header.littleEndian ? undefined : true],
    ]),
  }
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
  const { name, dimensions: shape } = tensor
  const type = GGML_TYPES.get(tensor.type)
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
  if ((shape[0] ?? 1) % type.elements !== 0) {
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
