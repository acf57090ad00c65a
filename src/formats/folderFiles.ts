import { isAppError } from '../base/errors'
import type { JsonObject } from '../bytes/boundedJson'
import { parseBoundedJson, toObject } from '../bytes/boundedJson'
import type {
  InspectionFinding,
  MetadataValue,
  ModelParts,
  TensorInfo,
} from '../registry/inspection'
import type { FolderSubject } from './format'

/** Configuration files are small; what is larger is something else. */
const MAX_CONFIGURATION = 16 * 1024 * 1024

/** A text file of a folder; `undefined` where it is not there or larger than `limit` bytes. */
export function readTextFile(
  folder: FolderSubject,
  path: string,
  limit = MAX_CONFIGURATION,
): string | undefined {
  const size = folder.files.get(path)
  if (size === undefined || size > limit) return undefined
  return Buffer.from(folder.open(path)?.head(0, size) ?? []).toString('utf8')
}

/** A JSON object of a folder; `undefined` where there is none: whether that is a problem is the caller's to say. */
export function readJsonFile(folder: FolderSubject, path: string): JsonObject | undefined {
  const text = readTextFile(folder, path)
  if (text === undefined) return undefined
  try {
    return toObject(parseBoundedJson(text).value)
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

/** The weights of a folder's model, read from one or several of its files. */
export interface FolderWeights {
  readonly tensors: readonly TensorInfo[]
  readonly findings: readonly InspectionFinding[]
  readonly partial: boolean
  readonly parts?: ModelParts
  /** What the files carry beside their tensors. */
  readonly metadata: Readonly<Record<string, MetadataValue>>
}

/** Reads weights out of files of a folder and notes for each tensor in which it lies, relative to the folder. */
export function readWeightFiles(folder: FolderSubject, paths: readonly string[]): FolderWeights {
  const tensors: TensorInfo[] = []
  const findings: InspectionFinding[] = []
  const metadata: Record<string, MetadataValue> = {}
  const present: string[] = []
  const missing: string[] = []
  let partial = false
  for (const path of paths) {
    const result = folder.inspectFile(path)
    if (!result) continue
    const base = path.slice(0, path.lastIndexOf('/') + 1)
    Object.assign(metadata, result.summary.metadata)
    partial ||= result.partial ?? false
    for (const tensor of result.tensors ?? []) {
      tensors.push({ ...tensor, file: tensor.file === undefined ? path : base + tensor.file })
    }
    for (const item of result.findings ?? []) {
      findings.push({
        ...item,
        member: item.member === undefined ? path : `${path}!${item.member}`,
      })
    }
    present.push(...(result.parts?.present ?? []).map((name) => base + name))
    missing.push(...(result.parts?.missing ?? []).map((name) => base + name))
  }
  const hasParts = present.length > 0 || missing.length > 0
  return { tensors, findings, partial, metadata, ...(hasParts && { parts: { present, missing } }) }
}

/** The files that hold the weights, for names in order of preference: one file, or the index of its shards. */
export function findWeights(
  folder: FolderSubject,
  base: string,
  stems: readonly string[],
): string[] {
  const names = stems.flatMap((stem) => [
    `${stem}.safetensors`,
    `${stem}.safetensors.index.json`,
    `${stem}.bin`,
    `${stem}.bin.index.json`,
  ])
  const found = names.find((name) => folder.files.has(base + name))
  return found === undefined ? [] : [base + found]
}
