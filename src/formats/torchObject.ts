import type { ByteReader } from '../bytes/byteReader'
import type { PickleValue } from '../bytes/pickleValues'
import { calleeOf, entriesOf, lookUp, toRecord } from '../bytes/pickleValues'
import type { InspectionSummary, MetadataValue, TensorInfo } from '../registry/inspection'
import type { FormatResult } from './format'
import { toScalar } from './pickleScalars'
import { add, tallyTensors, toCounts } from './summary'
import type { NamedTensor } from './torchTensors'
import { collectTensors, isModule, moduleClasses, toTensorInfo } from './torchTensors'

/** Keys under which checkpoints keep the model's own weights, beside the optimizer's and others. */
const WEIGHT_KEYS = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'module',
  'net',
  'network',
  'weights',
]
const CALLBACK = 'callbacks'

/** Where the record of a storage lies, by the storage's key. */

/** Where a storage's bytes lie in the file. */
export interface RecordPlace {
  readonly offset: number
  readonly length: number
}

/** Finds the place of a storage by its key. */
export type FindRecord = (key: string) => RecordPlace | undefined

/** Describes a network, its weights or a checkpoint; `undefined` where there is neither a tensor nor a module. */
export function describeTorchObject(
  value: PickleValue | undefined,
  reader: ByteReader,
  findRecord: FindRecord = () => undefined,
): FormatResult | undefined {
  const named = collectTensors(value, reader)
  const isNetwork = isModule(value)
  const settings = calleeOf(value)?.name.endsWith('TrainingArguments') ?? false
  if (named.length === 0 && !isNetwork && !settings) return undefined
  const tensors = named.map((tensor) =>
    toTensorInfo(tensor, tensor.storage && findRecord(tensor.storage.key)),
  )
  const model = weightsOf(value, named, tensors)
  const summary: InspectionSummary = {
    ...(tensors.length > 0 && tallyTensors(model)),
    ...describeModule(value),
    ...describeCheckpoint(value, reader),
  }
  return { framework: 'pytorch', summary, ...(tensors.length > 0 && { tensors }) }
}

/** The model's own tensors: those of a checkpoint's weights where it tells them from the optimizer's. */
function weightsOf(
  value: PickleValue | undefined,
  named: readonly NamedTensor[],
  tensors: readonly TensorInfo[],
): readonly TensorInfo[] {
  const key = WEIGHT_KEYS.find(
    (candidate) =>
      lookUp(value, candidate) !== undefined &&
      named.some(({ name }) => name.startsWith(`${candidate}.`)),
  )
  return key === undefined
    ? tensors
    : tensors.filter((_, index) => named[index]?.name.startsWith(`${key}.`))
}

function describeModule(value: PickleValue | undefined): InspectionSummary {
  const root = isModule(value) ? value : WEIGHT_KEYS.map((key) => lookUp(value, key)).find(isModule)
  if (!root) return {}
  const counts = new Map<string, number>()
  for (const { path } of moduleClasses(root).slice(1)) add(counts, path)
  const made = calleeOf(root)
  return {
    ...(made && { modelClass: made.path, architecture: made.name }),
    ...(counts.size > 0 && { layers: toCounts(counts) }),
  }
}

/** What a checkpoint's dictionary says of the training: Lightning's keys, hand-made ones, transformers' arguments. */
function describeCheckpoint(value: PickleValue | undefined, reader: ByteReader): InspectionSummary {
  const made = calleeOf(value)
  if (made?.name.endsWith('TrainingArguments')) {
    const hyperparameters = scalarsOf(attributesRecord(value), reader)
    return { modelClass: made.path, producer: 'transformers', hyperparameters }
  }
  if (isModule(value)) return {}
  const metadata: Record<string, MetadataValue> = Object.create(null)
  for (const [key, item] of toRecord(value)) {
    const scalar = toScalar(item, reader)
    if (isPlain(item) && scalar !== undefined && scalar !== null) metadata[key] = scalar
  }
  const version = lookUp(value, 'pytorch-lightning_version')
  const settings = lookUp(value, 'hyper_parameters')
  return {
    ...(typeof version === 'string' && { producer: 'PyTorch Lightning', producerVersion: version }),
    ...(settings !== undefined && { hyperparameters: scalarsOf(toRecord(settings), reader) }),
    ...(Object.keys(metadata).length > 0 && {
      metadata: { ...metadata, ...bestOf(value, reader) },
    }),
  }
}

/** The best score and file that Lightning's ModelCheckpoint keeps. */
function bestOf(value: PickleValue | undefined, reader: ByteReader): Record<string, MetadataValue> {
  for (const [key, state] of entriesOf(lookUp(value, CALLBACK))) {
    if (typeof key !== 'string' || !key.startsWith('ModelCheckpoint')) continue
    const monitor = lookUp(state, 'monitor')
    const score = toScalar(lookUp(state, 'best_model_score'), reader)
    return {
      ...(typeof monitor === 'string' && { monitor }),
      ...(typeof score === 'number' && { bestScore: score }),
    }
  }
  return {}
}

function isPlain(value: PickleValue): boolean {
  return typeof value !== 'object'
}

function attributesRecord(value: PickleValue | undefined): Map<string, PickleValue> {
  return typeof value === 'object' && value?.kind === 'call' ? toRecord(value.state) : new Map()
}

function scalarsOf(
  values: ReadonlyMap<string, PickleValue>,
  reader: ByteReader,
): Record<string, MetadataValue | null> {
  const scalars: [string, MetadataValue | null][] = []
  for (const [name, value] of values) {
    const scalar = name.startsWith('_') ? undefined : toScalar(value, reader)
    if (scalar !== undefined) scalars.push([name, scalar])
  }
  return Object.fromEntries(scalars)
}
