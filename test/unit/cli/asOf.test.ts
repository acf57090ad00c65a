import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../src/app'
import { join } from 'node:path'
import { askCli, buildCli, runCli } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

interface Model {
  readonly name: string
  readonly aliases: Readonly<Record<string, string>>
  readonly versions: readonly {
    readonly version: string
    readonly stage: string
    readonly metrics: Readonly<Record<string, number>>
  }[]
}

describe('the registry as of a date', () => {
  let folder: string
  before(async () => {
    await buildCli()
    folder = await createTempFolder('as-of')
    let day = 0
    const registry = await ModelRegistry.open({
      root: join(folder, '.models'),
      actor: 'Ada',
      clock: () => new Date(Date.UTC(2026, 0, day, 12)),
    })
    const steps: readonly (() => Promise<unknown>)[] = [
      () => registry.register({ name: 'churn', version: '1.0.0', metrics: { accuracy: 0.8 } }),
      () => registry.transitionStage('churn', '1.0.0', 'production'),
      () => registry.register({ name: 'churn', version: '1.1.0', alias: 'champion' }),
      () => registry.transitionStage('churn', '1.1.0', 'production'),
      () => registry.updateVersion('churn', '1.0.0', { metrics: { accuracy: 0.7 } }),
      () => registry.deleteVersion('churn', '1.0.0'),
    ]
    for (const step of steps) {
      day++
      await step()
    }
    registry.dispose()
  })
  after(() => removeFolder(folder))

  const list = async (date: string): Promise<readonly string[]> => {
    const models = (await askCli(['list', '--as-of', date], { cwd: folder })) as Model[]
    return models.flatMap(({ name, aliases, versions }) =>
      versions.map(({ version, stage, metrics }) =>
        [
          `${name}:${version}`,
          stage,
          metrics['accuracy'],
          ...Object.keys(aliases).filter((alias) => aliases[alias] === version),
        ].join(' '),
      ),
    )
  }

  it('lists what was there, where it stood, and what was said of it', async () => {
    assert.deepEqual(await list('2025-12-31'), [])
    assert.deepEqual(await list('2026-01-01'), ['churn:1.0.0 development 0.8'])
    assert.deepEqual(await list('2026-01-01T11:59:59Z'), [])
    assert.deepEqual(await list('2026-01-03T13:00:00+01:00'), [
      'churn:1.0.0 production 0.8',
      'churn:1.1.0 development  champion',
    ])
    assert.deepEqual(await list('2026-01-04'), [
      'churn:1.0.0 archived 0.8',
      'churn:1.1.0 production  champion',
    ])
    assert.deepEqual((await list('2026-01-05'))[0], 'churn:1.0.0 archived 0.7')
    assert.deepEqual(await list('2026-02-01'), ['churn:1.1.0 production  champion'])
  })

  it('is searched like the present', async () => {
    const found = await askCli(['search', "stage = 'production'", '--as-of', '2026-01-02'], {
      cwd: folder,
    })
    assert.deepEqual(
      (found as { fullName: string }[]).map(({ fullName }) => fullName),
      ['churn:1.0.0'],
    )
  })

  it('says what a date is, and where nothing was there', async () => {
    for (const date of ['yesterday', '2026-02-30', '', '31.01.2026']) {
      const { code, stderr } = await runCli(['list', '--as-of', date], { cwd: folder })
      assert.equal(code, 2, date)
      assert.match(stderr, /--as-of is ".*", not a date such as 2026-01-31/)
    }
    const { code, stdout, stderr } = await runCli(['list', '--as-of', '2020-01-01'], {
      cwd: folder,
    })
    assert.deepEqual([code, stdout], [0, ''])
    assert.match(stderr, /No models were registered here at 2020-01-01/)
  })
})
