import assert from 'node:assert/strict'
import { parse } from 'csv-parse/sync'
import { AppError } from '../../../src/base/errors'
import { compareVersions, onlyDifferences } from '../../../src/registry/compare'
import type { Comparison, SectionKind } from '../../../src/registry/compare'
import { comparisonToCsv, comparisonToMarkdown } from '../../../src/registry/compareExport'
import type { VersionRecord } from '../../../src/registry/model'
import { artifact, modelVersion, versionsOf } from './builders'

const VERSIONS = versionsOf(
  'churn',
  [
    {
      version: '1.0.0',
      stage: 'production',
      framework: 'sklearn',
      metrics: { accuracy: 0.8, val_loss: 0.5, zero: 0 },
      parameters: { lr: 0.1, optimizer: 'adam', early: true },
      tags: { team: 'nlp' },
      artifact: artifact(2_000_000),
      source: { git: { commit: 'abc', dirty: true }, environment: { python: '3.11' } },
    },
    {
      version: '1.1.0',
      framework: 'sklearn',
      metrics: { accuracy: 0.9, val_loss: 0.6, zero: 1 },
      parameters: { lr: 0.1, optimizer: 'sgd' },
      tags: { team: 'nlp' },
      source: { environment: { python: '3.12' } },
    },
    { version: '1.2.0', metrics: { accuracy: 0.9, speed: 5 } },
  ],
  { champion: '1.0.0' },
)

function row(comparison: Comparison, kind: SectionKind, name: string) {
  const found = comparison.sections
    .find((section) => section.kind === kind)
    ?.rows.find((candidate) => candidate.name === name)
  assert.ok(found, `${kind} ${name}`)
  return found
}

const texts = (comparison: Comparison, kind: SectionKind, name: string) =>
  row(comparison, kind, name).cells.map(({ text }) => text)

describe('compareVersions', () => {
  const comparison = compareVersions(VERSIONS)

  it('marks every best value, by the direction of the metric', () => {
    assert.deepEqual(
      row(comparison, 'metrics', 'accuracy').cells.map(({ isBest }) => isBest),
      [false, true, true],
    )
    assert.deepEqual(
      row(comparison, 'metrics', 'val_loss').cells.map(({ isBest }) => isBest),
      [true, false, undefined],
    )
    assert.equal(row(comparison, 'metrics', 'speed').cells[2]?.isBest, false)
    const turned = compareVersions(VERSIONS, { directions: { val_loss: 'higher' } })
    assert.deepEqual(
      row(turned, 'metrics', 'val_loss').cells.map(({ isBest }) => isBest),
      [false, true, undefined],
    )
  })

  it('says how far each is from the baseline, and whether that is better', () => {
    const [first, second] = row(comparison, 'metrics', 'val_loss').cells
    assert.equal(first?.difference, undefined)
    assert.equal(second?.difference?.verdict, 'worse')
    assert.ok(Math.abs((second?.difference?.absolute ?? 0) - 0.1) < 1e-12)
    assert.ok(Math.abs((second?.difference?.relative ?? 0) - 0.2) < 1e-12)
    assert.equal(row(comparison, 'metrics', 'zero').cells[1]?.difference?.relative, undefined)
    const other = compareVersions(VERSIONS, { baseline: 1 })
    assert.equal(row(other, 'metrics', 'accuracy').cells[0]?.difference?.verdict, 'worse')
    assert.equal(row(other, 'metrics', 'accuracy').cells[2]?.difference?.verdict, 'equal')
    assert.equal(row(comparison, 'metrics', 'speed').cells[2]?.difference, undefined)
  })

  it('puts everything else side by side', () => {
    assert.deepEqual(texts(comparison, 'parameters', 'optimizer'), ['adam', 'sgd', undefined])
    assert.deepEqual(texts(comparison, 'parameters', 'early'), ['true', undefined, undefined])
    assert.deepEqual(texts(comparison, 'facts', 'framework'), ['sklearn', 'sklearn', 'custom'])
    assert.deepEqual(texts(comparison, 'facts', 'size'), ['2.0 MB', undefined, undefined])
    assert.deepEqual(texts(comparison, 'facts', 'aliases'), ['champion', undefined, undefined])
    assert.deepEqual(texts(comparison, 'environment', 'python'), ['3.11', '3.12', undefined])
    assert.deepEqual(texts(comparison, 'lineage', 'commit'), ['abc (dirty)', undefined, undefined])
  })

  it('shows what the artifacts are, and whether callers of the baseline can use the others', () => {
    const inspected = (shape: (number | string)[], depth: number, inputs = 'x') =>
      modelVersion({
        version: `1.${depth}.0`,
        inspection: {
          format: 'onnx',
          framework: 'onnx',
          findings: [],
          partial: false,
          summary: {
            architecture: 'mlp',
            parameterCount: 1000 * depth,
            opset: { 'ai.onnx': 17 },
            inputs: [{ name: inputs, dtype: 'float32', shape }],
            hyperparameters: { depth, solver: 'adam' },
          },
        },
      })
    const some = compareVersions([
      inspected(['batch', 3], 1),
      inspected(['batch', 3], 2),
      inspected(['batch', 4], 3),
      modelVersion(),
    ])
    assert.deepEqual(texts(some, 'structure', 'parameter count'), [
      '1,000',
      '2,000',
      '3,000',
      undefined,
    ])
    assert.deepEqual(texts(some, 'structure', 'can take its place'), [
      undefined,
      'yes',
      'no: input x has shape [batch, 4], had [batch, 3]',
      undefined,
    ])
    assert.deepEqual(texts(some, 'hyperparameters', 'depth'), ['1', '2', '3', undefined])
    assert.deepEqual(texts(some, 'structure', 'opset')[0], 'ai.onnx 17')
  })

  it('shows only what differs', () => {
    const [first, second] = VERSIONS
    assert.ok(first && second)
    const some = onlyDifferences(compareVersions([first, second]))
    const names = some.sections.flatMap(({ rows }) => rows.map(({ name }) => name))
    assert.ok(names.includes('optimizer') && names.includes('python'))
    for (const same of ['lr', 'team', 'framework']) assert.equal(names.includes(same), false, same)
    assert.equal(
      some.sections.some(({ kind }) => kind === 'tags'),
      false,
    )
  })

  it('finds no metric that an object merely inherits', () => {
    const odd = compareVersions([modelVersion({ metrics: { constructor: 1 } }), modelVersion()])
    assert.deepEqual(texts(odd, 'metrics', 'constructor'), ['1', undefined])
  })

  it('compares versions of a document that a hand has malformed', () => {
    for (const odd of [
      null,
      5,
      'x',
      [],
      {},
      { summary: null },
      { git: 5, datasets: [null, {}], run: {} },
    ]) {
      const fields = {
        source: odd,
        inspection: odd,
        scan: odd,
      } as unknown as Partial<VersionRecord>
      const rows = compareVersions([modelVersion(fields), modelVersion()]).sections
      assert.ok(rows.some(({ kind }) => kind === 'facts'))
    }
  })

  it('takes two to eight versions and a baseline among them', () => {
    const many = Array.from({ length: 9 }, () => modelVersion())
    const isInvalid = (error: unknown) => error instanceof AppError && error.code === 'invalid'
    assert.throws(() => compareVersions(many.slice(0, 1)), isInvalid)
    assert.throws(() => compareVersions(many), isInvalid)
    assert.throws(() => compareVersions(VERSIONS, { baseline: 3 }), isInvalid)
    assert.equal(compareVersions(many.slice(0, 8)).versions.length, 8)
  })
})

describe('comparison exports', () => {
  const hostile = compareVersions([
    modelVersion({
      metrics: { loss: -0.123456789 },
      tags: {
        a: '=HYPERLINK("http://x","y")',
        b: '| <b>@all</b> |',
        c: '+1',
        d: 'x,"y"\nz',
        e: '-1+1',
      },
    }),
    modelVersion({ version: '2.0.0', metrics: { loss: 0.5 } }),
  ])

  it('are CSV with whole numbers and no formulas', () => {
    const csv = comparisonToCsv(hostile)
    assert.ok(csv.endsWith('\r\n'))
    const rows: string[][] = parse(csv)
    const cell = (name: string) => rows.find((candidate) => candidate[1] === name)?.[2]
    assert.deepEqual(rows[0], ['section', 'name', 'churn:1.0.0', 'churn:2.0.0'])
    assert.equal(cell('loss'), '-0.123456789')
    assert.equal(cell('a'), '\'=HYPERLINK("http://x","y")')
    assert.equal(cell('c'), '+1')
    assert.equal(cell('d'), 'x,"y"\nz')
    assert.equal(cell('e'), "'-1+1")
  })

  it('are Markdown tables with marks and differences', () => {
    const markdown = comparisonToMarkdown(compareVersions(VERSIONS))
    assert.match(markdown, /^\| Metrics \| churn:1\.0\.0 \(baseline\) \| churn:1\.1\.0 \|/)
    assert.match(markdown, /\| accuracy ↑ \| 0\.8 \| \*\*0\.9\*\* ★ \(\\\+0\.1, \\\+12\.5 %\) \|/)
    assert.match(markdown, /\| speed ↑ \| – \| – \| 5 \|/)
    const escaped = comparisonToMarkdown(hostile)
    assert.doesNotMatch(escaped, /<b>|@all|:\/\//)
    for (const line of escaped.split('\n').filter((text) => text !== '')) {
      assert.equal(line.replaceAll('\\|', '').split('|').length, 5, line)
    }
  })
})
