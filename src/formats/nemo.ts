import { isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { detectCodec } from '../bytes/compressed'
import { inflate } from '../bytes/inflate'
import { LIMITS } from '../bytes/limits'
import type { TarEntry } from '../bytes/tar'
import { isTar, readTar } from '../bytes/tar'
import { toText } from '../bytes/boundedJson'
import type { JsonObject } from '../bytes/boundedJson'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { Findings, toMetadata } from './summary'
import { MAX_YAML, parseYamlObject } from './yamlFile'

const CONFIGURATION = 'model_config.yaml'
const WEIGHTS = /(?:^|\/)model_weights\.ckpt$/
/** Bytes of a compressed archive in which its configuration is looked for. */
const PROBED = 1024 * 1024

/** A NeMo checkpoint: a tar, compressed or not, of a YAML configuration and a PyTorch checkpoint. */
export const nemo: FileFormat = {
  id: 'nemo',
  extensions: ['.nemo'],
  match(subject) {
    const archive = openArchive(subject, PROBED)
    return archive !== undefined && findConfiguration(members(archive, subject)) !== undefined
  },
  inspect: inspectNemo,
}

/** The tar inside the file, inflated up to a limit where it is compressed. */
function openArchive({ reader, head }: FileSubject, limit: number): ByteReader | undefined {
  if (isTar(head)) return reader
  if (detectCodec(head) !== 'gzip') return undefined
  try {
    const { bytes } = inflate('gzip', reader, limit)
    return isTar(bytes) ? ByteReader.of(bytes) : undefined
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

function members(archive: ByteReader, { budget }: FileSubject): readonly TarEntry[] {
  return readTar(archive, budget).entries.filter(({ isFile }) => isFile)
}

function findConfiguration(entries: readonly TarEntry[]): TarEntry | undefined {
  return entries.find(({ name }) => name.replace(/^\.\//, '') === CONFIGURATION)
}

function inspectNemo(subject: FileSubject): FormatResult {
  const archive = openArchive(subject, LIMITS.inflated) ?? subject.reader
  const { entries, complete } = readTar(archive, subject.budget)
  const findings = new Findings()
  if (!complete) findings.add('truncated', 'error', 'The archive ends before its last member does.')
  const config = readConfiguration(archive, findConfiguration(entries), findings)
  const weights = entries.find(({ name }) => WEIGHTS.test(name))
  const inner =
    weights && subject.inspectMember(weights.name, archive.view(weights.offset, weights.size))
  const isInPlace = archive === subject.reader
  const tensors = inner?.tensors?.map(({ offset, ...tensor }) =>
    isInPlace && offset !== undefined && weights
      ? { ...tensor, offset: offset + weights.offset }
      : tensor,
  )
  const architecture = toText(config['target'])
  const version = toText(config['nemo_version'])
  return {
    framework: 'pytorch',
    summary: {
      ...inner?.summary,
      producer: 'NeMo',
      ...(version && { producerVersion: version }),
      ...(architecture && { architecture, modelClass: architecture }),
      metadata: toMetadata([['restoredFrom', toText(config['restore_from_path'])]]),
    },
    ...(tensors && { tensors }),
    findings: [...findings.list(), ...(inner?.findings ?? [])],
    partial: !complete || weights === undefined || (inner?.partial ?? false),
  }
}

function readConfiguration(
  archive: ByteReader,
  entry: TarEntry | undefined,
  findings: Findings,
): JsonObject {
  if (!entry) return {}
  try {
    const bytes = archive.bytes(entry.offset, Math.min(entry.size, MAX_YAML))
    return parseYamlObject(Buffer.from(bytes).toString('utf8'), CONFIGURATION)
  } catch (error) {
    if (!isAppError(error)) throw error
    findings.add('damaged', 'error', error.message, { member: entry.name })
    return {}
  }
}
