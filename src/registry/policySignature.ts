import { escapeText } from '../base/text'
import type { TensorSpec } from './inspection'
import type { ModelVersion } from './model'

type Dimension = number | string | null

/** A model's inputs and outputs. */
export interface Signature {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/**
 * The inputs and outputs that a version was inspected to have; `undefined` where there are none. A document may come
 * from anywhere, and only its outer fields are checked when it is read: what is malformed in here is passed over.
 */
export function signatureOf(version: ModelVersion): Signature | undefined {
  const summary: unknown = version.inspection?.summary
  const inputs = tensorsOf(field(summary, 'inputs'))
  const outputs = tensorsOf(field(summary, 'outputs'))
  return inputs.length > 0 || outputs.length > 0 ? { inputs, outputs } : undefined
}

function tensorsOf(value: unknown): TensorSpec[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown): TensorSpec[] => {
    const [name, dtype, shape] = ['name', 'dtype', 'shape'].map((key) => field(item, key))
    if (typeof name !== 'string') return []
    return [
      {
        name,
        ...(typeof dtype === 'string' && { dtype }),
        ...(isShape(shape) && { shape }),
      },
    ]
  })
}

function isShape(value: unknown): value is Dimension[] {
  return (
    Array.isArray(value) &&
    value.every((item) => item === null || typeof item === 'number' || typeof item === 'string')
  )
}

/** An own field of what may be an object. */
function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return Reflect.get(value, key)
}

/**
 * Why callers of `current` could not call `candidate` in its place; empty where they could. A free or named dimension
 * takes any size, so a candidate may free an input's dimension and must not fix one.
 */
export function signatureProblems(candidate: Signature, current: Signature): string[] {
  return [
    ...inputProblems(candidate.inputs, current.inputs),
    ...outputProblems(candidate.outputs, current.outputs),
  ]
}

function inputProblems(
  candidates: readonly TensorSpec[],
  currents: readonly TensorSpec[],
): string[] {
  const problems: string[] = []
  for (const input of candidates) {
    const current = currents.find(({ name }) => name === input.name)
    if (!current) problems.push(`new input ${name(input)}`)
    else
      problems.push(
        ...differences('input', input, current, (now, then) => then === now || !isFixed(now)),
      )
  }
  for (const input of currents) {
    if (!candidates.some((other) => other.name === input.name)) {
      problems.push(`no input ${name(input)} any more`)
    }
  }
  return problems
}

function outputProblems(
  candidates: readonly TensorSpec[],
  currents: readonly TensorSpec[],
): string[] {
  return currents.flatMap((output) => {
    const candidate = candidates.find((other) => other.name === output.name)
    if (!candidate) return [`no output ${name(output)} any more`]
    return differences(
      'output',
      candidate,
      output,
      (now, then) => now === then || !isFixed(now) || !isFixed(then),
    )
  })
}

function differences(
  noun: string,
  candidate: TensorSpec,
  current: TensorSpec,
  fits: (candidate: Dimension, current: Dimension) => boolean,
): string[] {
  const problems: string[] = []
  if (candidate.dtype && current.dtype && candidate.dtype !== current.dtype) {
    problems.push(`${noun} ${name(candidate)} is ${candidate.dtype}, was ${current.dtype}`)
  }
  const { shape } = candidate
  const before = current.shape
  if (!shape || !before) return problems
  const isFitting =
    shape.length === before.length &&
    shape.every((dimension, index) => fits(dimension, before[index] ?? null))
  if (!isFitting) {
    problems.push(
      `${noun} ${name(candidate)} has shape ${printShape(shape)}, had ${printShape(before)}`,
    )
  }
  return problems
}

function isFixed(dimension: Dimension): boolean {
  return typeof dimension === 'number'
}

function name(tensor: TensorSpec): string {
  return escapeText(tensor.name, 60)
}

/** `[batch, 3, 224, ?]` */
export function printShape(shape: readonly Dimension[]): string {
  return `[${shape.map((dimension) => escapeText(String(dimension ?? '?'), 40)).join(', ')}]`
}
