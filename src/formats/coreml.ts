import { isAppError } from '../base/errors'
import { parseBoundedJson, toObject, toText } from '../bytes/boundedJson'
import type { ByteReader } from '../bytes/byteReader'
import type { Budget } from '../bytes/limits'
import { probeTopLevel, WireType } from '../bytes/protobuf'
import type { FileFormat, FileSubject, FolderFormat, FolderSubject, FormatResult } from './format'
import { FIRST_MODEL_TYPE, readCoreml } from './coremlModel'
import type { CoremlModel } from './coremlModel'
import { Findings, quote, tallyTensors, toCounts, toMetadata } from './summary'

/** `Model.specificationVersion`: 10 is the newest that there is; later ones are read as far as they are the same. */
const MAX_SPECIFICATION_VERSION = 30
const MAX_MODEL_TYPE = 3000
const MANIFEST = 'Manifest.json'
const MAX_MANIFEST = 1_000_000
/** Where a program says that its weights lie beside it. */
const MODEL_PATH = '@model_path/'

/** Core ML in one file: a `Model` message. */
export const coremlModel: FileFormat = {
  id: 'coreml-mlmodel',
  extensions: ['.mlmodel'],
  match: isModel,
  inspect: ({ reader, budget }) => inspectModel(reader, budget, new Findings()).result,
}

/** Core ML as a folder: a manifest, a `Model` message and its weights. */
export const coremlPackage: FolderFormat = {
  id: 'coreml-mlpackage',
  match: ({ files }) =>
    files.has(MANIFEST) && [...files.keys()].some((path) => path.endsWith('.mlmodel')),
  inspect(subject): FormatResult {
    const findings = new Findings()
    const path = rootModel(subject, findings)
    const reader = path === undefined ? undefined : subject.open(path)
    if (path === undefined || !reader) {
      findings.add('missing-part', 'error', 'The model that the manifest names is missing.')
      return { framework: 'coreml', summary: {}, findings: findings.list(), partial: true }
    }
    const { result, model } = inspectModel(reader, subject.budget, findings)
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    const weights = [...(model.program?.files ?? [])].map((file) => weightPath(file, folder))
    const missing = weights.filter((file) => !subject.files.has(file))
    for (const file of missing) {
      findings.add('missing-part', 'warning', `The weights ${quote(file)} are missing.`)
    }
    const tensors = result.tensors?.map((tensor) =>
      tensor.file === undefined ? tensor : { ...tensor, file: weightPath(tensor.file, folder) },
    )
    return {
      ...result,
      ...(tensors && { tensors }),
      findings: findings.list(),
      parts: { present: [...subject.files.keys()], missing },
    }
  },
}

function weightPath(file: string, folder: string): string {
  return file.startsWith(MODEL_PATH) ? folder + file.slice(MODEL_PATH.length) : file
}

/** The file of the item that the manifest calls the root model; paths are looked up among the package's files only. */
function rootModel(subject: FolderSubject, findings: Findings): string | undefined {
  const reader = subject.open(MANIFEST)
  if (!reader) return undefined
  try {
    const text = reader.bytes(0, Math.min(reader.size, MAX_MANIFEST + 1))
    const manifest = toObject(parseBoundedJson(text, { maxBytes: MAX_MANIFEST }).value)
    const root = toText(manifest?.['rootModelIdentifier']) ?? ''
    const item = toObject(toObject(manifest?.['itemInfoEntries'])?.[root])
    const path = `Data/${toText(item?.['path']) ?? ''}`
    if (subject.files.has(path)) return path
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    findings.add('damaged', 'error', error.message, {
      member: MANIFEST,
      offset: error.location?.offset ?? 0,
    })
  }
  return [...subject.files.keys()].find((file) => file.endsWith('.mlmodel'))
}

function inspectModel(
  reader: ByteReader,
  budget: Budget,
  findings: Findings,
): { result: FormatResult; model: CoremlModel } {
  const model = readCoreml(reader, budget)
  if (model.stopped) {
    findings.add('damaged', 'error', model.stopped.message, {
      offset: model.stopped.location?.offset ?? 0,
    })
  }
  const version = model.metadata.get('com.github.apple.coremltools.version')
  const { program } = model
  return {
    model,
    result: {
      framework: 'coreml',
      summary: {
        ...(program && tallyTensors(program.weights)),
        ...(model.architecture && { architecture: model.architecture }),
        inputs: model.inputs,
        outputs: model.outputs,
        ...(version && { producer: 'coremltools', producerVersion: version }),
        ...(program && { layers: toCounts(program.operations) }),
        ...(model.classes.length > 0 && { classes: model.classes }),
        ...(model.trees !== undefined && { treeCount: model.trees }),
        metadata: toMetadata([
          ...model.metadata,
          ['specificationVersion', model.specificationVersion],
          ['updatable', model.isUpdatable || undefined],
        ]),
      },
      ...(program && { tensors: program.weights }),
      findings: findings.list(),
      partial: model.stopped !== undefined,
    },
  }
}

/** `Model { specificationVersion 1, description 2, isUpdatable 10, one type of 200 to 3000 }` */
function isModel({ reader, budget }: FileSubject): boolean {
  const top = probeTopLevel(reader, budget, (field, wire) =>
    field === 1 || field === 10
      ? wire === WireType.varint
      : wire === WireType.bytes &&
        (field === 2 || (field >= FIRST_MODEL_TYPE && field <= MAX_MODEL_TYPE)),
  )
  const version = top?.numbers.get(1)
  if (!top || version === undefined || version < 1 || version > MAX_SPECIFICATION_VERSION) {
    return false
  }
  return [...top.payloads.keys()].some((field) => field >= FIRST_MODEL_TYPE)
}
