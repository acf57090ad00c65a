import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { eventually } from '../support/eventually'
import { registerChurn, stagesOf, withRegistry } from './sampleRegistry'
import { Session } from './session'

/** In January 1.0.0 was in production, in February 1.1.0 took its place, and in March 0.9.0 was deleted. */
async function registerHistory(workspace: string): Promise<void> {
  await registerChurn(workspace)
  await withRegistry(workspace, async (registry) => {
    await registry.register({ name: 'churn', version: '0.9.0', metrics: { accuracy: 0.7 } })
    await registry.setAlias('churn', 'champion', '1.0.0')
  })
}

/** Presses a button on a row, which is there while the mouse is: a list that is still filling moves its rows away. */
async function pressOn(row: Locator, name: string | RegExp): Promise<void> {
  await eventually(async () => {
    await row.hover()
    await row.getByRole('button', { name }).click({ timeout: 2000 })
  })
}

describe('time travel', () => {
  it('shows the tree as it was at a change of the Activity view, changes nothing there, and returns', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerHistory })
    const { quickInput, sidebar } = workbench
    await withRegistry(workspace, async (registry) => {
      await registry.setAlias('churn', 'champion', '1.1.0')
      await registry.transitionStage('churn', '1.1.0', 'production')
      await registry.deleteVersion('churn', '0.9.0')
    })
    await workbench.openModels()
    await workbench.rowsUntil((rows) => rows.includes('Archived 1'))
    await workbench.runCommand('Model Registry: Show Activity')
    const change = sidebar
      .getByRole('treeitem', { name: /^churn 1\.0\.0 alias @champion set/ })
      .first()
    await workbench.chooseFromMenu(change, 'Show Registry As Of…')
    await sidebar.getByText(/^The registry as it was on /).waitFor()
    // Stages come before what is in them.
    const then = await workbench.rowsUntil(
      (rows) =>
        rows.includes('Archived 0') &&
        rows.includes('Development 2') &&
        ['1.0.0', '1.1.0', '0.9.0'].every((version) =>
          rows.some((text) => text.includes(`${version} `) && text.includes('accuracy')),
        ),
    )
    const row = (version: string): string =>
      then.find((text) => text.includes(`${version} `) && text.includes('accuracy')) ?? ''
    assert.match(row('1.0.0'), /@champion/)
    assert.match(row('1.0.0'), /now archived/)
    assert.match(row('0.9.0'), /not there any more/)
    await workbench.screenshot('time-travel')
    // No menu and no button changes anything, and a key that would is refused with the way back.
    await workbench.row('1.0.0').first().click()
    const menu = await workbench.openMenu(workbench.row('1.0.0').first())
    const items = await menu.getByRole('menuitem').allInnerTexts()
    assert.deepEqual(
      items.map((item) => item.trim()),
      ['Show Where It Is Now', 'Copy Reference'],
    )
    await workbench.page.keyboard.press('Escape')
    await workbench.row('1.0.0').first().press('Delete')
    const refusal = workbench.notification(/nothing can be changed/)
    await refusal.waitFor()
    assert.equal((await stagesOf(workspace, 'churn'))['1.0.0'], 'archived')
    await workbench.runCommand('Model Registry: Return to the Present')
    await workbench.rowsUntil((rows) => rows.includes('Archived 1'))
    await sidebar.getByText(/^The registry as it was on /).waitFor({ state: 'hidden' })
    // By a date, before anything was there.
    await workbench.runCommand('Model Registry: Show Registry As Of…')
    await quickInput.type('2999-01-01')
    await quickInput.item('That day is yet to come.').waitFor()
    await quickInput.type('2020-02-30')
    await quickInput.item('Write a day as 2026-01-31.').waitFor()
    await quickInput.type('2020-02-29')
    await quickInput.pick('2020-02-29')
    await sidebar.getByText('No model was registered at that time.').waitFor()
    await sidebar.getByRole('button', { name: 'Return to the Present' }).first().click()
    await workbench.rowsUntil((rows) => rows.includes('Archived 1'))
  })

  it('leads from a row of the past to where the version is now', async () => {
    const { workbench } = await Session.start({ prepare: registerHistory })
    const { quickInput, sidebar } = workbench
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Show Registry As Of…')
    await quickInput.type(new Date().toISOString().slice(0, 10))
    await quickInput.accept()
    await sidebar.getByText(/^The registry as it was on /).waitFor()
    await pressOn(workbench.row('1.1.0').first(), 'Show Where It Is Now')
    await sidebar.locator('.monaco-list-row.selected', { hasText: '1.1.0' }).waitFor()
    await eventually(async () =>
      assert.equal(await sidebar.getByText(/^The registry as it was on /).isVisible(), false),
    )
  })
})
