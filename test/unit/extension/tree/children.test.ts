import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { AppError } from '../../../../src/base/errors'
import {
  childrenOf,
  findVersionNode,
  PAGE,
  parentOf,
  type FolderSnapshot,
  type Forest,
} from '../../../../src/extension/tree/children'
import type { Node } from '../../../../src/extension/tree/node'

async function sampleRegistry(): Promise<ModelRegistry> {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const registry = ModelRegistry.inMemory({ clock: () => new Date((now += 60_000)) })
  for (const version of ['1.0.0', '1.0.1', '1.1.0'])
    await registry.register({ name: 'churn', version, metrics: { accuracy: 0.9 } })
  await registry.register({ name: 'fraud', version: '1.0.0' })
  await registry.transitionStage('churn', '1.0.1', 'production')
  return registry
}

function folder(registry: ModelRegistry, changes: Partial<FolderSnapshot> = {}): FolderSnapshot {
  return {
    key: 'file:///a',
    name: 'a',
    root: '/a/.models',
    models: registry.listModels(),
    broken: registry.listBroken(),
    problem: undefined,
    primaryMetric: '',
    ...changes,
  }
}

function forest(folders: readonly FolderSnapshot[], changes: Partial<Forest> = {}): Forest {
  return {
    folders,
    groupBy: 'stage',
    sortBy: 'updated',
    directions: {},
    shown: new Map(),
    ...changes,
  }
}

/** Every row with the rows below it, by id. */
function walk(tree: Forest, node?: Node): Node[] {
  return childrenOf(tree, node).flatMap((child) => [child, ...walk(tree, child)])
}

const ids = (nodes: readonly Node[]): string[] => nodes.map(({ id }) => id)

describe('the rows of the tree', () => {
  it('are none for a registry without models, so that the welcome content shows', () => {
    const empty = folder(ModelRegistry.inMemory())
    assert.deepEqual(childrenOf(forest([])), [])
    assert.deepEqual(childrenOf(forest([empty])), [])
    assert.deepEqual(childrenOf(forest([empty, { ...empty, key: 'file:///b' }])), [])
  })

  it('are the four stages with their counts, also of empty ones', async () => {
    const rows = childrenOf(forest([folder(await sampleRegistry())]))
    assert.deepEqual(
      rows.map((row) => (row.kind === 'stage' ? [row.stage, row.count] : row.kind)),
      [
        ['production', 1],
        ['staging', 0],
        ['development', 3],
        ['archived', 0],
      ],
    )
  })

  it('put several versions of one model in a stage below a row of that model', async () => {
    const tree = forest([folder(await sampleRegistry())])
    const development = childrenOf(tree)[2]
    const rows = childrenOf(tree, development)
    assert.deepEqual(
      rows.map((row) => row.kind),
      ['version', 'model'],
    )
    assert.deepEqual(
      childrenOf(tree, rows[1]).map((row) => row.kind === 'version' && row.version.version),
      ['1.1.0', '1.0.0'],
    )
  })

  it('are the models when they are grouped so, versions from the newest', async () => {
    const tree = forest([folder(await sampleRegistry())], { groupBy: 'model', sortBy: 'name' })
    const rows = childrenOf(tree)
    assert.deepEqual(
      rows.map((row) => row.kind === 'model' && row.model.name),
      ['churn', 'fraud'],
    )
    assert.deepEqual(
      childrenOf(tree, rows[0]).map((row) => row.kind === 'version' && row.version.version),
      ['1.1.0', '1.0.1', '1.0.0'],
    )
  })

  for (const groupBy of ['stage', 'model'] as const)
    it(`have unique ids and know their parents, by ${groupBy}`, async () => {
      const registry = await sampleRegistry()
      const tree = forest([folder(registry), folder(registry, { key: 'file:///b' })], { groupBy })
      const rows = walk(tree)
      assert.equal(new Set(ids(rows)).size, rows.length)
      for (const row of rows) {
        const parent = parentOf(tree, row)
        const siblings = childrenOf(tree, parent)
        assert.ok(ids(siblings).includes(row.id), `${row.id} is not below ${parent?.id}`)
      }
    })

  it('keep their ids when a version is moved', async () => {
    const registry = await sampleRegistry()
    const before = findVersionNode(forest([folder(registry)]), 'file:///a', 'fraud', '1.0.0')
    await registry.transitionStage('fraud', '1.0.0', 'staging')
    const after = findVersionNode(forest([folder(registry)]), 'file:///a', 'fraud', '1.0.0')
    assert.ok(before)
    assert.equal(after?.id, before.id)
    assert.equal(after.version.stage, 'staging')
  })

  it('begin with the folders where several have a registry', async () => {
    const registry = await sampleRegistry()
    const failed = folder(ModelRegistry.inMemory(), { key: 'file:///b', problem: 'It is a file.' })
    const tree = forest([folder(registry), failed])
    const rows = childrenOf(tree)
    assert.deepEqual(
      rows.map((row) => row.kind === 'folder' && [row.name, row.problem]),
      [
        ['a', undefined],
        ['a', 'It is a file.'],
      ],
    )
    assert.equal(childrenOf(tree, rows[0]).length, 4)
    assert.deepEqual(childrenOf(tree, rows[1]), [])
  })

  it('pass over folders without a registry', async () => {
    const registry = await sampleRegistry()
    const empty = folder(ModelRegistry.inMemory(), { key: 'file:///b' })
    assert.equal(childrenOf(forest([empty, folder(registry)]))[0]?.kind, 'stage')
  })

  for (const groupBy of ['stage', 'model'] as const)
    it(`are those of the filter alone, with their counts, by ${groupBy}`, async () => {
      const registry = await sampleRegistry()
      const found = registry.getVersion('churn', '1.0.0')
      assert.ok(found)
      const tree = forest([folder(registry, { matches: new Set([found]) })], { groupBy })
      const rows = walk(tree)
      assert.deepEqual(
        rows.flatMap((row) => (row.kind === 'version' ? row.version.fullName : [])),
        ['churn:1.0.0'],
      )
      for (const row of rows)
        if (row.kind === 'stage') assert.equal(row.count, row.stage === 'development' ? 1 : 0)
      assert.ok(findVersionNode(tree, 'file:///a', 'churn', '1.0.0'))
      assert.equal(findVersionNode(tree, 'file:///a', 'churn', '1.1.0'), undefined)
      const none = forest([folder(registry, { matches: new Set() })], { groupBy })
      assert.deepEqual(childrenOf(none), [])
    })

  it('say why the only registry can not be read', () => {
    const problem = '/a/.models is not a folder. Move it away.'
    const [row] = childrenOf(forest([folder(ModelRegistry.inMemory(), { problem })]))
    assert.equal(row?.kind === 'folder' && row.problem, '.models is not a folder. Move it away.')
  })

  it('name a broken document without its path, before everything else', () => {
    const error = new AppError('corrupt', '/a/.models/churn.json is empty. Restore it.')
    const tree = forest([folder(ModelRegistry.inMemory(), { broken: [{ name: 'churn', error }] })])
    const [row] = childrenOf(tree)
    assert.equal(row?.kind === 'broken' && row.problem, 'churn.json is empty. Restore it.')
  })

  it('come in pages', async () => {
    const registry = ModelRegistry.inMemory()
    for (let number = 0; number < PAGE + 5; number++)
      await registry.register({ name: 'many', version: `1.0.${number}` })
    const tree = forest([folder(registry)], { groupBy: 'model' })
    const [model] = childrenOf(tree)
    assert.ok(model)
    const rows = childrenOf(tree, model)
    assert.equal(rows.length, PAGE + 1)
    const more = rows.at(-1)
    assert.deepEqual(more?.kind === 'more' && [more.of, more.hidden], [model.id, 5])
    const grown = forest([folder(registry)], {
      groupBy: 'model',
      shown: new Map([[model.id, 2 * PAGE]]),
    })
    assert.equal(childrenOf(grown, model).length, PAGE + 5)
  })

  it('have none below what is no longer there', async () => {
    const tree = forest([folder(await sampleRegistry())])
    const rows = walk(tree)
    for (const row of rows) assert.deepEqual(childrenOf(forest([]), row), [])
    assert.equal(findVersionNode(tree, 'file:///a', 'churn', '9.9.9'), undefined)
    assert.equal(findVersionNode(tree, 'file:///z', 'churn', '1.0.0'), undefined)
  })
})
