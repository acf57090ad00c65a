import { isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { LIMITS } from '../bytes/limits'
import type { PickleOptions, PickleResult } from '../bytes/pickle'
import { readPickles } from '../bytes/pickleStream'
import type { PickleValue } from '../bytes/pickleValues'
import { isKind } from '../bytes/pickleValues'
import type { InspectionSummary } from '../registry/inspection'
import { describeObject } from './estimators'
import type { FileSubject, FormatResult } from './format'
import { Findings } from './summary'
import { describeTorchObject } from './torchObject'

/** Describes what the pickles of a file hold: the first is the model, the others are counted. */
export function describePickles(
  subject: FileSubject,
  reader: ByteReader,
  options: Omit<PickleOptions, 'budget'> = {},
  facts: InspectionSummary['metadata'] = {},
): FormatResult {
  let first: PickleResult | undefined
  let pickles = 0
  let end = 0
  const settings = { recordEvents: false, ...options, budget: subject.budget }
  for (const result of readPickles(reader, settings)) {
    first ??= result
    pickles++
    end = result.end
  }
  const findings = new Findings()
  if (!first) return { framework: 'custom', summary: {}, partial: true }
  reportPickle(first, findings)
  if (end < reader.size && first.stopped) {
    const message = `${reader.size - end} bytes follow the end of the pickle.`
    findings.add('trailing-data', 'note', message, { offset: reader.base + end })
  }
  const described = describeValue(first.value, reader, subject)
  const metadata = {
    ...described.summary.metadata,
    ...facts,
    ...(first.stopped && { protocol: first.protocol }),
    ...(pickles > 1 && { pickles }),
  }
  return {
    ...described,
    summary: { ...described.summary, metadata },
    findings: [...findings.list(), ...(described.findings ?? [])],
    partial: first.error !== undefined || first.exhausted || !first.stopped,
  }
}

/** What keeps a pickle from being read whole, as findings. */
export function reportPickle(
  { error, exhausted, end }: PickleResult,
  findings: Findings,
  member?: string,
): void {
  const at = { offset: error?.location?.offset ?? end, ...(member !== undefined && { member }) }
  if (exhausted) {
    findings.add('too-large', 'warning', 'The pickle is larger than is looked at.', at)
  } else if (error) {
    findings.add('damaged', 'error', `The pickle can't be loaded: ${error.message}`, at)
  }
}

/** A pickled value: a network or its tensors, or an estimator, with the native model that a booster carries. */
function describeValue(
  value: PickleValue | undefined,
  reader: ByteReader,
  subject: FileSubject,
): FormatResult {
  const torch = describeTorchObject(value, reader)
  if (torch) return torch
  const { embedded, ...described } = describeObject(value, reader)
  const native = embedded === undefined ? undefined : inspectEmbedded(embedded, reader, subject)
  if (!native) return described
  const { metadata, ...summary } = described.summary
  return {
    framework: described.framework,
    summary: {
      ...native.summary,
      ...summary,
      metadata: { ...native.summary.metadata, ...metadata },
    },
    ...(native.findings && { findings: native.findings }),
  }
}

/** XGBoost pickles `{Config: …, Model: …}` in UBJSON: the model is what `save_model` would write. */
const XGBOOST_MODEL = Buffer.from('L\0\0\0\0\0\0\0\x05Model')
/** The configuration before it has a few kilobytes. */
const MAX_CONFIGURATION = 1024 * 1024

function nativeModel(buffer: ByteReader): ByteReader {
  const head = Buffer.from(buffer.head(0, MAX_CONFIGURATION))
  if (!head.subarray(0, 32).includes('Config')) return buffer
  const at = head.indexOf(XGBOOST_MODEL)
  const start = at + XGBOOST_MODEL.length
  return at < 0 ? buffer : buffer.view(start, buffer.size - start - 1)
}

function inspectEmbedded(
  value: PickleValue,
  reader: ByteReader,
  subject: FileSubject,
): FormatResult | undefined {
  if (typeof value === 'string') {
    return subject.inspectMember('booster', ByteReader.of(Buffer.from(value)))
  }
  if (!isKind(value, 'bytes') && !isKind(value, 'bytearray') && !isKind(value, 'long-text')) {
    return undefined
  }
  const { offset, length } = value.literal
  if (length > LIMITS.json) return undefined
  try {
    return subject.inspectMember('booster', nativeModel(reader.view(offset, length)))
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}
