import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { versionView, type Surroundings } from '../../../../src/extension/details/view'
import {
  RegisteredModel,
  type ModelDocument,
  type ModelVersion,
} from '../../../../src/registry/model'
import type { VersionView } from '../../../../src/webview/details/protocol'
import { TestClock } from '../../../support/registries'

const AROUND: Surroundings = {
  folder: 'file:///w',
  isPreview: true,
  canEdit: true,
  directions: {},
  now: new Date('2026-02-02T12:00:00.000Z'),
  problem: undefined,
  hasSource: false,
  card: undefined,
  snippet: undefined,
  intents: [],
}

function viewOf(
  registry: ModelRegistry,
  version: string,
  around: Partial<Surroundings> = {},
): VersionView {
  const model = registry.getModel('churn')
  const found = model?.getVersion(version)
  assert.ok(model && found)
  return versionView(model, found, { ...AROUND, ...around })
}

/** A document as somebody else may have written it: only its outer fields are checked when it is read. */
function foreign(fields: object): VersionView {
  const record = {
    id: '01JD0000000000000000000000',
    version: '1.0.0',
    stage: 'development',
    framework: 'custom',
    metrics: {},
    parameters: {},
    tags: {},
    description: '',
    createdAt: '2026-01-31T12:00:00.000Z',
    updatedAt: '2026-01-31T12:00:00.000Z',
    createdBy: 'Ada',
    ...fields,
  } as unknown as ModelVersion
  const document = { name: 'churn', aliases: {}, versions: [record], trash: [], history: [] }
  const model = new RegisteredModel('churn', document as unknown as ModelDocument)
  const [version] = model.versions
  assert.ok(version)
  return versionView(model, version, AROUND)
}

describe('the page of a version', () => {
  async function three(): Promise<ModelRegistry> {
    const clock = new TestClock()
    const registry = ModelRegistry.inMemory({ actor: 'Ada', clock: clock.now })
    const add = async (version: string, metrics: Record<string, number>) => {
      await registry.register({ name: 'churn', version, metrics })
      clock.advance(60_000)
    }
    await add('1.0.0', { accuracy: 0.8, loss: 0.4 })
    await add('1.1.0', { accuracy: 0.9, loss: 0.3, toString: 1 })
    await add('1.2.0', { accuracy: 0.85, loss: 0.3, toString: 1, extra: 1 })
    await registry.transitionStage('churn', '1.0.0', 'production', { note: 'First' })
    return registry
  }

  it('holds metrics against production and the version before, in words', async () => {
    const view = viewOf(await three(), '1.2.0')
    assert.deepEqual(view.baselines, { production: '1.0.0', previous: '1.1.0' })
    assert.deepEqual(
      view.metrics.map(({ name, direction, production, previous }) => [
        name,
        direction,
        production && `${production.text} ${production.verdict}`,
        previous?.verdict,
      ]),
      [
        ['accuracy', 'higher', '+0.05, +6.25 % better', 'worse'],
        ['loss', 'lower', '-0.1, -25 % better', 'equal'],
        ['toString', 'higher', undefined, 'equal'],
        ['extra', 'higher', undefined, undefined],
      ],
    )
  })

  it('has one column where production is the version before, and none for production itself', async () => {
    const registry = await three()
    assert.deepEqual(viewOf(registry, '1.1.0').baselines, { production: '1.0.0' })
    assert.deepEqual(viewOf(registry, '1.0.0').baselines, {})
    await registry.transitionStage('churn', '1.2.0', 'production')
    assert.deepEqual(viewOf(registry, '1.2.0').baselines, { previous: '1.1.0' })
  })

  it('offers the next stage only where something may be written', async () => {
    const registry = await three()
    assert.equal(viewOf(registry, '1.2.0').next, 'Staging')
    assert.equal(viewOf(registry, '1.2.0', { canEdit: false }).next, undefined)
    assert.equal(viewOf(registry, '1.0.0').next, undefined)
  })

  it('writes out what would reorder or hide text, wherever it stands', () => {
    const bad = 'a\u202eb\u0007'
    const view = foreign({
      framework: bad,
      format: bad,
      createdBy: bad,
      parameters: { [bad]: bad },
      tags: { [bad]: bad },
      metrics: { [bad]: 1 },
      artifact: {
        kind: 'file',
        uri: 'churn/1.0.0/x',
        size: 1,
        sha256: 'a'.repeat(64),
        files: [{ path: bad, size: 1, sha256: 'a'.repeat(64) }],
      },
      source: {
        path: bad,
        run: bad,
        git: { commit: bad, branch: bad, remote: bad, author: bad, dirty: true },
        environment: { [bad]: bad },
        datasets: [{ path: bad, digest: bad }],
        notebook: { path: bad, cell: 3 },
        values: { 'metrics.x': { file: bad, key: bad } },
      },
    })
    // Names and paths are also there as they are stored, to be sent back; no text that is shown has them.
    const shown = JSON.stringify(view, (key, value: unknown) =>
      ['name', 'typed'].includes(key) || (key === 'path' && value === bad) ? undefined : value,
    )
    assert.doesNotMatch(shown, /\u202e|\\u0007/)
    assert.match(shown, /a\\\\u202eb\\\\x07/)
    assert.equal(view.lineage.notebook?.cell, 3)
  })

  it('passes over what is malformed inside of a document, and shows the rest', () => {
    const sha256 = 'a'.repeat(64)
    const view = foreign({
      artifact: { kind: 'file', uri: 'x', size: 1, sha256, files: [] },
      inspection: {
        summary: {
          parameterCount: 'many',
          tensorCount: 3,
          inputs: [{ name: 'x', shape: [1, {}] }, 'nothing', { name: 7 }],
          opset: { 'ai.onnx': 17, bad: {} },
          classes: 'cat',
        },
      },
      scan: { verdict: 'review', sha256, findings: [{ message: 'Calls os.system' }, 5] },
      source: {
        path: 7,
        git: { commit: 8 },
        datasets: {},
        notebook: { path: 'a.ipynb', cell: 'last' },
        environment: { a: 1, b: '2' },
        values: 3,
      },
    })
    assert.deepEqual(view.structure, {
      summary: { tensorCount: 3, inputs: [{ name: 'x' }], opset: { 'ai.onnx': 17 } },
      isPartial: false,
    })
    assert.equal(view.scan?.verdict, 'review')
    assert.deepEqual(view.scan.report.findings, [
      { rule: '', severity: 'high', message: 'Calls os.system' },
    ])
    assert.deepEqual(view.lineage, { datasets: [], environment: [['b', '2']], origins: [] })
  })

  it('shows no verdict that was given to other content, and says when the rules are newer', () => {
    const artifact = { kind: 'file', uri: 'x', size: 1, sha256: 'a'.repeat(64), files: [] }
    const scan = { verdict: 'clean', findings: [], rules: '0', at: '2026-01-31T12:00:00.000Z' }
    assert.equal(foreign({ artifact, scan: { ...scan, sha256: 'b'.repeat(64) } }).scan, undefined)
    const old = foreign({ artifact, scan: { ...scan, sha256: artifact.sha256 } })
    assert.equal(old.scan?.isOutdated, true)
    const now = foreign({ artifact, scan: { ...scan, rules: '999', sha256: artifact.sha256 } })
    assert.equal(now.scan?.isOutdated, false)
  })

  it('names where values were read, and those that were edited since', async () => {
    const registry = ModelRegistry.inMemory()
    await registry.register({
      name: 'churn',
      version: '1.0.0',
      metrics: { accuracy: 0.8, loss: 0.2 },
      source: {
        values: {
          'metrics.accuracy': { file: 'metrics.json', key: 'acc' },
          'metrics.loss': { file: 'metrics.json', key: 'loss' },
        },
      },
    })
    await registry.updateVersion('churn', '1.0.0', { metrics: { accuracy: 0.9 } })
    const origins = viewOf(registry, '1.0.0').lineage.origins
    assert.deepEqual(
      origins.map(({ value, key, isEdited }) => [value, key, isEdited]),
      [
        ['metrics.accuracy', 'acc', true],
        ['metrics.loss', 'loss', false],
      ],
    )
  })

  it('lists a part of very many files, and says how many there are', () => {
    const sha256 = 'a'.repeat(64)
    const files = Array.from({ length: 5000 }, (_, index) => ({
      path: `${index}`,
      size: 1,
      sha256,
    }))
    const view = foreign({ artifact: { kind: 'folder', uri: 'x', size: 5000, sha256, files } })
    assert.equal((view.artifact?.files.length ?? 0) + (view.artifact?.more ?? 0), 5000)
  })
})
