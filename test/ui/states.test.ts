import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { eventually } from '../support/eventually'
import { readModel, registerChurn } from './sampleRegistry'
import { Session } from './session'

const REGISTER = 'Register as Model…'

describe('what the view says when there is nothing to show', () => {
  it('asks for a folder in an empty window', async () => {
    const { workbench } = await Session.start({ open: null })
    await workbench.openModels()
    await workbench.sidebar.getByRole('button', { name: 'Open Folder' }).waitFor()
  })

  it('shows a broken document with its problem among the models that can be read', async () => {
    const { workbench } = await Session.start({
      prepare: async (workspace) => {
        await registerChurn(workspace)
        await writeFile(join(workspace, '.models/fraud.json'), '{ "formatVersion": 1, "name": ')
      },
    })
    await workbench.openModels()
    await workbench.row('churn 1.1.0').waitFor()
    await workbench.row(/^fraud/).waitFor()
    await workbench.screenshot('broken-document')
  })
})

describe('several folders and files', () => {
  it('gives each workspace folder a registry of its own', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: registerChurn,
      open: async (first) => {
        const second = join(dirname(first), 'second')
        await mkdir(second)
        await writeFile(
          join(second, 'weights.onnx'),
          await readFile(join(first, 'vision/digits-cnn.onnx')),
        )
        const file = join(dirname(first), 'both.code-workspace')
        await writeFile(file, JSON.stringify({ folders: [{ path: first }, { path: second }] }))
        return file
      },
    })
    await workbench.openModels()
    await workbench.row('churn 1.1.0').waitFor()
    await workbench.chooseFromMenu(await workbench.explorerRow('second/weights.onnx'), REGISTER)
    await workbench.quickInput.type('weights')
    for (let step = 0; step < 3; step++) await workbench.quickInput.acceptStep()
    await eventually(() => readModel(join(dirname(workspace), 'second'), 'weights'))
    await assert.rejects(readModel(workspace, 'weights'))
    await workbench.row('weights 1.0.0').waitFor()
    await workbench.screenshot('two-folders')
  })

  it('registers several selected files as one model each, asked once', async () => {
    // An editor that opens late would select its own file and drop the rest of the selection.
    const settings = { 'explorer.autoReveal': false }
    const { workbench, workspace } = await Session.start({ settings })
    await workbench.openModels()
    const other = await workbench.explorerRow('vision/digits-cnn.onnx')
    const first = await workbench.explorerRow('churn/model.joblib')
    await first.click()
    await other.click({ modifiers: ['ControlOrMeta'] })
    await workbench.chooseFromMenu(other, REGISTER)
    await workbench.quickInput.pick(/one for each/)
    await workbench.screenshot('several-models')
    await workbench.quickInput.acceptStep()
    await eventually(async () => {
      await readModel(workspace, 'churn')
      await readModel(workspace, 'digits-cnn')
    })
  })

  it('registers a file that is dropped from the operating system', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    await workbench.openModels()
    const row = workbench.row(/^Development/)
    await row.waitFor()
    const bytes = await readFile(join(workspace, 'vision/digits-cnn.onnx'))
    await workbench.dropFromSystem(row, 'outside.onnx', bytes)
    for (let step = 0; step < 3; step++) await workbench.quickInput.acceptStep()
    const { versions } = await eventually(() => readModel(workspace, 'outside'))
    assert.equal(versions[0]?.framework, 'onnx')
    const copy = await readFile(join(workspace, '.models/outside/1.0.0/outside.onnx'))
    assert.ok(copy.equals(bytes))
  })
})
