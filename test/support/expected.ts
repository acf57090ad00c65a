import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DetailedInspection, InspectionSummary } from '../../src/registry/inspection'

/** The files that real frameworks wrote, with what those frameworks say they hold. */
export const FIXTURES = join(__dirname, '../fixtures/formats')

/** The facts of one fixture; see `test/fixtures/formats/README.md`. */
export type Facts = Readonly<Record<string, unknown>> & {
  readonly format: string
  readonly framework: string
}

export interface Fixture {
  readonly path: string
  readonly file: string
  readonly facts: Facts
}

/** The fixtures of some formats. */
export function fixturesOf(formats: readonly string[]): Fixture[] {
  const expected = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as Record<
    string,
    Facts
  >
  return Object.entries(expected)
    .filter(([, facts]) => formats.includes(facts.format))
    .map(([path, facts]) => ({ path, file: join(FIXTURES, path), facts }))
    .filter(({ file }) => existsSync(file))
}

/** Facts that are fields of the summary, equal as they are. */
const FIELDS = [
  'producer',
  'producerVersion',
  'architecture',
  'modelClass',
  'featureNames',
  'featureCount',
  'classes',
  'treeCount',
  'contextLength',
  'quantization',
  'opset',
  'tensorCount',
  'parameterCount',
] as const satisfies readonly (keyof InspectionSummary)[]

/** Compares one fact; `undefined` facts are never asked for. */
export type Check = (value: unknown, inspection: DetailedInspection, facts: Facts) => void

/** A summary holds at least these entries. */
function containsEntries(actual: object | undefined, value: unknown, what: string): void {
  for (const [key, expected] of Object.entries(value as object)) {
    assert.deepEqual((actual as Record<string, unknown>)?.[key], expected, `${what}.${key}`)
  }
}

/** Lists that describe tensors by name: each named one is there with the stated dtype and shape. */
export function containsTensors(
  actual: readonly { readonly name: string }[] | undefined,
  value: unknown,
  what: string,
): void {
  const byName = new Map(actual?.map((tensor) => [tensor.name, tensor]))
  for (const [index, expected] of (value as readonly { name?: string }[]).entries()) {
    const found = expected.name === undefined ? actual?.[index] : byName.get(expected.name)
    assert.ok(
      found,
      `${what}: ${expected.name ?? index} is not among ${[...byName.keys()].join(', ')}`,
    )
    for (const [key, fact] of Object.entries(expected)) {
      const shown = `${what} ${expected.name ?? index}: ${key}`
      assert.deepEqual((found as unknown as Record<string, unknown>)[key], fact, shown)
    }
  }
}

/** Classes by name or position: each is counted among the layers. */
function containsClasses(layers: InspectionSummary['layers'], classes: readonly string[]): void {
  for (const name of new Set(classes)) {
    const count = classes.filter((other) => other === name).length
    assert.equal(layers?.[name], count, `layers: ${name}`)
  }
}

function classNames(value: unknown): string[] {
  const values = Array.isArray(value) ? value : Object.values(value as object)
  return values.map((item) => String(Array.isArray(item) ? item[1] : item))
}

/** How facts that are no plain fields of the summary are compared. A fact of another name is looked for in the metadata. */
const CHECKS: Readonly<Record<string, Check>> = {
  format: (value, { format }) => assert.equal(format, value),
  framework: (value, { framework }) => assert.equal(framework, value),
  hyperparameters: (value, { summary }) =>
    containsEntries(summary.hyperparameters, value, 'hyperparameters'),
  metadata: (value, { summary }) => containsEntries(summary.metadata, value, 'metadata'),
  bestParameters: (value, { summary }) => {
    for (const [name, expected] of Object.entries(value as object)) {
      assert.equal(summary.metadata?.[`bestParameters.${name}`], expected)
    }
  },
  inputs: (value, { summary }) => containsTensors(summary.inputs, value, 'inputs'),
  outputs: (value, { summary }) => containsTensors(summary.outputs, value, 'outputs'),
  tensors: (value, { tensors }) => containsTensors(tensors, value, 'tensors'),
  layers: (value, { summary }) => {
    const isCount = Object.values(value as object).every((count) => typeof count === 'number')
    if (isCount) containsEntries(summary.layers, value, 'layers')
    else containsClasses(summary.layers, classNames(value))
  },
  steps: (value, { summary }) => containsClasses(summary.layers, classNames(value)),
  components: (value, { summary }) => containsClasses(summary.layers, classNames(value)),
  modules: (value, { summary }) => containsClasses(summary.layers, classNames(value)),
  parts: (value, { parts }) => {
    for (const part of value as readonly string[]) assert.ok(parts?.present.includes(part), part)
    assert.deepEqual(parts?.missing, [])
  },
  suggestedName: (value, { suggestedName }) => assert.equal(suggestedName, value),
}

/** Compares all facts of a fixture. `special` says how a format's own facts are compared, or `false` for not here. */
export function assertFacts(
  inspection: DetailedInspection,
  facts: Facts,
  special: Readonly<Record<string, Check | false>> = {},
): void {
  for (const [name, value] of Object.entries(facts)) {
    const check = special[name] ?? CHECKS[name]
    if (check === false || name === 'handMade') continue
    if (check) check(value, inspection, facts)
    else if (isField(name)) assert.deepEqual(inspection.summary[name], value, name)
    else assert.deepEqual(inspection.summary.metadata?.[name], metadataOf(value), name)
  }
}

function isField(name: string): name is (typeof FIELDS)[number] {
  return (FIELDS as readonly string[]).includes(name)
}

/** Metadata are scalars: a list is one text. */
function metadataOf(value: unknown): unknown {
  return Array.isArray(value) ? value.join(', ') : value
}
