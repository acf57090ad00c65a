import assert from 'node:assert/strict'
import { inspectPath } from '../../../src/formats/inspect'
import { assertFacts, containsTensors, fixturesOf } from '../../support/expected'
import type { Check } from '../../support/expected'

const FORMATS = [
  'safetensors',
  'gguf',
  'onnx',
  'saved-model',
  'tf-frozen-graph',
  'tf-checkpoint',
  'coreml-mlmodel',
  'coreml-mlpackage',
  'tflite',
  'catboost',
  'xgboost-json',
  'xgboost-ubj',
  'lightgbm-text',
  'hdf5',
  'openvino',
  'pmml',
  'tfjs',
  'executorch',
  'ort',
  'tensorrt',
  'ggml-legacy',
  'unknown',
]

type Named = readonly { readonly name: string; readonly shape: readonly number[] }[]

const shapesOf = (list: Named): string[] => list.map(({ shape }) => shape.join('x')).sort()

/** Metadata that the file has as a scalar; lists of it are counted and not kept. */
const scalarMetadata: Check = (value, { summary }) => {
  for (const [name, expected] of Object.entries(value as object)) {
    if (typeof expected === 'object') continue
    const actual = summary.metadata?.[name]
    if (typeof actual === 'string' && actual.endsWith('…')) {
      assert.ok(String(expected).startsWith(actual.slice(0, -1)), name)
    } else {
      assert.deepEqual(actual, expected, name)
    }
  }
}

const SPECIAL: Readonly<Record<string, Check | false>> = {
  metadata: scalarMetadata,
  attributes: (value, inspection, facts) => {
    // A summary keeps 200 entries, and the beginning of long ones.
    scalarMetadata(value, inspection, facts)
  },
  datasets: (value, { tensors }) => containsTensors(tensors, value, 'datasets'),
  variables: (value, { tensors }, facts) => {
    if (facts.format === 'saved-model') return
    const own = tensors.filter(({ name }) => !name.startsWith('optimizer'))
    assert.deepEqual(shapesOf(own), shapesOf(value as Named))
  },
  checkpointEntries: (value, { tensors }) => {
    const entries = value as readonly (readonly [string, readonly number[]])[]
    assert.deepEqual(
      tensors.map(({ name, shape }) => [name, shape]),
      entries.map(([name, shape]) => [name, shape]),
    )
  },
  signatures: (value, { summary }) => {
    const names = Array.isArray(value) ? value.map(String) : Object.keys(value as object)
    assert.equal(summary.metadata?.['signatures'], [...names].sort().join(', '))
  },
  operators: (value, { summary }) => {
    const names = value as readonly string[]
    for (const name of new Set(names)) {
      assert.equal(summary.layers?.[name], names.filter((other) => other === name).length)
    }
  },
  optimizer: (value, { summary }) =>
    assert.equal(String(summary.metadata?.['optimizer']).replace(/^Custom>/, ''), value),
  totalSize: (value, { summary }) => {
    const sizes = Object.values(summary.bytesByDtype ?? {})
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      value,
    )
  },
  // All of the training's options, of which the summary has those that were given.
  boostingOptions: false,
  // The names of what CatBoost notes about a training; what they say is compared field by field.
  metadataKeys: false,
}

describe('fixtures of real frameworks', () => {
  for (const { path, file, facts } of fixturesOf(FORMATS)) {
    it(`reads ${path} as its framework does`, async () => {
      const inspection = await inspectPath(file, { detailed: true })
      assertFacts(inspection, facts, SPECIAL)
      assert.equal(inspection.partial, false)
      assert.deepEqual(
        inspection.findings.filter(({ severity }) => severity === 'error'),
        [],
      )
    })
  }
})
