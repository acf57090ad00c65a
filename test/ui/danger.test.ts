import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { readModel } from './sampleRegistry'
import { Session } from './session'

/** Whoever unpickles this calls a shell. */
const SHELL = "cos\nsystem\n(S'true'\ntR."
const addShell = (workspace: string): Promise<void> =>
  writeFile(join(workspace, 'shell.pkl'), SHELL)

describe('a file that runs code', () => {
  it('is a problem of the workspace', async () => {
    const { workbench } = await Session.start({ prepare: addShell })
    await workbench.openModels()
    await workbench.runCommand('Problems: Focus on Problems View')
    const problem = workbench.page
      .locator('.markers-panel')
      .getByRole('treeitem', { name: /reaches for code that runs commands.*os\.system/ })
      .first()
    await problem.waitFor()
    await workbench.screenshot('problems-dangerous')
  })

  it('is named before the last Enter, refused, and registered only for a reason', async () => {
    const { workbench, workspace } = await Session.start({ prepare: addShell })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.chooseFromMenu(await workbench.explorerRow('shell.pkl'), 'Register as Model…')
    await quickInput.acceptStep()
    await quickInput.acceptStep()
    await quickInput.messageSays(/Scan: dangerous\. The pickle reaches for code/)
    await workbench.screenshot('register-dangerous')
    await quickInput.accept()
    const refusal = workbench.dialog('shell is not registered.')
    await refusal.getByRole('button', { name: 'Allow with Reason…' }).click()
    await quickInput.type('a test of the scanner')
    await quickInput.accept()
    const model = await eventually(async () => {
      const found = await readModel(workspace, 'shell')
      assert.equal(found.versions.length, 1)
      return found
    })
    assert.match(JSON.stringify(model.history), /"unsafe":"a test of the scanner"/)
    await workbench.rowsUntil((rows) =>
      rows.some((row) => row.includes('shell') && row.includes('dangerous')),
    )
    const row = workbench.row('shell').first()
    await row.locator('.codicon-shield').waitFor()
    await workbench.hover(row, 'Scan: dangerous')
    await workbench.screenshot('version-dangerous')
  })
})
