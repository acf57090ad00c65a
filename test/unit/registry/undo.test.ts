import assert from 'node:assert/strict'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../../src/index'
import type { ModelDocument } from '../../../src/registry/model'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('undo', () => {
  let folder: string
  let root: string
  let ada: ModelRegistry
  let bob: ModelRegistry
  beforeEach(async () => {
    folder = await createTempFolder('undo')
    root = join(folder, '.models')
    ada = await ModelRegistry.open({ root, actor: 'ada' })
    bob = await ModelRegistry.open({ root, actor: 'bob' })
  })
  afterEach(async () => {
    ada.dispose()
    bob.dispose()
    await removeFolder(folder)
  })

  const register = (version: string, stage?: string) =>
    ada.register({
      name: 'churn',
      version,
      artifact: new TextEncoder().encode(version),
      ...(stage === undefined ? {} : { stage }),
    })
  const stages = async (): Promise<Record<string, string>> => {
    await ada.refresh()
    return Object.fromEntries(
      ada.listVersions('churn').map(({ version, stage }) => [version, stage]),
    )
  }
  const documentText = (): Promise<string> => readFile(join(root, 'churn.json'), 'utf8')

  it('takes back the moves of stages with the demotions that they caused, one after the other', async () => {
    await register('1', 'production')
    await register('2', 'production')
    await ada.transitionStage('churn', '1', 'staging')
    await ada.undo()
    assert.deepEqual(await stages(), { 1: 'archived', 2: 'production' })
    await ada.undo()
    assert.deepEqual(await stages(), { 1: 'production' })
    assert.deepEqual(
      ada.listTrash().map(({ record }) => record.version),
      ['2'],
    )
    await ada.undo()
    assert.equal(ada.getModel('churn'), undefined, 'only the registration had made the model')
    assert.equal(await ada.undo(), undefined)
    assert.equal((await ada.restoreVersion('churn', '1')).version, '1')
  })

  it('takes back edits of every kind', async () => {
    await register('1')
    await ada.updateVersion('churn', '1', { metrics: { accuracy: 0.9 }, tags: { a: 'b' } })
    await ada.updateModel('churn', { description: 'who leaves', tags: { team: 'x' } })
    await ada.setAlias('churn', 'champion', '1')
    await ada.removeAlias('churn', 'champion')
    await ada.undo()
    assert.equal(ada.resolve('churn@champion')?.version, '1')
    await ada.undo()
    assert.equal(ada.resolve('churn@champion'), undefined)
    await ada.undo()
    assert.deepEqual([ada.getModel('churn')?.description, ada.getModel('churn')?.tags], ['', {}])
    await ada.undo()
    const version = ada.getVersion('churn', '1')
    assert.deepEqual([version?.metrics, version?.tags], [{}, {}])
  })

  it('takes back deletions, with stage, alias and artifact', async () => {
    await register('1', 'production')
    await ada.setAlias('churn', 'champion', '1')
    await ada.deleteVersion('churn', '1')
    await ada.undo()
    assert.equal(ada.resolve('churn@champion')?.stage, 'production')
    await ada.deleteModel('churn')
    assert.equal(ada.getModel('churn'), undefined)
    await ada.undo()
    assert.equal(ada.resolve('churn@champion')?.stage, 'production')
    assert.equal(Buffer.from((await ada.loadArtifact('churn', '1')) ?? []).toString(), '1')
  })

  it('brings no alias back beside one that differs only in case', async () => {
    await register('1')
    await register('2')
    await ada.setAlias('churn', 'champion', '1')
    await ada.removeAlias('churn', 'champion')
    const removal = ada.history('churn')[0]?.id
    await ada.setAlias('churn', 'Champion', '2')
    await assert.rejects(ada.undo(removal), { code: 'conflict', message: /nothing was done/ })
    await ada.setAlias('churn', 'best', '1')
    await ada.deleteVersion('churn', '1')
    const deletion = ada.history('churn')[0]?.id
    await ada.setAlias('churn', 'Best', '2')
    await ada.undo(deletion)
    assert.deepEqual({ ...ada.getModel('churn')?.aliases }, { Champion: '2', Best: '2' })
  })

  it('takes back a renaming, and then what was done under the first name', async () => {
    await register('1')
    await ada.transitionStage('churn', '1', 'staging')
    await ada.renameModel('churn', 'attrition')
    await ada.updateVersion('attrition', '1', { description: 'new' })
    await ada.undo()
    await ada.undo()
    assert.deepEqual(await stages(), { 1: 'staging' })
    await ada.undo()
    assert.deepEqual(await stages(), { 1: 'development' })
  })

  it('finds a model that somebody else has renamed since', async () => {
    await register('1')
    await ada.updateVersion('churn', '1', { description: 'older' })
    await ada.transitionStage('churn', '1', 'staging')
    await bob.renameModel('churn', 'attrition')
    await ada.refresh()
    const undone = await ada.undo()
    assert.deepEqual([undone?.model, undone?.entry.action], ['attrition', 'transition'])
    assert.equal(ada.getVersion('attrition', '1')?.stage, 'development')
  })

  describe('of a move whose way back leads into production', () => {
    beforeEach(async () => {
      await register('1', 'production')
      await register('2', 'production')
    })

    it('does nothing where the artifact is gone, and says so', async () => {
      await rm(join(root, 'churn/1/model.bin'))
      const before = await documentText()
      await assert.rejects(ada.undo(), {
        code: 'corrupt',
        message: /^churn:1 can't go to production\. Its file model\.bin is not here\. /,
      })
      assert.equal(await documentText(), before)
    })

    it('asks no artifact of what stays in use', async () => {
      await ada.transitionStage('churn', '2', 'staging')
      await ada.transitionStage('churn', '2', 'production')
      await rm(join(root, 'churn/2/model.bin'))
      await ada.undo()
      assert.deepEqual(await stages(), { 1: 'archived', 2: 'staging' })
    })

    it('does not ask the promotion rules again: they were asked when it went there', async () => {
      await writeFile(
        join(root, '.policy.json'),
        '{ "production": { "require": ["metrics.accuracy >= 0.9"] } }',
      )
      await assert.rejects(ada.rollback('churn'), { code: 'policy' })
      await ada.undo()
      assert.deepEqual(await stages(), { 1: 'production' })
    })
  })

  describe('of what somebody changed since', () => {
    const refused = async (who: RegExp): Promise<void> => {
      const before = await documentText()
      await ada.refresh()
      await assert.rejects(ada.undo(), who)
      assert.equal(await documentText(), before, 'nothing was done')
    }

    it('does nothing and says who it was', async () => {
      await register('1')
      await ada.transitionStage('churn', '1', 'staging')
      await bob.transitionStage('churn', '1', 'archived')
      await refused(/churn:1 was changed since by bob \(transition, /)
    })

    it('takes no version away that somebody has given a name meanwhile', async () => {
      await register('1')
      await register('2')
      await bob.setAlias('churn', 'champion', '2')
      await refused(/churn:2 was changed since by bob \(setAlias, /)
      await bob.undo()
      await ada.refresh()
      assert.equal((await ada.undo())?.entry.version, '2')
    })

    it('does not put two versions into production', async () => {
      await register('1', 'production')
      await register('2')
      await ada.transitionStage('churn', '2', 'production')
      await bob.rollback('churn')
      await refused(/churn:2 was changed since by bob \(rollback, /)
    })
  })

  it('never takes back what another machine did, also under the same name', async () => {
    await register('1')
    const document = JSON.parse(await documentText()) as ModelDocument
    const [first] = document.history
    assert.ok(first)
    const [version] = document.versions
    const brought = {
      ...first,
      id: '01J00000000000000000000009',
      action: 'transition',
      from: 'development',
      to: 'staging',
    }
    await writeFile(
      join(root, 'churn.json'),
      JSON.stringify({
        ...document,
        versions: [{ ...version, stage: 'staging' }],
        history: [...document.history, brought],
      }),
    )
    await ada.refresh()
    await assert.rejects(ada.undo(), /was changed since by ada \(transition/)
    assert.deepEqual(await stages(), { 1: 'staging' })
  })

  it('survives a line that a crash has cut off', async () => {
    await register('1')
    await appendFile(join(root, '.side', 'own-changes.jsonl'), '{"model":"chu')
    await ada.transitionStage('churn', '1', 'staging')
    assert.equal((await ada.undo())?.entry.action, 'transition')
    assert.equal((await ada.undo())?.entry.action, 'register')
  })

  it('remembers the last changes however many there were', async () => {
    await register('1')
    await ada.transitionStage('churn', '1', 'staging')
    const line = JSON.stringify({ model: 'churn', entry: '01J0000000000000000000000A', actor: 'x' })
    await appendFile(join(root, '.side', 'own-changes.jsonl'), `${line}\n`.repeat(1500))
    await ada.updateVersion('churn', '1', { description: 'begins a new log' })
    await ada.setAlias('churn', 'champion', '1')
    const actions: (string | undefined)[] = []
    for (let count = 0; count < 4; count++) actions.push((await ada.undo())?.entry.action)
    assert.deepEqual(actions, ['setAlias', 'update', 'transition', 'register'])
  })
})
