import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelRegistry, FileModelStore } from '../../../src/index'
import { TestClock } from '../../support/registries'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const DAY = 86_400_000

describe('the collection of garbage', () => {
  let folder: string
  let root: string
  let clock: TestClock
  let registry: ModelRegistry
  beforeEach(async () => {
    folder = await createTempFolder('collect')
    root = join(folder, '.models')
    clock = new TestClock(new Date().toISOString())
    registry = await ModelRegistry.open({ root, actor: 'ada', clock: clock.now })
    for (const version of ['1', '2']) {
      await registry.register({ name: 'churn', version, artifact: Buffer.from(`bytes ${version}`) })
    }
  })
  afterEach(async () => {
    registry.dispose()
    await removeFolder(folder)
  })

  /** What lies there without a document, as after a checkout. */
  function leave(place: string): void {
    mkdirSync(join(root, place), { recursive: true })
    writeFileSync(join(root, place, 'model.bin'), 'of another branch')
  }

  it('takes nothing before its retention is over, and says first what would go', async () => {
    await registry.deleteVersion('churn', '1')
    const id = registry.listTrash()[0]?.record.id ?? ''
    const nothing = await registry.gc()
    assert.deepEqual([nothing.freed, nothing.removed, nothing.kept], [0, [], []])
    clock.advance(31 * DAY)
    const planned = await registry.gc({ dryRun: true })
    assert.deepEqual([planned.freed, planned.removed], [7, [`.trash/${id}`]])
    assert.ok(existsSync(join(root, '.trash', id)))
    assert.deepEqual(await registry.gc(), planned)
    assert.ok(!existsSync(join(root, '.trash', id)))
    assert.deepEqual(registry.listTrash(), [])
    assert.equal((await registry.verify()).ok, true)
  })

  it('takes a model that was deleted with the last of its versions', async () => {
    await registry.deleteModel('churn')
    clock.advance(31 * DAY)
    await registry.gc()
    assert.ok(!existsSync(join(root, 'churn.json')))
  })

  it('lists what no document names apart, and takes it only when it is told, into the trash', async () => {
    leave('churn/9')
    leave('gone/1')
    const listed = await registry.gc({ retentionDays: 0 })
    assert.deepEqual([listed.removed, listed.kept], [[], ['churn/9', 'gone/1']])
    const taken = await registry.gc({ retentionDays: 30, unlisted: true })
    assert.deepEqual([taken.freed, taken.removed, taken.kept], [0, ['churn/9', 'gone/1'], []])
    assert.equal(readdirSync(join(root, '.trash')).length, 2)
    clock.advance(31 * DAY)
    assert.equal((await registry.gc()).removed.length, 2)
    assert.deepEqual(readdirSync(join(root, '.trash')), [])
  })

  it('leaves alone what a living process is about to name', async () => {
    const store = new FileModelStore(root)
    const staged = await store.stage({ source: { bytes: Buffer.from('in the air') } })
    await staged.commit('churn', '3')
    const report = await registry.gc({ retentionDays: 0, unlisted: true })
    assert.deepEqual([report.removed, report.kept], [[], []])
    assert.ok(existsSync(join(root, 'churn', '3', 'model.bin')))
    await staged.discard()
  })

  it('touches nothing of a model whose document is broken', async () => {
    await registry.deleteVersion('churn', '1')
    leave('churn/9')
    writeFileSync(join(root, 'churn.json'), '{')
    const before = readdirSync(root, { recursive: true }).length
    const report = await registry.gc({ retentionDays: 0, unlisted: true })
    assert.deepEqual([report.removed, report.skipped], [[], ['churn']])
    assert.equal(readdirSync(root, { recursive: true }).length, before)
  })
})
