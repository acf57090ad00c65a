import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { readModel, registerChurn, registerTeam, stagesOf, withRegistry } from './sampleRegistry'
import { Session } from './session'

/** Changes a byte of a stored artifact, as a disk that rots does. */
async function damage(workspace: string, path: string): Promise<void> {
  const file = join(workspace, '.models', path)
  await chmod(file, 0o644)
  const bytes = await readFile(file)
  bytes[10] = (bytes[10] ?? 0) ^ 1
  await writeFile(file, bytes)
}

/** churn 1.1.0 is in production, and 1.0.0 was before. */
async function replaceProduction(workspace: string): Promise<void> {
  await registerChurn(workspace)
  await withRegistry(workspace, (registry) =>
    registry.transitionStage('churn', '1.1.0', 'production', { note: 'Five points better' }),
  )
}

describe('nothing is lost', () => {
  it('takes a move back from its message', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    await workbench.openModels()
    await workbench.drag(workbench.row('1.1.0'), workbench.row(/^Production/))
    await workbench.quickInput.accept()
    const message = workbench.notification(/1\.1\.0 to Production/)
    await message.waitFor()
    await workbench.screenshot('undo-a-move')
    await message.getByRole('button', { name: 'Undo' }).click()
    await eventually(async () =>
      assert.deepEqual(await stagesOf(workspace, 'churn'), {
        '1.0.0': 'production',
        '1.1.0': 'development',
      }),
    )
  })

  it('brings a deleted version back by Ctrl+Z in the tree', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    await workbench.openModels()
    await workbench.row('1.1.0').click()
    await workbench.page.keyboard.press('Delete')
    await workbench.dialog('Delete churn:1.1.0').getByRole('button', { name: /Trash/ }).click()
    await workbench.rowsUntil((rows) => !rows.some((row) => row.includes('1.1.0')))
    await workbench.row('1.0.0').click()
    await workbench.page.keyboard.press('ControlOrMeta+z')
    await workbench.rowsUntil((rows) => rows.some((row) => row.includes('1.1.0')))
    assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'development')
  })

  it('restores from the trash, which says how long it keeps things', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await registerChurn(folder)
        await withRegistry(folder, (registry) => registry.deleteVersion('churn', '1.0.0'))
      },
    })
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Restore Deleted Version…')
    await workbench.quickInput.item(/30 days left/).waitFor()
    await workbench.screenshot('restore')
    await workbench.quickInput.pick('churn:1.0.0')
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'churn'))['1.0.0'], 'archived'),
    )
  })

  it('rolls production back, with a reason', async () => {
    const { workbench, workspace } = await Session.start({ prepare: replaceProduction })
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('1.1.0'), /^Roll Back/)
    await workbench.quickInput.item(/in production until/).waitFor()
    await workbench.screenshot('roll-back')
    await workbench.quickInput.pick('1.0.0')
    await workbench.quickInput.type('Complaints')
    await workbench.quickInput.accept()
    await workbench.notification(/Rolled churn back to 1\.0\.0/).waitFor()
    const { history } = await readModel(workspace, 'churn')
    assert.equal(history.at(-1)?.action, 'rollback')
    assert.equal(history.at(-1)?.note, 'Complaints')
  })

  it('goes back to no version whose artifact is damaged', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await replaceProduction(folder)
        // Equal artifacts share the disk, so what damages one damages both, unless it gets shorter.
        const file = join(folder, '.models/churn/1.0.0/model.joblib')
        await chmod(file, 0o644)
        await writeFile(file, 'rotten')
      },
    })
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('1.1.0'), /^Roll Back/)
    await workbench.quickInput.item(/another size than was registered/).waitFor()
    await workbench.screenshot('roll-back-damaged')
    await workbench.quickInput.accept()
    await workbench.quickInput.cancel()
    assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'production')
  })

  it('finds damage, shows it in the row, and brings the artifact back', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerTeam })
    await damage(workspace, 'fraud/2.3.1/model.ubj')
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Verify Artifact Hashes')
    const message = workbench.notification(/fraud:2\.3\.1 \(changed\)/)
    await message.waitFor()
    await workbench.row(/artifact damaged/).waitFor()
    await workbench.screenshot('verify-damaged')
    await message.getByRole('button', { name: 'Repair…' }).click()
    await workbench.quickInput.step('Repair')
    await workbench.quickInput.pick('fraud:2.3.1')
    await workbench.screenshot('repair')
    await workbench.quickInput.pick('Locate the Artifact…')
    await workbench.quickInput.step(/^Where is the artifact/)
    // The dialog puts its own folder into the box when it has listed it.
    await workbench.quickInput.item('requirements.txt').first().waitFor()
    await workbench.quickInput.type(join(workspace, 'fraud/model.ubj'))
    await workbench.quickInput.item('model.ubj').first().waitFor()
    await workbench.quickInput.accept()
    await workbench.notification(/artifact of fraud:2\.3\.1 is back/).waitFor()
    await workbench.row(/artifact damaged/).waitFor({ state: 'hidden' })
  })

  it('frees disk space after showing what would go', async () => {
    const { workbench } = await Session.start({
      settings: { 'modelRegistry.trash.retentionDays': 0 },
      prepare: async (folder) => {
        await registerTeam(folder)
        await withRegistry(folder, (registry) => registry.deleteVersion('sentiment', '0.1.0'))
      },
    })
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Free Disk Space…')
    await workbench.quickInput.item(/^Free /).waitFor()
    await workbench.screenshot('free-disk-space')
    await workbench.quickInput.accept()
    const dialog = workbench.dialog(/for good/)
    await dialog.waitFor()
    await dialog.getByRole('button', { name: /^Free/ }).click()
    await workbench.notification(/^Freed/).waitFor()
  })

  it('tells who did what, of all models or of one', async () => {
    const { workbench } = await Session.start({ prepare: registerTeam })
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Show Activity')
    const pane = workbench.sidebar.locator('.pane').filter({ hasText: 'Activity' })
    await pane.getByRole('treeitem').filter({ hasText: 'moved to Production' }).first().waitFor()
    await workbench.screenshot('activity')
    await workbench.runCommand('Model Registry: Filter Activity by Model…')
    await workbench.quickInput.pick('churn')
    await pane
      .getByRole('treeitem')
      .filter({ hasText: 'fraud' })
      .first()
      .waitFor({ state: 'hidden' })
    await pane.getByRole('treeitem').filter({ hasText: 'churn 1.1.0' }).first().click()
    await workbench.screenshot('activity-of-one')
  })

  it('knows what was in production on a day', async () => {
    const { workbench } = await Session.start({ prepare: registerTeam })
    await workbench.openModels()
    await workbench.runCommand('Model Registry: What Was in Production On…')
    await workbench.quickInput.step('What Was in Production On…')
    await workbench.quickInput.acceptStep()
    await workbench.quickInput.item('fraud 2.3.1').waitFor()
    await workbench.screenshot('in-production-on')
    await workbench.quickInput.cancel()
  })

  it('offers at the row of a broken document what can be done', async () => {
    const { workbench, workspace } = await Session.start({ prepare: replaceProduction })
    await writeFile(join(workspace, '.models/churn.json'), '{ "formatVersion": 1, "na')
    await workbench.openModels()
    await workbench.row('churn').first().waitFor()
    await workbench.screenshot('broken-document')
    await workbench.chooseFromMenu(workbench.row('churn').first(), 'Restore Last Good Copy')
    await workbench.notification(/last good copy of churn/).waitFor()
    await workbench.rowsUntil((rows) => rows.some((row) => row.includes('1.1.0')))
  })
})
