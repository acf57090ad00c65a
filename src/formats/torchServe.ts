import { parseBoundedJson, toObject, toText } from '../bytes/boundedJson'
import type { JsonObject } from '../bytes/boundedJson'
import { LIMITS } from '../bytes/limits'
import type { ZipArchive } from '../bytes/zip'
import type { FileFormat, FileSubject, FormatResult, Inspected } from './format'
import { Findings, toMetadata } from './summary'

const MANIFEST = 'MAR-INF/MANIFEST.json'

/** An archive of TorchServe: a manifest, a serialized model, a handler in Python. */
export const torchServe: FileFormat = {
  id: 'torchserve-mar',
  extensions: ['.mar'],
  match: (subject) => subject.zip()?.get(MANIFEST) !== undefined,
  inspect: inspectMar,
}

function inspectMar(subject: FileSubject): FormatResult {
  const archive = subject.zip()
  const findings = new Findings()
  const model = (archive && readManifest(archive)) ?? {}
  const inner =
    archive && inspectSerialized(archive, toText(model['serializedFile']), subject, findings)
  const handler = toText(model['handler'])
  if (handler?.endsWith('.py')) {
    const message = 'The archive brings a handler in Python, which runs when it is served.'
    findings.add('code', 'warning', message, { member: handler })
  }
  const name = toText(model['modelName'])
  return {
    framework: 'pytorch',
    summary: {
      ...inner?.summary,
      producer: 'TorchServe',
      metadata: toMetadata([
        ...Object.entries(inner?.summary.metadata ?? {}),
        ['modelVersion', toText(model['modelVersion'])],
        ['handler', handler],
      ]),
    },
    ...(inner?.tensors && { tensors: inner.tensors }),
    findings: [...findings.list(), ...(inner?.findings ?? [])],
    partial: inner?.partial ?? false,
    ...(name && { suggestedName: name }),
  }
}

function readManifest(archive: ZipArchive): JsonObject | undefined {
  const entry = archive.get(MANIFEST)
  if (!entry) return undefined
  const member = archive.open(entry)
  const manifest = toObject(parseBoundedJson(member.head(0, LIMITS.json)).value)
  return toObject(manifest?.['model'])
}

/** The model itself, with offsets of tensors only where it is stored as it is. */
function inspectSerialized(
  archive: ZipArchive,
  name: string | undefined,
  subject: FileSubject,
  findings: Findings,
): Inspected | undefined {
  const entry = name === undefined ? undefined : archive.get(name)
  if (!entry) {
    if (name !== undefined) {
      findings.add('missing-part', 'error', 'The model that the manifest names is not there.', {
        member: name,
      })
    }
    return undefined
  }
  const member = archive.open(entry)
  const inner = subject.inspectMember(entry.name, member)
  const start = entry.method === 0 ? member.base - archive.reader.base : undefined
  const tensors = inner?.tensors?.map(({ offset, length, ...tensor }) =>
    offset === undefined || start === undefined
      ? tensor
      : { ...tensor, offset: offset + start, ...(length !== undefined && { length }) },
  )
  return inner && { ...inner, ...(tensors && { tensors }) }
}
