import type {
  DetailedInspection,
  InspectionSummary,
  MetadataValue,
  TensorInfo,
  TensorSpec,
} from '../registry/inspection'
import { canonicalDtype } from './dtypeNames'
import { groupNames } from './nameGroups'

/** A tensor that both models have, with different shapes or types. */
export interface TensorChange {
  readonly name: string
  readonly before: Pick<TensorInfo, 'dtype' | 'shape'>
  readonly after: Pick<TensorInfo, 'dtype' | 'shape'>
}

export interface TensorComparison {
  readonly added: readonly TensorInfo[]
  readonly removed: readonly TensorInfo[]
  readonly reshaped: readonly TensorChange[]
  /** Of the same shape and another type. */
  readonly retyped: readonly TensorChange[]
  /** How many are the same in name, shape and type. */
  readonly same: number
  /** Of those, the ones whose content differs and the patterns that cover them (`head.*`), where digests were given. */
  readonly content?: {
    readonly compared: number
    readonly changed: readonly string[]
    readonly changedGroups: readonly string[]
  }
}

/** An input or output on one side, or on both and different. */
export interface SpecChange {
  readonly name: string
  readonly before?: TensorSpec
  readonly after?: TensorSpec
}

export interface SpecComparison {
  /** Whether whoever used the first model can use the second as it is; `undefined` where one of them says nothing. */
  readonly compatible: boolean | undefined
  readonly changes: readonly SpecChange[]
}

/** A setting or fact; what is absent is not known on that side. */
export interface ValueChange {
  readonly name: string
  readonly before?: MetadataValue | null
  readonly after?: MetadataValue | null
}

/** What differs between two models apart from their metrics. */
export interface StructureComparison {
  readonly facts: readonly ValueChange[]
  readonly tensors: TensorComparison
  readonly inputs: SpecComparison
  readonly outputs: SpecComparison
  readonly hyperparameters: readonly ValueChange[]
  /** What is damaged on a side, as sentences: what that side lacks here may be in the model all the same. */
  readonly problems: { readonly before: readonly string[]; readonly after: readonly string[] }
}

/** SHA-256 of tensors by name, from `digestTensors`. */
export interface TensorDigests {
  readonly before: ReadonlyMap<string, string>
  readonly after: ReadonlyMap<string, string>
}

/** Compares two inspections; `before` and `after` are only the names of the sides. */
export function compareStructure(
  before: DetailedInspection,
  after: DetailedInspection,
  digests?: TensorDigests,
): StructureComparison {
  return {
    facts: compareFacts(before, after),
    tensors: compareTensors(before.tensors, after.tensors, digests),
    inputs: compareSpecs(before.summary.inputs, after.summary.inputs, acceptsInput, true),
    outputs: compareSpecs(before.summary.outputs, after.summary.outputs, givesOutput, false),
    hyperparameters: compareValues(
      before.summary.hyperparameters ?? {},
      after.summary.hyperparameters ?? {},
    ),
    problems: { before: problemsOf(before), after: problemsOf(after) },
  }
}

function problemsOf({ findings }: DetailedInspection): string[] {
  return findings.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []))
}

/** Fields of the summary that are one value. */
const FACTS = [
  'architecture',
  'modelClass',
  'producer',
  'producerVersion',
  'quantization',
  'contextLength',
  'tensorCount',
  'parameterCount',
  'featureCount',
  'treeCount',
] as const satisfies readonly (keyof InspectionSummary)[]

function compareFacts(before: DetailedInspection, after: DetailedInspection): ValueChange[] {
  const facts = ({
    format,
    framework,
    summary,
  }: DetailedInspection): Record<string, MetadataValue> => {
    const result: Record<string, MetadataValue> = { format, framework }
    for (const name of FACTS) {
      const value = summary[name]
      if (value !== undefined) result[name] = value
    }
    if (summary.featureNames) result['featureNames'] = summary.featureNames.join(', ')
    if (summary.classes) result['classes'] = summary.classes.join(', ')
    for (const [domain, version] of Object.entries(summary.opset ?? {})) {
      result[`opset ${domain}`] = version
    }
    return result
  }
  return compareValues(facts(before), facts(after))
}

function compareValues(
  before: Readonly<Record<string, MetadataValue | null>>,
  after: Readonly<Record<string, MetadataValue | null>>,
): ValueChange[] {
  const changes: ValueChange[] = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [own(before, name), own(after, name)]
    if (old === now) continue
    changes.push({
      name,
      ...(old !== undefined && { before: old }),
      ...(now !== undefined && { after: now }),
    })
  }
  return changes
}

function own(
  record: Readonly<Record<string, MetadataValue | null>>,
  name: string,
): MetadataValue | null | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function compareTensors(
  before: readonly TensorInfo[],
  after: readonly TensorInfo[],
  digests: TensorDigests | undefined,
): TensorComparison {
  const old = new Map(before.map((tensor) => [tensor.name, tensor]))
  const now = new Map(after.map((tensor) => [tensor.name, tensor]))
  const reshaped: TensorChange[] = []
  const retyped: TensorChange[] = []
  const same: string[] = []
  for (const [name, tensor] of now) {
    const was = old.get(name)
    if (!was) continue
    const change = { name, before: typeOf(was), after: typeOf(tensor) }
    if (!sameShape(was.shape, tensor.shape)) reshaped.push(change)
    else if (!sameDtype(was.dtype, tensor.dtype)) retyped.push(change)
    else same.push(name)
  }
  return {
    added: [...now.values()].filter(({ name }) => !old.has(name)),
    removed: [...old.values()].filter(({ name }) => !now.has(name)),
    reshaped,
    retyped,
    same: same.length,
    ...(digests && { content: compareContent(same, [...now.keys()], digests) }),
  }
}

function compareContent(
  same: readonly string[],
  all: readonly string[],
  { before, after }: TensorDigests,
): NonNullable<TensorComparison['content']> {
  const compared = same.filter((name) => before.has(name) && after.has(name))
  const changed = compared.filter((name) => before.get(name) !== after.get(name))
  return { compared: compared.length, changed, changedGroups: groupNames(changed, all) }
}

function typeOf({ dtype, shape }: TensorInfo): Pick<TensorInfo, 'dtype' | 'shape'> {
  return { dtype, shape }
}

function sameDtype(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalDtype(a) === canonicalDtype(b))
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

type Dimension = number | string | null

/** Whether a spec may stand in for another: types and ranks are equal where both are known, and `fits` holds on each axis. */
function specFits(
  before: TensorSpec,
  after: TensorSpec,
  fits: (before: Dimension, after: Dimension) => boolean,
): boolean {
  const areKnown = before.dtype !== undefined && after.dtype !== undefined
  if (areKnown && !sameDtype(before.dtype, after.dtype)) return false
  const [old, now] = [before.shape, after.shape]
  if (!old || !now) return true
  return old.length === now.length && old.every((size, axis) => fits(size, now[axis] ?? null))
}

/** A free dimension takes everything; a fixed one only itself. */
function acceptsInput(before: TensorSpec, after: TensorSpec): boolean {
  return specFits(before, after, (old, now) => typeof now !== 'number' || old === now)
}

/** Who reads an output of a fixed size relies on it; one of a free size takes every size. */
function givesOutput(before: TensorSpec, after: TensorSpec): boolean {
  return specFits(before, after, (old, now) => typeof old !== 'number' || old === now)
}

function compareSpecs(
  before: readonly TensorSpec[] | undefined,
  after: readonly TensorSpec[] | undefined,
  fits: (before: TensorSpec, after: TensorSpec) => boolean,
  additionsBreak: boolean,
): SpecComparison {
  if (!before || !after) return { compatible: undefined, changes: [] }
  const changes: SpecChange[] = []
  let compatible = true
  const left = new Set(after)
  for (const [index, old] of before.entries()) {
    // Without a name it is the position that counts.
    const now = old.name === '' ? after[index] : after.find(({ name }) => name === old.name)
    if (!now) {
      changes.push({ name: old.name, before: old })
      // A model that needs one input less can't be given it; one output less is missed.
      compatible = false
      continue
    }
    left.delete(now)
    if (!isSameSpec(old, now)) changes.push({ name: old.name, before: old, after: now })
    compatible &&= fits(old, now)
  }
  for (const now of left) {
    changes.push({ name: now.name, after: now })
    if (additionsBreak) compatible = false
  }
  return { compatible, changes }
}

function isSameSpec(a: TensorSpec, b: TensorSpec): boolean {
  return sameDtype(a.dtype, b.dtype) && JSON.stringify(a.shape) === JSON.stringify(b.shape)
}
