import { escapeText } from '../base/text'
import type {
  InspectionFinding,
  InspectionSeverity,
  InspectionSummary,
  MetadataValue,
  TensorInfo,
} from '../registry/inspection'

/** Findings of one kind that are kept for one file: the first ones say where to look. */
const FINDINGS_OF_A_RULE = 20

/** Count, parameters and bytes of tensors, for each dtype, largest first. */
export function tallyTensors(
  tensors: readonly TensorInfo[],
): Pick<
  InspectionSummary,
  'tensorCount' | 'parameterCount' | 'parametersByDtype' | 'bytesByDtype'
> {
  const parameters = new Map<string, number>()
  const bytes = new Map<string, number>()
  let total = 0
  for (const tensor of tensors) {
    total += tensor.parameters
    add(parameters, tensor.dtype, tensor.parameters)
    if (tensor.bytes !== undefined) add(bytes, tensor.dtype, tensor.bytes)
  }
  return {
    tensorCount: tensors.length,
    parameterCount: total,
    ...(tensors.length > 0 && { parametersByDtype: toCounts(parameters) }),
    ...(bytes.size > 0 && { bytesByDtype: toCounts(bytes) }),
  }
}

/** Adds to a count that is kept by name. */
export function add(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}

/** Counts by name as a record, largest first, then in the order of first appearance. */
export function toCounts(counts: ReadonlyMap<string, number>): Record<string, number> {
  const entries = [...counts].sort((a, b) => b[1] - a[1])
  return Object.fromEntries(entries)
}

/** The number of elements of a shape; `undefined` where it is no count, or beyond 2^53. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) return undefined
    count *= dimension
  }
  return Number.isSafeInteger(count) ? count : undefined
}

/** Metadata without the entries that are not set, or that JSON can't hold. */
export function toMetadata(
  entries: Iterable<readonly [string, MetadataValue | undefined]>,
): Record<string, MetadataValue> {
  const kept: [string, MetadataValue][] = []
  for (const [key, value] of entries) {
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) continue
    kept.push([key, value])
  }
  return Object.fromEntries(kept)
}

/** Collects findings; of each rule the first ones are kept, so that no file makes a report of a million lines. */
export class Findings {
  readonly #list: InspectionFinding[] = []
  readonly #counts = new Map<string, number>()

  /** `message` is a sentence; text from the file in it has gone through `quote`. */
  add(
    rule: string,
    severity: InspectionSeverity,
    message: string,
    place: { member?: string; offset?: number } = {},
  ): void {
    add(this.#counts, rule)
    if ((this.#counts.get(rule) ?? 0) <= FINDINGS_OF_A_RULE) {
      this.#list.push({ rule, severity, message, ...place })
    }
  }

  list(): readonly InspectionFinding[] {
    return this.#list
  }
}

/** A name out of a file, escaped and short, in quotation marks. */
export function quote(text: string): string {
  return `"${escapeText(text, 80)}"`
}
