import type { JsonObject } from '../bytes/boundedJson'
import { parseBoundedJson, toObject, toText } from '../bytes/boundedJson'
import { LIMITS } from '../bytes/limits'
import type { ZipArchive } from '../bytes/zip'
import type { FileFormat, FileSubject, FormatResult, Inspected } from './format'
import { describeKerasConfig } from './kerasConfig'
import { countTrainable, isOptimizerState } from './kerasWeights'
import { Findings, tallyTensors, toMetadata } from './summary'

const CONFIG = 'config.json'
const METADATA = 'metadata.json'
const WEIGHTS = ['model.weights.h5', 'model.weights.npz'] as const
/** Configurations nest a model in a layer of a model; large ones have some 20 levels of each. */
const MAX_DEPTH = 256

/** A model of Keras 3: a configuration and weights in a ZIP archive. */
export const kerasArchive: FileFormat = {
  id: 'keras-v3',
  extensions: ['.keras'],
  match(subject) {
    const archive = subject.zip()
    return archive?.get(CONFIG) !== undefined && archive.get(METADATA) !== undefined
  },
  inspect: inspectKeras,
}

function inspectKeras(subject: FileSubject): FormatResult {
  const archive = subject.zip()
  if (!archive) return { framework: 'keras', summary: {}, partial: true }
  const findings = new Findings()
  const metadata = readJson(archive, METADATA, findings)
  const config = readJson(archive, CONFIG, findings)
  const weights = readWeights(archive, subject, findings)
  const tensors = weights?.tensors ?? []
  const model = tensors.filter(({ name }) => !isOptimizerState(name))
  const described = config ? describeKerasConfig(config) : {}
  const version = toText(metadata?.['keras_version'])
  return {
    framework: 'keras',
    summary: {
      ...(tensors.length > 0 && tallyTensors(model)),
      ...described,
      producer: 'Keras',
      ...(version && { producerVersion: version }),
      metadata: {
        ...described.metadata,
        ...toMetadata([
          ['dateSaved', toText(metadata?.['date_saved'])],
          [
            'trainableParameterCount',
            tensors.length > 0 ? countTrainable(model, config) : undefined,
          ],
        ]),
      },
    },
    tensors,
    findings: [...findings.list(), ...(weights?.findings ?? [])],
    partial: config === undefined || weights === undefined || (weights.partial ?? false),
  }
}

function readJson(archive: ZipArchive, name: string, findings: Findings): JsonObject | undefined {
  const entry = archive.get(name)
  if (!entry) return undefined
  const member = archive.open(entry)
  const { value, duplicateKeys } = parseBoundedJson(member.head(0, LIMITS.json), {
    maxDepth: MAX_DEPTH,
  })
  if (duplicateKeys.length > 0) {
    const message = `${name} has a key more than once: readers differ in which value they take.`
    findings.add('duplicate-key', 'warning', message, { member: name })
  }
  return toObject(value)
}

/** The weights by their own format; offsets hold only where the member is stored as it is. */
function readWeights(
  archive: ZipArchive,
  subject: FileSubject,
  findings: Findings,
): Inspected | undefined {
  const entry = WEIGHTS.map((name) => archive.get(name)).find((found) => found !== undefined)
  if (!entry) {
    findings.add('missing-part', 'warning', 'The archive has a configuration but no weights.')
    return undefined
  }
  const member = archive.open(entry)
  const inner = subject.inspectMember(entry.name, member)
  if (inner?.format === 'unknown') {
    const message = `${entry.name} holds no weights: it is another kind of file, or it is cut off or damaged at its beginning.`
    findings.add('damaged', 'error', message, { member: entry.name })
    return undefined
  }
  const start = entry.method === 0 ? member.base - archive.reader.base : undefined
  const tensors = inner?.tensors?.map(({ offset, length, ...tensor }) =>
    offset === undefined || length === undefined || start === undefined
      ? tensor
      : { ...tensor, offset: offset + start, length },
  )
  return inner && { ...inner, ...(tensors && { tensors }) }
}
