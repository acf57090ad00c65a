import assert from 'node:assert/strict'
import { inspectPath } from '../../../src/formats/inspect'
import type { Check } from '../../support/expected'
import { assertFacts, containsTensors, fixturesOf } from '../../support/expected'

const FORMATS = [
  'pickle',
  'joblib',
  'skops',
  'npy',
  'npz',
  'keras-v3',
  'torch-zip',
  'torch-legacy',
  'torchscript',
  'torch-export',
  'torch-package',
  'torchserve-mar',
  'nemo',
  'mlflow',
  'transformers',
  'diffusers',
  'peft',
  'sentence-transformers',
]

/** The summary counts the model's own tensors, the list has all of the checkpoint. */
const modelParameters: Check = (value, { summary }, facts) => {
  if (facts['modelTensors'] !== undefined) assert.equal(summary.parameterCount, value)
}

const SPECIAL: Readonly<Record<string, Check | false>> = {
  modelParameterCount: modelParameters,
  modelTensors: (value, { summary }) =>
    assert.equal(summary.tensorCount, (value as readonly string[]).length),
  trainableParameterCount: (value, { summary }) =>
    assert.equal(summary.metadata?.['trainableParameterCount'] ?? summary.parameterCount, value),
  // Keras names variables by their layers when it loads them; in the file they are numbered.
  variables: (value, { tensors }) => {
    const shapes = (list: readonly { readonly shape: readonly number[] }[]): string[] =>
      list.map(({ shape }) => shape.join('x')).sort()
    const own = tensors.filter(({ name }) => !name.split('/').includes('optimizer'))
    assert.deepEqual(shapes(own), shapes(value as { shape: number[] }[]))
  },
  datasets: (value, { tensors }) => containsTensors(tensors, value, 'datasets'),
  hasObjects: (value, { findings }) =>
    assert.equal(
      findings.some(({ rule }) => rule === 'object-array'),
      value,
    ),
  // What loading may execute is for the scanner to say.
  untrustedTypes: false,
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

  it('lists the settings of an estimator, and nothing else that it keeps by itself', async () => {
    for (const { file, facts, path } of fixturesOf(['pickle', 'joblib', 'skops'])) {
      if (!/forest|gradient-boosting|boosting-three/.test(path)) continue
      const { summary } = await inspectPath(file)
      const settings = Object.keys(facts['hyperparameters'] as object)
      assert.deepEqual(Object.keys(summary.hyperparameters ?? {}).sort(), settings.sort(), path)
    }
  })
})
