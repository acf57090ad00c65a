import { isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { LIMITS } from '../bytes/limits'
import type { PickleValue } from '../bytes/pickleValues'
import { isKind } from '../bytes/pickleValues'
import { describeObject } from './estimators'
import type { FileSubject, FormatResult } from './format'

/** Describes an object by its class and attributes, and by the native model that a booster carries. */
export function describeWithBooster(
  value: PickleValue | undefined,
  reader: ByteReader,
  subject: FileSubject,
): FormatResult {
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
