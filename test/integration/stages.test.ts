import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { commands, ConfigurationTarget, workspace } from 'vscode'
import { emptyRegistry, sampleFile } from './window'

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  commands.executeCommand(`modelRegistry.${name}`, ...args)

describe('moving a version', () => {
  it('to production archives the one that was there, and keeps the reason', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', stage: 'production' })
    await registry.register({ name: 'churn', version: '1.0.1' })
    await run('transitionStage', 'churn:1.0.1', undefined, 'production', 'better recall')
    assert.equal(registry.getProduction('churn')?.version, '1.0.1')
    assert.equal(registry.getVersion('churn', '1.0.0')?.stage, 'archived')
    const [entry] = registry.history('churn')
    assert.deepEqual([entry?.note, entry?.demoted], ['better recall', '1.0.0'])
  })

  it('promotes to the next stage, and archives', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await run('promote', 'churn:1.0.0')
    assert.equal(registry.getVersion('churn', '1.0.0')?.stage, 'staging')
    await run('archive', { reference: 'churn@latest' })
    assert.equal(registry.getVersion('churn', '1.0.0')?.stage, 'archived')
  })

  it('says so where there is none, and goes on', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await run('transitionStage', 'churn:9.9.9', undefined, 'staging')
    await run('transitionStage', 'churn:1.0.0', undefined, 'nowhere')
    assert.equal(registry.getVersion('churn', '1.0.0')?.stage, 'development')
  })
})

describe('deleting', () => {
  const setting = workspace.getConfiguration('modelRegistry')
  before(() => setting.update('delete.confirm', false, ConfigurationTarget.Global))
  after(() => setting.update('delete.confirm', undefined, ConfigurationTarget.Global))

  it('moves a version to the trash', async () => {
    const registry = await emptyRegistry()
    await registry.register({
      name: 'churn',
      version: '1.0.0',
      artifact: new Uint8Array([1, 2, 3]),
    })
    await registry.register({ name: 'churn', version: '1.0.1' })
    await run('deleteVersion', 'churn:1.0.0')
    assert.equal(registry.getVersion('churn', '1.0.0'), undefined)
    assert.deepEqual(
      registry.listTrash().map(({ record }) => record.version),
      ['1.0.0'],
    )
  })

  it('means the row that is selected, at whatever moment while the rows are drawn anew', async () => {
    const registry = await emptyRegistry()
    const uri = sampleFile('churn/model.joblib')
    for (const moment of [0, 180, 200, 220, 240, 260, 300]) {
      await run('registerModel', uri, [uri], { name: 'churn' })
      await run('refresh')
      await pause(moment)
      await run('deleteSelection')
      assert.deepEqual(registry.listVersions('churn'), [], `${moment} ms after it was told to`)
    }
  })

  it('moves a model with all its versions to the trash', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await run('deleteModel', 'churn')
    assert.equal(registry.getModel('churn'), undefined)
  })
})
