import { listing } from '../base/text'
import type { ComparisonRow } from './compare'
import { recordRows, rowsOf, textRow } from './compareRows'
import type { InspectionSummary, TensorSpec } from './inspection'
import type { ModelVersion } from './model'
import { printShape, signatureOf, signatureProblems } from './policySignature'

/** What the readers of model formats found at registration: kind of model, sizes, inputs and outputs. */
export function structureRows(
  versions: readonly ModelVersion[],
  baseline: ModelVersion,
): ComparisonRow[] {
  const rows = rowsOf(versions, {
    class: (version) => textOf(summaryOf(version).modelClass),
    architecture: (version) => textOf(summaryOf(version).architecture),
    quantization: (version) => textOf(summaryOf(version).quantization),
    'made by': (version) => {
      const { producer, producerVersion } = summaryOf(version)
      return [textOf(producer), textOf(producerVersion)].filter(Boolean).join(' ')
    },
    opset: (version) => pairsOf(summaryOf(version).opset),
    'tensor count': (version) => countOf(summaryOf(version).tensorCount),
    'parameter count': (version) => countOf(summaryOf(version).parameterCount),
    'context length': (version) => countOf(summaryOf(version).contextLength),
    trees: (version) => countOf(summaryOf(version).treeCount),
    features: (version) => namesOf(summaryOf(version).featureNames),
    classes: (version) => namesOf(summaryOf(version).classes),
    inputs: (version) => printTensors(signatureOf(version)?.inputs),
    outputs: (version) => printTensors(signatureOf(version)?.outputs),
  })
  const own = signatureOf(baseline)
  if (!own) return rows
  const compatible = textRow('can take its place', versions, (version) => {
    const signature = signatureOf(version)
    if (version === baseline || !signature) return undefined
    const problems = signatureProblems(signature, own)
    return problems.length === 0 ? 'yes' : `no: ${listing(problems)}`
  })
  return [...rows, compatible]
}

/** Settings that the artifacts themselves carry, beside the parameters that were recorded. */
export function hyperparameterRows(versions: readonly ModelVersion[]): ComparisonRow[] {
  return recordRows(versions, (version) => {
    const found: unknown = summaryOf(version).hyperparameters
    return typeof found === 'object' && found !== null && !Array.isArray(found)
      ? (found as Readonly<Record<string, unknown>>)
      : {}
  })
}

// A document may come from anywhere, and only its outer fields are checked when it is read.

type Loose = { readonly [K in keyof InspectionSummary]?: unknown }

function summaryOf({ inspection }: ModelVersion): Loose {
  const summary: unknown = inspection?.summary
  return typeof summary === 'object' && summary !== null ? summary : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function countOf(value: unknown): string | undefined {
  return typeof value === 'number' ? value.toLocaleString('en-US') : undefined
}

function namesOf(value: unknown): string | undefined {
  return Array.isArray(value)
    ? value.filter((name) => typeof name === 'string').join(', ')
    : undefined
}

function pairsOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value)
    .map(([name, version]) => `${name} ${String(version)}`)
    .join(', ')
}

function printTensors(tensors: readonly TensorSpec[] | undefined): string | undefined {
  return tensors
    ?.map(({ name, dtype, shape }) =>
      [name, dtype, shape && printShape(shape)].filter(Boolean).join(' '),
    )
    .join(', ')
}
