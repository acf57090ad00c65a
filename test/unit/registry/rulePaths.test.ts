import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../../src/app'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('ways into production besides a transition', () => {
  let folder: string
  let registry: ModelRegistry
  const rules = async (value: unknown): Promise<void> => {
    await mkdir(join(folder, '.models'), { recursive: true })
    await writeFile(join(folder, '.models/.policy.json'), JSON.stringify(value))
  }
  const stages = () =>
    registry.listVersions('churn').map(({ version, stage }) => `${version} ${stage}`)
  const idOf = (action: string): string | undefined =>
    registry.history('churn').find((entry) => entry.action === action)?.id

  beforeEach(async () => {
    folder = await createTempFolder('rule-paths')
    registry = await ModelRegistry.open({ root: join(folder, '.models'), actor: 'Ada' })
    await rules({ production: { require: ['metrics.accuracy >= 0.9'] } })
    await registry.register({ name: 'churn', version: '1.0.0', metrics: { accuracy: 0.95 } })
    await registry.transitionStage('churn', '1.0.0', 'production')
  })
  afterEach(async () => {
    registry.dispose()
    await removeFolder(folder)
  })

  it('undo brings back only what was there, as it was', async () => {
    await registry.transitionStage('churn', '1.0.0', 'archived')
    const archived = idOf('transition')
    await registry.updateVersion('churn', '1.0.0', { metrics: { accuracy: 0.1 } })
    await assert.rejects(registry.undo(archived), { code: 'conflict' })
    assert.deepEqual(stages(), ['1.0.0 archived'])
    await registry.undo()
    await registry.undo()
    assert.deepEqual(stages(), ['1.0.0 production'])
    assert.equal(registry.getProduction('churn')?.metrics['accuracy'], 0.95)
  })

  it('a restored version is not in production again by itself', async () => {
    await registry.deleteVersion('churn', '1.0.0')
    await registry.restoreVersion('churn', '1.0.0')
    assert.deepEqual(stages(), ['1.0.0 archived'])
  })

  it('registering there is refused as moving there is, and leaves nothing', async () => {
    const request = { name: 'churn', version: '2.0.0', stage: 'production' }
    await assert.rejects(registry.register({ ...request, metrics: { accuracy: 0.5 } }), {
      code: 'policy',
      message: /metrics\.accuracy = 0\.5/,
    })
    assert.deepEqual(stages(), ['1.0.0 production'])
    await registry.register({ ...request, metrics: { accuracy: 0.99 } })
    assert.deepEqual(stages(), ['1.0.0 archived', '2.0.0 production'])
  })

  it('a rollback asks rules that are newer than the version', async () => {
    await registry.register({ name: 'churn', version: '2.0.0', metrics: { accuracy: 0.97 } })
    await registry.transitionStage('churn', '2.0.0', 'production')
    await rules({ production: { require: ['metrics.accuracy >= 0.96'], tags: ['owner'] } })
    await assert.rejects(registry.rollback('churn'), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'policy')
      assert.match(error.message, /2 promotion rules.*metrics\.accuracy = 0\.95.*tag owner/)
      return true
    })
    assert.deepEqual(stages(), ['1.0.0 archived', '2.0.0 production'])
    await registry.rollback('churn', { overridePolicy: 'The new one fails' })
    assert.deepEqual(stages(), ['1.0.0 production', '2.0.0 archived'])
    const [entry] = registry.history('churn')
    assert.deepEqual(entry?.overrides, { policy: 'The new one fails' })
  })

  it('rules that can not be read hold back whatever they could speak of', async () => {
    await registry.register({ name: 'churn', version: '2.0.0', metrics: { accuracy: 0.97 } })
    await writeFile(join(folder, '.models/.policy.json'), '{ "production": ')
    await assert.rejects(registry.transitionStage('churn', '2.0.0', 'production'), {
      code: 'corrupt',
    })
    await assert.rejects(
      registry.register({ name: 'churn', version: '3.0.0', stage: 'production' }),
      { code: 'corrupt' },
    )
    await registry.register({ name: 'churn', version: '4.0.0' })
    assert.deepEqual(stages(), ['1.0.0 production', '2.0.0 development', '4.0.0 development'])
  })
})
