import { isAppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import type { Budget } from '../bytes/limits'
import { probeTopLevel, WireType } from '../bytes/protobuf'
import type { InspectionSummary, TensorInfo } from '../registry/inspection'
import type { FileFormat, FileSubject, FolderFormat, FormatResult } from './format'
import { readSavedModel } from './savedModelMessage'
import type { SavedModelMessage, TfSignature } from './savedModelMessage'
import { elementCount, Findings, tallyTensors, toCounts, toMetadata } from './summary'
import { readCheckpointIndex } from './tfCheckpoint'
import { toFixedShape } from './tfTypes'

const FILE = 'saved_model.pb'
const VARIABLES_INDEX = 'variables/variables.index'
/** The signature that servers call when none is named. */
const DEFAULT_SIGNATURE = 'serving_default'
/** The signature that only initialises, and has nothing to call. */
const INIT_SIGNATURE = '__saved_model_init_op'

/** `saved_model.pb` alone: the structure without the variables beside it. */
export const savedModelFile: FileFormat = {
  id: 'saved-model',
  extensions: ['.pb'],
  match: isSavedModel,
  inspect: ({ reader, budget }) => inspectMessage(reader, budget, new Findings()),
}

/** A TensorFlow SavedModel: `saved_model.pb`, `variables/`, `assets/`. */
export const savedModel: FolderFormat = {
  id: 'saved-model',
  match: ({ files }) => files.has(FILE),
  inspect(subject): FormatResult {
    const findings = new Findings()
    const { budget, files } = subject
    const message = subject.open(FILE)
    if (!message) return { framework: 'tensorflow', summary: {}, partial: true }
    const result = inspectMessage(message, budget, findings)
    const index = subject.open(VARIABLES_INDEX)
    const hasVariables = (result.tensors ?? []).length > 0
    if (!index) {
      if (hasVariables) {
        findings.add('missing-part', 'warning', `The variables (${VARIABLES_INDEX}) are missing.`)
      }
      return { ...result, findings: findings.list() }
    }
    try {
      const checkpoint = readCheckpointIndex(index, budget)
      const stem = VARIABLES_INDEX.replace(/\.index$/, '')
      const shards = checkpoint.shardNames(stem)
      const missing = shards.filter((shard) => !files.has(shard))
      for (const shard of missing) {
        findings.add('missing-part', 'warning', `The data of the variables (${shard}) is missing.`)
      }
      const summary = hasVariables
        ? result.summary
        : { ...result.summary, ...tallyTensors(checkpoint.tensors(stem)) }
      return {
        ...result,
        summary,
        tensors: checkpoint.tensors(stem),
        findings: findings.list(),
        parts: { present: [...files.keys()], missing },
      }
    } catch (error) {
      if (!isAppError(error) || error.code !== 'corrupt') throw error
      findings.add('damaged', 'error', error.message, {
        member: VARIABLES_INDEX,
        offset: error.location?.offset ?? 0,
      })
      return { ...result, partial: true, findings: findings.list() }
    }
  },
}

function inspectMessage(reader: ByteReader, budget: Budget, findings: Findings): FormatResult {
  const model = readSavedModel(reader, budget)
  if (model.stopped) {
    findings.add('damaged', 'error', model.stopped.message, {
      offset: model.stopped.location?.offset ?? 0,
    })
  }
  const tensors = variablesOf(model)
  return {
    framework: 'tensorflow',
    summary: describe(model, tensors),
    tensors,
    findings: findings.list(),
    partial: model.stopped !== undefined,
  }
}

function describe(model: SavedModelMessage, tensors: readonly TensorInfo[]): InspectionSummary {
  const signature = mainSignature(model.signatures)
  const { graph } = model
  return {
    ...(tensors.length > 0 && tallyTensors(tensors)),
    ...(signature && { inputs: signature.inputs, outputs: signature.outputs }),
    producer: 'TensorFlow',
    ...(model.tensorflowVersion && { producerVersion: model.tensorflowVersion }),
    layers: toCounts(graph.operations),
    metadata: toMetadata([
      ['tags', model.tags.join(', ') || undefined],
      [
        'signatures',
        model.signatures
          .map(({ name }) => name)
          .filter((name) => name !== INIT_SIGNATURE)
          .sort()
          .join(', ') || undefined,
      ],
      ['keras', isKeras(model) || undefined],
      ['trainableParameterCount', tensors.length > 0 ? countTrainable(model) : undefined],
      ['functions', graph.functions.length || undefined],
      ['assets', model.assets.length || undefined],
    ]),
  }
}

function mainSignature(signatures: readonly TfSignature[]): TfSignature | undefined {
  return (
    signatures.find(({ name }) => name === DEFAULT_SIGNATURE) ??
    signatures.find(({ name }) => name !== INIT_SIGNATURE)
  )
}

/** Keras names the kinds of its objects; a model that Keras exported for serving only has none. */
function isKeras({ objectKinds }: SavedModelMessage): boolean {
  return [...objectKinds].some((kind) => kind.startsWith('_tf_keras_'))
}

function countTrainable({ variables }: SavedModelMessage): number {
  return variables.reduce((total, { shape, trainable }) => {
    const fixed = trainable ? toFixedShape(shape) : undefined
    return total + ((fixed && elementCount(fixed)) ?? 0)
  }, 0)
}

/** Variables with a shape: the weights, without the places that only look data up. */
function variablesOf({ variables }: SavedModelMessage): TensorInfo[] {
  const tensors: TensorInfo[] = []
  for (const { name, dtype, shape, isWeight } of variables) {
    const fixed = toFixedShape(shape)
    const parameters = fixed && elementCount(fixed)
    if (!fixed || parameters === undefined) continue
    tensors.push({ name, dtype, shape: fixed, parameters: isWeight ? parameters : 0 })
  }
  return tensors
}

/** `SavedModel { saved_model_schema_version 1 = 1, meta_graphs 2+ }`, the first of them being a `MetaGraphDef`. */
function isSavedModel({ reader, budget }: FileSubject): boolean {
  const top = probeTopLevel(
    reader,
    budget,
    (field, wire) =>
      (field === 1 && wire === WireType.varint) || (field === 2 && wire === WireType.bytes),
  )
  const first = top?.payloads.get(2)
  if (!first || top?.numbers.get(1) !== 1) return false
  const meta = probeTopLevel(
    reader.view(first.start, first.length),
    budget,
    (field, wire) => field <= 7 && wire === WireType.bytes,
  )
  return meta?.payloads.has(2) === true && (top.cut !== undefined || meta.cut === undefined)
}
