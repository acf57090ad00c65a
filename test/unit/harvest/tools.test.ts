import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { field, flatten, isRecord, list } from '../../../src/harvest/flatten'
import { harvest } from '../../../src/harvest/harvest'
import type { HarvestResult, HarvestedValue } from '../../../src/harvest/harvester'

/** What real tools left behind, and what their own interfaces say of it: see the README there. */
const FIXTURES = join(import.meta.dirname, '../../fixtures/harvest')

interface Expected {
  readonly [field: string]: unknown
}

function readExpected(name: string): Expected {
  const parsed: unknown = JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8'))
  assert.ok(isRecord(parsed))
  return parsed
}

function harvestFixture(name: string, model: unknown): Promise<HarvestResult> {
  assert.ok(typeof model === 'string')
  const root = join(FIXTURES, name, 'workspace')
  return harvest(join(root, model), { root })
}

/** The tool's names for its parts of the data, where a file has others. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  // CatBoost's interface says `validation` for what its file calls `test`.
  [/^validation\./, 'test.'],
  [/^base_model_name_or_path$/, 'base_model'],
]

/** True for the value that a tool calls by this name: under its own name, or under a well-known one with its key. */
function bears(value: HarvestedValue, name: string): boolean {
  const plain = RENAMED.reduce((text, [from, to]) => text.replace(from, to), name)
  const separators = (text: string): string => text.replaceAll('/', '.')
  return (
    separators(value.name) === separators(plain) ||
    separators(value.key) === separators(plain) ||
    value.key.split('.').at(-1) === plain ||
    isWellKnown(value, plain)
  )
}

/** A curve's key may be a place in the file; then the name says what it is. */
function isWellKnown(value: HarvestedValue, name: string): boolean {
  return value.place === 'metrics' && value.name === wellKnownName(name)
}

/** The well-known name of a measure, whatever the data it was taken on. */
function wellKnownName(name: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    auc: 'auc_roc',
    accuracy: 'accuracy',
    f1: 'f1_score',
  }
  const measure = name.toLowerCase().split(/[./]/).at(-1) ?? ''
  return known[measure.replace(/^eval_|-score$/g, '')]
}

/** Equal, up to the ten digits that CatBoost writes. */
function isClose(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.abs(b)
  // PyTorch writes a hyperparameter that is True as the number 1.
  if (typeof a === 'number' && typeof b === 'boolean') return a === Number(b)
  return String(a) === String(b)
}

function assertValues(result: HarvestResult, expected: unknown, places: readonly string[]): number {
  let count = 0
  for (const [name, value] of flatten(expected)) {
    const found = result.values.filter((candidate) => bears(candidate, name))
    const shown = JSON.stringify(found.map((candidate) => [candidate.name, candidate.value]))
    assert.ok(
      found.some(
        (candidate) =>
          places.includes(candidate.place) &&
          (isClose(candidate.value, value) || isSameList(candidate.value, value)),
      ),
      `${name} is ${String(value)}, found ${shown}`,
    )
    count++
  }
  return count
}

/** Python's sets have no order. */
function isSameList(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || !b.startsWith('[')) return false
  const items = (text: string): string[] =>
    text
      .replaceAll(/[[\]"]/g, '')
      .split(/,\s*/)
      .toSorted()
  return items(a).join() === items(b).join()
}

function assertSeries(result: HarvestResult, expected: unknown): void {
  assert.ok(isRecord(expected))
  for (const [name, points] of Object.entries(expected)) {
    // Times and rates are no curves worth keeping; one point is none.
    if (/runtime|per_second|flos/.test(name) || list(points).length < 2) continue
    const plain = RENAMED.reduce((text, [from, to]) => text.replace(from, to), name)
    const named = (wanted: string | undefined) =>
      result.series.find(
        (candidate) => candidate.name.replaceAll('/', '.') === wanted?.replaceAll('/', '.'),
      )
    const series = named(plain) ?? named(wellKnownName(plain))
    assert.ok(series, `no curve ${name}`)
    const wanted = list(points)
      .map((point) => list(point).map(Number))
      .toSorted((a, b) => Number(a[0]) - Number(b[0]))
    assert.equal(series.steps.length, wanted.length, name)
    for (const [index, [step, value]] of wanted.entries()) {
      assert.equal(series.steps[index], step)
      assert.ok(isClose(series.values[index], value), `${name} at ${step}`)
    }
  }
}

function assertExpected(result: HarvestResult, expected: Expected): void {
  // Run times and learning rates are a framework's metrics and our parameters or curves.
  const metrics = Object.fromEntries(
    Object.entries(isRecord(expected.metrics) ? expected.metrics : {}).filter(
      ([name]) => !/learning_rate|^lr\//.test(name),
    ),
  )
  // DVC's interface groups by stage what its files don't.
  let count = assertValues(result, metrics, ['metrics', 'parameters'])
  if (isRecord(expected.parameters)) {
    count += assertValues(result, expected.parameters, ['parameters', 'tags'])
  }
  if (isRecord(expected.tags)) count += assertValues(result, expected.tags, ['tags'])
  if (isRecord(expected.report)) {
    const averages = Object.entries(expected.report).filter(([name]) => /accuracy|avg/.test(name))
    const measured = Object.fromEntries(
      averages.map(([name, value]) => {
        if (!isRecord(value)) return [name, value]
        const { support: _support, ...rest } = value
        return [name, rest]
      }),
    )
    count += assertValues(result, measured, ['metrics'])
  }
  for (const entry of list(expected.entries)) {
    const value = field(entry, 'value')
    assert.ok(result.values.some((candidate) => candidate.value === value))
    count++
  }
  assert.ok(count > 0, 'nothing was compared')
  if (isRecord(expected.series)) assertSeries(result, expected.series)
  for (const key of list(expected.notFinite)) {
    assert.ok(
      result.refused.some((refusal) => refusal.key === key),
      `${String(key)} is not reported`,
    )
  }
  if (isRecord(expected.run)) assert.equal(result.run, expected.run.id)
  if (typeof expected.commit === 'string') assert.equal(result.code?.commit, expected.commit)
  if (typeof expected.remote === 'string') assert.equal(result.code?.remote, expected.remote)
  if (expected.datasets) assert.deepEqual(result.datasets, expected.datasets)
  if (typeof expected.suggestedName === 'string') {
    assert.equal(result.suggestedName, expected.suggestedName)
  }
  if (typeof expected.description === 'string') {
    const description = result.values.find(({ place }) => place === 'description')
    assert.equal(description?.value, expected.description)
  }
}

/** What a tool's interface knows from the model itself or from its arguments, and no file beside it says. */
const NOT_IN_FILES: Readonly<Record<string, readonly string[]>> = {
  catboost: ['depth', 'learning_rate', 'random_seed', 'eval_metric'],
}

function withoutUnwritten(name: string, expected: Expected): Expected {
  const missing = NOT_IN_FILES[name]
  if (!missing || !isRecord(expected.parameters)) return expected
  const parameters = Object.entries(expected.parameters).filter(([key]) => !missing.includes(key))
  return { ...expected, parameters: Object.fromEntries(parameters) }
}

describe('what real tools left behind', () => {
  for (const entry of readdirSync(FIXTURES, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const { name } = entry
    it(`of ${name} is what the tool says`, async () => {
      const expected = withoutUnwritten(name, readExpected(name))
      if (isRecord(expected.models)) {
        for (const [model, values] of Object.entries(expected.models)) {
          assert.ok(isRecord(values))
          const result = await harvestFixture(name, model)
          const { datasets, ...rest } = values
          assertExpected(result, rest)
          for (const path of list(datasets)) {
            assert.ok(result.datasets?.some((dataset) => dataset.path.endsWith(String(path))))
          }
        }
        return
      }
      assertExpected(await harvestFixture(name, expected.model), expected)
    })
  }

  it('is not mixed with another model of the folder', async () => {
    const expected = readExpected('two-models-one-folder')
    const result = await harvestFixture('two-models-one-folder', expected.otherModel)
    assertValues(result, expected.otherMetrics, ['metrics'])
    assert.ok(result.values.every(({ ambiguous }) => !ambiguous))
    const other = await harvestFixture('two-models-one-folder', expected.model)
    assert.ok(other.values.every(({ ambiguous }) => ambiguous))
  })

  it('is not mixed with an older training in the same log', async () => {
    const resumed = readExpected('keras').resumed
    assert.ok(isRecord(resumed))
    const result = await harvestFixture('keras', resumed.model)
    assertValues(result, resumed.metrics, ['metrics'])
    assert.deepEqual(result.series[0]?.steps, [0, 1])
  })

  it('is not mixed with the end of the training where the model is a checkpoint', async () => {
    const checkpoint = readExpected('trainer').checkpoint
    assert.ok(isRecord(checkpoint) && isRecord(checkpoint.state))
    const result = await harvestFixture('trainer', checkpoint.model)
    const { best_global_step: _step, best_model_checkpoint: best, ...state } = checkpoint.state
    assertValues(result, state, ['metrics', 'parameters'])
    const kept = result.values.find(({ name }) => name === 'best_model_checkpoint')
    assert.ok(String(best).endsWith(String(kept?.value)))
    assert.ok(result.files.every((file) => file.startsWith('output/checkpoint-12/')))
  })

  it('is found from where MLflow keeps the model as well', async () => {
    const expected = readExpected('mlflow')
    const result = await harvestFixture('mlflow', expected.storedModel)
    assertValues(result, expected.metrics, ['metrics'])
    assert.equal(result.run, field(expected.run, 'id'))
  })
})
