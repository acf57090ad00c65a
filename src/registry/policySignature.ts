import { escapeText } from '../base/text'
import type { InspectionSummary, TensorSpec } from './inspection'

type Dimension = number | string | null

/**
 * Why callers of `current` could not call `candidate` in its place; empty where they could. A free or named dimension
 * takes any size, so a candidate may free an input's dimension and must not fix one.
 */
export function signatureProblems(
  candidate: InspectionSummary,
  current: InspectionSummary,
): string[] {
  return [
    ...inputProblems(candidate.inputs ?? [], current.inputs ?? []),
    ...outputProblems(candidate.outputs ?? [], current.outputs ?? []),
  ]
}

/** True where the inspection found inputs or outputs to compare. */
export function hasSignature(summary: InspectionSummary | undefined): summary is InspectionSummary {
  return Boolean(summary?.inputs?.length || summary?.outputs?.length)
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
