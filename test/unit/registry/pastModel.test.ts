import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ModelRegistry } from '../../../src/app'
import type { RegisteredModel } from '../../../src/registry/model'
import { modelAt } from '../../../src/registry/pastModel'
import { STAGES } from '../../../src/registry/stage'
import { document, entry, record } from './builders'
import { propertyRuns } from '../../support/propertyRuns'

const VERSIONS = ['1.0.0', '1.1.0', '2.0.0']
const ALIASES = ['champion', 'challenger']

/** What a person sees of a model, without what lies in the trash and when something was last changed. */
function seen(models: readonly RegisteredModel[]): unknown {
  return models
    .filter(({ versions }) => versions.length > 0)
    .map(({ name, description, tags, aliases, versions }) => ({
      name,
      description,
      tags,
      aliases,
      versions: versions.map(({ updatedAt: _updatedAt, ...rest }) => rest),
    }))
}

type Step = (registry: ModelRegistry) => Promise<unknown>

const version = fc.constantFrom(...VERSIONS)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(version, fc.constantFrom(undefined, ...STAGES), fc.constantFrom(undefined, ...ALIASES))
    .map(
      ([name, stage, alias]): Step =>
        (registry) =>
          registry.register({
            name: 'churn',
            version: name,
            metrics: { accuracy: 0.5 },
            ...(stage && { stage }),
            ...(alias && { alias }),
          }),
    ),
  fc.tuple(version, fc.constantFrom(...STAGES)).map(
    ([name, stage]): Step =>
      (registry) =>
        registry.transitionStage('churn', name, stage),
  ),
  fc.tuple(version, fc.constantFrom(...ALIASES)).map(
    ([name, alias]): Step =>
      (registry) =>
        registry.setAlias('churn', alias, name),
  ),
  fc.constantFrom(...ALIASES).map(
    (alias): Step =>
      (registry) =>
        registry.removeAlias('churn', alias),
  ),
  fc.tuple(version, fc.double({ min: 0, max: 1, noNaN: true })).map(
    ([name, accuracy]): Step =>
      (registry) =>
        registry.updateVersion('churn', name, {
          metrics: { accuracy },
          tags: { team: String(accuracy) },
          description: `it has ${accuracy}`,
        }),
  ),
  fc.string().map(
    (description): Step =>
      (registry) =>
        registry.updateModel('churn', { description }),
  ),
  version.map(
    (name): Step =>
      (registry) =>
        registry.deleteVersion('churn', name),
  ),
  version.map(
    (name): Step =>
      (registry) =>
        registry.restoreVersion('churn', name),
  ),
  fc.constant<Step>((registry) => registry.deleteModel('churn')),
  fc.constant<Step>((registry) => registry.rollback('churn')),
)

describe('a model as it stood', () => {
  it('is what was seen at every moment of any life', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        let now = Date.parse('2026-01-01T00:00:00Z')
        const registry = ModelRegistry.inMemory({ clock: () => new Date(now) })
        const moments: { readonly at: Date; readonly expected: unknown }[] = []
        for (const run of steps) {
          now += 60_000
          // What is refused changes nothing, which is as good a moment as any.
          await run(registry).catch(() => undefined)
          moments.push({ at: new Date(now), expected: seen(registry.listModels()) })
        }
        for (const { at, expected } of moments) {
          assert.deepEqual(seen(registry.modelsAt(at)), expected, at.toISOString())
          // Until the next change nothing is different.
          assert.deepEqual(seen(registry.modelsAt(new Date(at.getTime() + 59_000))), expected)
        }
        const [first] = moments
        assert.deepEqual(
          seen(await registry.loadModelsAt(first?.at ?? new Date(0))),
          first?.expected,
        )
        assert.deepEqual(registry.modelsAt(new Date('2025-12-31')), [])
      }),
      propertyRuns(200),
    )
  })

  it('has what an undo took back, up to the undo', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const registry = ModelRegistry.inMemory({ clock: () => new Date((now += 60_000)) })
    await registry.register({ name: 'churn', version: '1.0.0', alias: 'champion' })
    await registry.register({ name: 'churn', version: '1.1.0' })
    await registry.setAlias('churn', 'champion', '1.1.0')
    const moved = new Date(now)
    await registry.undo()
    await registry.removeAlias('churn', 'champion')
    const removed = new Date(now)
    await registry.undo()
    await registry.deleteVersion('churn', '1.0.0')
    const deleted = new Date(now)
    await registry.undo()
    const aliasesAt = (at: Date): unknown => registry.modelsAt(at)[0]?.aliases
    assert.deepEqual(aliasesAt(moved), { champion: '1.1.0' })
    assert.deepEqual(aliasesAt(removed), {})
    assert.deepEqual(aliasesAt(deleted), {})
    assert.deepEqual(aliasesAt(new Date(now)), { champion: '1.0.0' })
  })

  it('names the aliases of a version in one order, whichever was set first', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const registry = ModelRegistry.inMemory({ clock: () => new Date((now += 60_000)) })
    await registry.register({ name: 'churn', version: '1.0.0', alias: 'challenger' })
    await registry.setAlias('churn', 'champion', '1.0.0')
    const both = new Date(now)
    const shown = registry.getVersion('churn', '1.0.0')?.aliases
    await registry.removeAlias('churn', 'challenger')
    assert.deepEqual(shown, ['challenger', 'champion'])
    assert.deepEqual(registry.modelsAt(both)[0]?.versions[0]?.aliases, shown)
    await registry.setAlias('churn', 'challenger', '1.0.0')
    assert.deepEqual(registry.getVersion('churn', '1.0.0')?.aliases, shown)
  })

  it('keeps name and stage of a version that was removed for good', () => {
    const history = [
      entry({
        at: '2026-01-01T00:00:00.000Z',
        action: 'register',
        version: '1.0.0',
        versionId: 'A',
        to: 'production',
      }),
      entry({ at: '2026-01-03T00:00:00.000Z', action: 'delete', version: '1.0.0', versionId: 'A' }),
    ]
    const model = modelAt('churn', document({ history }), new Date('2026-01-02'))
    assert.deepEqual(
      model?.versions.map(({ version: name, stage }) => [name, stage]),
      [['1.0.0', 'production']],
    )
  })

  it('passes over what a foreign history claims a field to have been', () => {
    const kept = record({ metrics: { accuracy: 0.9 }, tags: { team: 'nlp' } })
    const history = [
      entry({
        at: '2026-01-03T00:00:00.000Z',
        action: 'update',
        version: kept.version,
        versionId: kept.id,
        before: { metrics: { accuracy: 'high' }, tags: ['nlp'], stage: 'production', id: 'B' },
      }),
    ]
    const model = modelAt('churn', document({ versions: [kept], history }), new Date('2026-01-02'))
    const [found] = model?.versions ?? []
    assert.deepEqual(
      [found?.metrics, found?.tags, found?.stage, found?.id],
      [kept.metrics, kept.tags, 'development', kept.id],
    )
  })
})
