import { isAppError } from '../base/errors'
import { parseBoundedJson, toObject } from '../bytes/boundedJson'
import type { JsonObject } from '../bytes/boundedJson'
import type { ByteReader } from '../bytes/byteReader'
import type { InspectionFinding } from '../registry/inspection'

/** Up to this size a model is parsed whole. */
const WHOLE = 1_000_000
/** Sizes of the beginning and of the end in which everything but the trees is looked for. */
const PARTS = [65_536, 1_048_576, 4_194_304]

/** The trees of `gbtree` or the weights of `gblinear`, which are nearly all of a large model. */
const TREES = /"(?:trees|weights)"\s*:\s*\[/
/** What follows them: the end of `model` and the name of the booster. */
const AFTER_TREES = /\]\s*\}\s*,\s*"name"\s*:\s*"(?:gbtree|gblinear)"/g

export interface XgboostJson {
  readonly model: JsonObject
  readonly findings: readonly InspectionFinding[]
  readonly partial: boolean
}

/**
 * Reads a model of any size without its trees: XGBoost writes keys in order, so that what describes the model stands
 * before the trees and behind them. The two parts, joined by an empty list, are parsed as the JSON that they are.
 */
export function readXgboostJson(reader: ByteReader): XgboostJson {
  if (reader.size <= WHOLE) return toResult(parse(reader.bytes(0, reader.size)))
  const before = readBeginning(reader)
  const after = before === undefined ? undefined : readEnd(reader)
  if (before === undefined || after === undefined) {
    return toResult(undefined, 'The list of trees has no beginning or no end.')
  }
  try {
    return toResult(parse(before + after))
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    return toResult(undefined, 'What stands around the list of trees is no JSON.')
  }
}

function parse(text: Uint8Array | string): JsonObject | undefined {
  return toObject(parseBoundedJson(text).value)
}

function toResult(model: JsonObject | undefined, problem?: string): XgboostJson {
  const findings: InspectionFinding[] =
    problem === undefined ? [] : [{ rule: 'damaged', severity: 'error', message: problem }]
  return { model: model ?? {}, findings, partial: model === undefined }
}

/** The text up to the bracket that opens the list. A quote within a string is escaped, so the key can't be in one. */
function readBeginning(reader: ByteReader): string | undefined {
  for (const size of PARTS) {
    const text = decoder.decode(reader.head(0, size))
    const match = TREES.exec(text)
    if (match) return text.slice(0, match.index + match[0].length)
  }
  return undefined
}

/** The text from the bracket that closes the list. */
function readEnd(reader: ByteReader): string | undefined {
  for (const size of PARTS) {
    const length = Math.min(size, reader.size)
    const text = decoder.decode(reader.bytes(reader.size - length, length))
    const last = [...text.matchAll(AFTER_TREES)].at(-1)
    if (last) return text.slice(last.index)
  }
  return undefined
}

const decoder = new TextDecoder()
