import assert from 'node:assert/strict'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { ModelRegistry, ModelStage } from '../../../src/index'
import { TestClock } from '../../support/registries'
import { PlainRegistry, type Answer, type Operation } from '../../support/registryModel'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { propertyRuns } from '../../support/propertyRuns'

const NAMES = ['a', 'b', 'A', 'c']
const VERSIONS = ['1.0.0', '1.0.1', '2.0.0-rc', '2.0.0-RC', 'x']

const name = fc.constantFrom(...NAMES)
const version = fc.constantFrom(...VERSIONS)
const stage = fc.constantFrom(...Object.values(ModelStage))
const alias = fc.constantFrom('champion', 'constructor')
const own = { noNullPrototype: true } as const

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { do: fc.constant('register' as const), name, version, stage, alias },
      { ...own, requiredKeys: ['do', 'name', 'stage'] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('transition' as const), name, version, stage }, own),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { do: fc.constant('update' as const), name, version, accuracy: fc.nat() },
      own,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('setAlias' as const), name, version, alias }, own),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('removeAlias' as const), name, alias }, own),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), name, version }, own) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), name, version }, own) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deleteModel' as const), name }, own) },
  {
    weight: 1,
    arbitrary: fc
      .record({ do: fc.constant('rename' as const), name, to: name }, own)
      .filter((rename) => rename.name !== rename.to),
  },
)

async function answer(registry: ModelRegistry, one: Operation, content: string): Promise<Answer> {
  try {
    const result = await perform(registry, one, content)
    return result !== false
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'conflict' || code === 'notFound') return code
    throw error
  }
}

function perform(registry: ModelRegistry, one: Operation, content: string): Promise<unknown> {
  switch (one.do) {
    case 'register': {
      const { do: _, ...request } = one
      return registry.register({ ...request, artifact: new TextEncoder().encode(content) })
    }
    case 'transition':
      return registry.transitionStage(one.name, one.version, one.stage)
    case 'update':
      return registry.updateVersion(one.name, one.version, { metrics: { accuracy: one.accuracy } })
    case 'setAlias':
      return registry.setAlias(one.name, one.alias, one.version)
    case 'removeAlias':
      return registry.removeAlias(one.name, one.alias)
    case 'delete':
      return registry.deleteVersion(one.name, one.version)
    case 'restore':
      return registry.restoreVersion(one.name, one.version)
    case 'deleteModel':
      return registry.deleteModel(one.name)
    case 'rename':
      return registry.renameModel(one.name, one.to)
  }
}

async function compare(registry: ModelRegistry, plain: PlainRegistry): Promise<void> {
  const living = [...plain.models].filter(([, model]) => !model.deleted)
  assert.deepEqual(
    registry.listModels().map((model) => model.name),
    living.map(([model]) => model).sort(),
  )
  for (const [modelName, expected] of living) {
    const model = registry.getModel(modelName)
    assert.ok(model)
    assert.deepEqual(
      model.versions.map((one) => [one.version, one.stage, one.metrics['accuracy'] ?? 0]),
      expected.versions.map((one) => [one.version, one.stage, one.accuracy]),
    )
    assert.deepEqual(new Map(Object.entries(model.aliases)), expected.aliases)
    assert.deepEqual(
      model.trash.map((one) => one.version),
      expected.trash.map((one) => one.version),
    )
    const newest = [...expected.versions].sort((a, b) => a.created - b.created).at(-1)
    assert.equal(model.latestVersion?.version, newest?.version)
    const inProduction = expected.versions.filter((one) => one.stage === 'production')
    assert.ok(inProduction.length <= 1)
    assert.equal(registry.getProduction(modelName)?.version, inProduction[0]?.version)
    for (const one of expected.versions) {
      const loaded = await registry.loadArtifact(modelName, one.version)
      assert.equal(Buffer.from(loaded ?? []).toString(), one.content)
    }
  }
  const trashed = [...plain.models.values()].reduce((sum, { trash }) => sum + trash.length, 0)
  assert.equal(registry.listTrash().length, trashed)
}

describe('any sequence of changes', () => {
  it('does to a registry what the rules say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40, size: 'max' }), async (operations) => {
        const clock = new TestClock()
        const registry = ModelRegistry.inMemory({ clock: clock.now })
        const plain = new PlainRegistry()
        let registered = 0
        for (const one of operations) {
          clock.advance(1)
          const expected = plain.apply(one)
          assert.equal(
            await answer(registry, one, String(registered)),
            expected,
            JSON.stringify(one),
          )
          if (one.do === 'register' && expected === true) registered++
          await compare(registry, plain)
        }
        assert.deepEqual(registry.listBroken(), [])
        registry.dispose()
      }),
      propertyRuns(200),
    )
  }).timeout(600_000)

  it('does the same on disk, with two processes that take turns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25, size: 'max' }), async (operations) => {
        const folder = await createTempFolder('prop')
        const clock = new TestClock()
        const root = join(folder, '.models')
        const registries = [
          await ModelRegistry.open({ root, clock: clock.now }),
          await ModelRegistry.open({ root, clock: clock.now }),
        ] as const
        const plain = new PlainRegistry()
        try {
          let registered = 0
          for (const [index, one] of operations.entries()) {
            clock.advance(1)
            const expected = plain.apply(one)
            const registry = registries[index % 2 === 0 ? 0 : 1]
            assert.equal(
              await answer(registry, one, String(registered)),
              expected,
              JSON.stringify(one),
            )
            if (one.do === 'register' && expected === true) registered++
          }
          for (const registry of registries) {
            await registry.refresh()
            await compare(registry, plain)
          }
          // Whoever comes now finds the same on disk.
          const fresh = await ModelRegistry.open({ root })
          await compare(fresh, plain)
          assert.deepEqual(fresh.listBroken(), [])
          fresh.dispose()
        } finally {
          for (const registry of registries) registry.dispose()
          await removeFolder(folder)
        }
      }),
      propertyRuns(15),
    )
  }).timeout(600_000)
})
