import { isAppError } from '../base/errors'
import { plural } from '../base/text'
import { parseBoundedJson, toObject } from '../bytes/boundedJson'
import type { JsonObject } from '../bytes/boundedJson'
import { findSuperblock, readHdf5 } from '../bytes/hdf5'
import type { Hdf5File, Hdf5Value, NamedDataset } from '../bytes/hdf5'
import type { InspectionSummary, MetadataValue, TensorInfo } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { describeKerasConfig } from './kerasConfig'
import { countTrainable, isOptimizerState } from './kerasWeights'
import { elementCount, Findings, quote, tallyTensors, toMetadata } from './summary'

/** Configurations nest a model in a layer of a model; large ones have some 20 levels of each. */
const MAX_CONFIG_DEPTH = 256
/** A dataset that declares more, and 1000 times what the file could hold, is a trap for whoever loads it. */
const SUSPICIOUS_BYTES = 4 * 1024 ** 3
const SUSPICIOUS_RATIO = 1000

/** HDF5: models and weights of Keras 1 and 2, the weights in an archive of Keras 3, and anybody else's arrays. */
export const hdf5: FileFormat = {
  id: 'hdf5',
  extensions: ['.h5', '.hdf5', '.he5', '.keras'],
  match: ({ reader }) => findSuperblock(reader) !== undefined,
  inspect({ reader, budget }): FormatResult {
    const findings = new Findings()
    const file = readHdf5(reader, budget)
    for (const problem of file.problems) {
      findings.add('damaged', 'error', problem.message, { offset: problem.location?.offset ?? 0 })
    }
    reportReferences(file, findings)
    const tensors = listTensors(file, reader.size, findings)
    const isKeras = isKerasFile(file)
    return {
      framework: isKeras ? 'keras' : 'custom',
      summary: isKeras
        ? describeKeras(file, tensors, findings)
        : { ...tallyTensors(tensors), metadata: scalarAttributes(file) },
      tensors,
      findings: findings.list(),
      partial: file.problems.length > 0,
    }
  },
}

/** What leads a loader out of the file, or past what it checks. */
function reportReferences(file: Hdf5File, findings: Findings): void {
  if (file.userBlock > 0) {
    const bytes = plural(file.userBlock, 'byte')
    findings.add('user-block', 'note', `${bytes} before the HDF5 file belong to something else.`)
  }
  for (const { path, kind, file: target } of file.links) {
    if (kind === 'external') {
      findings.add(
        'external-link',
        'warning',
        `${quote(path)} leads into the file ${quote(target ?? '')}.`,
        {
          member: path,
        },
      )
    }
  }
  for (const { path, storage, externalFiles } of file.datasets) {
    if (storage === 'external') {
      const names = externalFiles.slice(0, 3).map((name) => quote(name))
      findings.add(
        'external-data',
        'warning',
        `The data of ${quote(path)} lies in ${names.join(', ')}.`,
        {
          member: path,
        },
      )
    } else if (storage === 'virtual') {
      findings.add(
        'virtual-dataset',
        'warning',
        `${quote(path)} is put together from other files.`,
        {
          member: path,
        },
      )
    }
  }
}

function listTensors(file: Hdf5File, size: number, findings: Findings): TensorInfo[] {
  const tensors: TensorInfo[] = []
  for (const dataset of file.datasets) {
    const tensor = toTensor(dataset, file.userBlock)
    if (!tensor) {
      findings.add('invalid-tensor', 'error', `${quote(dataset.path)} has an impossible shape.`)
      continue
    }
    const declared = tensor.parameters * dataset.type.size
    if (declared > SUSPICIOUS_BYTES && declared > size * SUSPICIOUS_RATIO) {
      findings.add(
        'shape-bomb',
        'warning',
        `${quote(dataset.path)} declares ${declared} bytes in a file of ${size}.`,
        { member: dataset.path },
      )
    }
    if (tensor.offset !== undefined && tensor.offset + (tensor.length ?? 0) > size) {
      findings.add(
        'truncated',
        'error',
        `The data of ${quote(dataset.path)} lies behind the end of the file.`,
        {
          offset: size,
        },
      )
    }
    tensors.push(tensor)
  }
  return tensors
}

function toTensor(dataset: NamedDataset, userBlock: number): TensorInfo | undefined {
  const { path: name, type, shape, filters, offset, length } = dataset
  const parameters = elementCount(shape)
  if (parameters === undefined) return undefined
  const bytes = parameters * type.size
  // Filtered or scattered data is no tensor's bytes.
  const isPlain = offset !== undefined && length !== undefined && filters.length === 0
  return {
    name,
    dtype: type.name,
    shape,
    parameters,
    ...(Number.isSafeInteger(bytes) && { bytes }),
    ...(isPlain && { offset: offset + userBlock, length }),
  }
}

/** Keras 1 and 2 leave their version and configuration; weights of Keras 3 lie in `vars` of layers. */
function isKerasFile(file: Hdf5File): boolean {
  const root = file.groups.get('')
  if (root && ['model_config', 'keras_version', 'layer_names'].some((name) => root.has(name))) {
    return true
  }
  // A model that is a class of its own has its layers by the names of its attributes.
  return (
    file.datasets.length > 0 && file.datasets.every(({ path }) => /(?:^|\/)vars\/\d+$/.test(path))
  )
}

function describeKeras(
  file: Hdf5File,
  tensors: readonly TensorInfo[],
  findings: Findings,
): InspectionSummary {
  const root = file.groups.get('') ?? new Map<string, Hdf5Value>()
  const config = readJson(root.get('model_config'), 'model_config', findings)
  const training = readJson(root.get('training_config'), 'training_config', findings)
  const model = tensors.filter(({ name }) => !isOptimizerState(name))
  const described = config ? describeKerasConfig(config, training) : {}
  const version = root.get('keras_version')
  return {
    ...tallyTensors(model),
    ...described,
    producer: 'Keras',
    ...(typeof version === 'string' && { producerVersion: version }),
    metadata: {
      ...described.metadata,
      ...toMetadata([
        ['backend', scalar(root.get('backend'))],
        ['trainableParameterCount', config && countTrainable(model, config)],
      ]),
    },
  }
}

function readJson(value: Hdf5Value, name: string, findings: Findings): JsonObject | undefined {
  if (typeof value !== 'string') return undefined
  try {
    const parsed = parseBoundedJson(value, { maxDepth: MAX_CONFIG_DEPTH })
    if (parsed.duplicateKeys.length > 0) {
      findings.add('duplicate-key', 'warning', `${name} has a key more than once.`, {
        member: name,
      })
    }
    return toObject(parsed.value)
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    findings.add('damaged', 'error', `The attribute ${name} is no JSON.`, { member: name })
    return undefined
  }
}

function scalarAttributes(file: Hdf5File): Record<string, MetadataValue> {
  return toMetadata(
    [...(file.groups.get('') ?? [])].map(([key, value]) => [key, scalar(value)] as const),
  )
}

function scalar(value: Hdf5Value): MetadataValue | undefined {
  return typeof value === 'object' ? undefined : value
}
