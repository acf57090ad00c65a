import assert from 'node:assert/strict'
import { access, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { readModel, registerChurn, type StoredModel } from './sampleRegistry'
import { Session } from './session'
import type { Workbench } from './workbench'

const REGISTER = 'Register as Model…'

describe('registering a model', () => {
  it('takes a right-click in the Explorer and Enter three times', async () => {
    const { workbench, workspace } = await Session.start()
    await workbench.openModels()
    await workbench.chooseFromMenu(await workbench.explorerRow('churn/model.joblib'), REGISTER)
    await enterThreeTimes(workbench)

    const model = await registered(workspace, 'churn')
    assert.equal(model.versions[0]?.version, '1.0.0')
    assert.equal(model.versions[0]?.stage, 'development')
    assert.equal(model.versions[0]?.framework, 'sklearn')
    assert.equal(model.history[0]?.via, 'vscode')
    // The new row is shown and selected without being looked for.
    const row = workbench.row('churn').and(workbench.page.locator('[aria-selected=true]'))
    await row.waitFor()
    assert.match((await workbench.rows()).join('\n'), /Development 1/)
  })

  it('takes a name, a version and metrics that are typed, and the rest from the details', async () => {
    const { workbench, workspace } = await Session.start()
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.chooseFromMenu(await workbench.explorerRow('fraud/model.ubj'), REGISTER)
    await quickInput.step('1/3')
    await quickInput.type('fraud-detector')
    await quickInput.acceptStep()
    await quickInput.type('2026.11')
    await quickInput.acceptStep()
    await quickInput.type('accuracy=0.94 loss=0.12')
    await quickInput.press(/^Parameters, Description/)
    await quickInput.pick('Parameters')
    await quickInput.type('max_depth=6 booster=gbtree')
    await quickInput.acceptStep()
    await quickInput.pick('Description')
    await quickInput.type('Trained on November’s payments')
    await quickInput.acceptStep()
    await quickInput.pick('Register fraud-detector:2026.11')
    const [version] = (await registered(workspace, 'fraud-detector')).versions
    assert.equal(version?.version, '2026.11')
    assert.equal(version?.framework, 'xgboost')
    assert.deepEqual(version?.metrics, { accuracy: 0.94, loss: 0.12 })
    assert.deepEqual(version?.parameters, { max_depth: 6, booster: 'gbtree' })
    assert.equal(version?.description, 'Trained on November’s payments')
  })

  it('takes a file that is dropped on the tree', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    await workbench.openModels()
    await workbench.row('Development').first().waitFor()
    await workbench.dragFromExplorer('vision/digits-cnn.onnx', /^Development/)
    await enterThreeTimes(workbench)
    const model = await registered(workspace, 'digits-cnn')
    assert.equal(model.versions[0]?.framework, 'onnx')
    await workbench.row('digits-cnn').first().waitFor()
  })

  it('suggests the next version of a model that a file is dropped on', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    await workbench.openModels()
    await workbench.row('1.1.0').waitFor()
    await workbench.dragFromExplorer('churn/baseline/model.pkl', '1.1.0')
    await enterThreeTimes(workbench)
    await eventually(async () => {
      const { versions } = await readModel(workspace, 'churn')
      assert.deepEqual(
        versions.map(({ version }) => version),
        ['1.0.0', '1.1.0', '1.1.1'],
      )
    })
  })

  it('asks for the file when it is run from the palette', async () => {
    const { workbench, workspace } = await Session.start()
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.runCommand(`Model Registry: ${REGISTER}`)
    await quickInput.type('digits-cnn.onnx')
    await quickInput.acceptStep()
    await enterThreeTimes(workbench)
    const [version] = (await registered(workspace, 'digits-cnn')).versions
    assert.equal(version?.framework, 'onnx')
  })

  it('says what is wrong with a name, a version or a metric, and goes on when it is right', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.chooseFromMenu(await workbench.explorerRow('churn/model.joblib'), REGISTER)
    await quickInput.type('churn/model')
    await quickInput.item(/"churn\/model"/).waitFor()
    await quickInput.accept()
    await quickInput.step('1/3')
    await quickInput.type('churn')
    await quickInput.acceptStep()
    await quickInput.type('1.0.0')
    await quickInput.item(/already exists/).waitFor()
    await quickInput.accept()
    await quickInput.step('2/3')
    await quickInput.type('1.2.0')
    await quickInput.acceptStep()
    await quickInput.type('accuracy=abc')
    await quickInput.messageSays(/accuracy/)
    await quickInput.accept()
    await quickInput.type('accuracy=0.5')
    await quickInput.acceptStep()
    await eventually(async () => {
      const { versions } = await readModel(workspace, 'churn')
      assert.equal(versions.find(({ version }) => version === '1.2.0')?.metrics['accuracy'], 0.5)
    })
  })

  it('keeps what was typed when it is gone back', async () => {
    const { workbench, workspace } = await Session.start()
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.chooseFromMenu(await workbench.explorerRow('churn/model.joblib'), REGISTER)
    await quickInput.type('leavers')
    await quickInput.acceptStep()
    await quickInput.type('3.1.4')
    await quickInput.acceptStep()
    await quickInput.type('accuracy=0.77')
    await quickInput.back()
    await quickInput.step('2/3')
    await quickInput.back()
    await quickInput.step('1/3')
    for (let step = 0; step < 3; step++) await quickInput.acceptStep()
    const [version] = (await registered(workspace, 'leavers')).versions
    assert.equal(version?.version, '3.1.4')
    assert.equal(version?.metrics['accuracy'], 0.77)
  })

  it('says what a folder leaves out, and shows the new row though a filter hides it', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await registerChurn(folder)
        await mkdir(join(folder, 'text/sentiment/venv'))
        await writeFile(join(folder, 'text/sentiment/venv/pyvenv.cfg'), 'home = /usr/bin')
      },
    })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Filter…')
    await quickInput.type('churn')
    await quickInput.accept()
    await workbench.row('churn 1.1.0').waitFor()
    await workbench.chooseFromMenu(await workbench.explorerRow('text/sentiment'), REGISTER)
    await quickInput.step(/, 1 left out\)/)
    await quickInput.press('Choose What Is Left Out')
    await quickInput.item('venv').locator('input[type=checkbox], .monaco-checkbox').first().click()
    await quickInput.acceptStep()
    await quickInput.step(/files, [\d.]+ kB\)/)
    await quickInput.type('opinions')
    await quickInput.item('opinions').waitFor()
    await enterThreeTimes(workbench)
    await registered(workspace, 'opinions')
    await access(join(workspace, '.models/opinions/1.0.0/venv/pyvenv.cfg'))
    await workbench.row('opinions').and(workbench.page.locator('[aria-selected=true]')).waitFor()
  })

  it('leaves nothing behind when it is cancelled at any step', async () => {
    const { workbench, workspace } = await Session.start()
    const { quickInput } = workbench
    await workbench.openModels()
    for (const accepted of [0, 1, 2]) {
      await workbench.chooseFromMenu(await workbench.explorerRow('churn/model.joblib'), REGISTER)
      for (let step = 0; step < accepted; step++) await quickInput.acceptStep()
      await quickInput.cancel()
    }
    // Nothing that was put off is left to come when another registration has ended.
    await workbench.chooseFromMenu(await workbench.explorerRow('vision/digits-cnn.onnx'), REGISTER)
    await enterThreeTimes(workbench)
    await registered(workspace, 'digits-cnn')
    const names = await readdir(join(workspace, '.models'))
    assert.deepEqual(
      names.filter((name) => name.startsWith('churn')),
      [],
    )
    await assert.rejects(access(join(workspace, '.models/churn.json')))
  })
})

/** Takes what is suggested at every step. */
async function enterThreeTimes({ quickInput }: Workbench): Promise<void> {
  for (let step = 0; step < 3; step++) await quickInput.acceptStep()
}

/** Waits until a model is on disk with a version. */
async function registered(workspace: string, name: string): Promise<StoredModel> {
  return eventually(async () => {
    const model = await readModel(workspace, name)
    assert.ok(model.versions.length > 0)
    return model
  })
}
