import assert from 'node:assert/strict'
import { eventually } from '../support/eventually'
import { readModel, registerChurn, registerTeam, stagesOf } from './sampleRegistry'
import { Session } from './session'

describe('moving stages', () => {
  it('drags a version to production, keeps the reason, and archives the one before', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.drag(workbench.row('1.1.0'), workbench.row(/^Production/))
    await quickInput.type('Beats 1.0.0 by five points')
    await quickInput.accept()
    await eventually(async () =>
      assert.deepEqual(await stagesOf(workspace, 'churn'), {
        '1.0.0': 'archived',
        '1.1.0': 'production',
      }),
    )
    await workbench.notification(/1\.0\.0/).waitFor()
    const { history } = await readModel(workspace, 'churn')
    const moved = history.find((entry) => entry.version === '1.1.0' && entry.to === 'production')
    assert.equal(moved?.note, 'Beats 1.0.0 by five points')
    assert.equal(moved?.via, 'vscode')
    const rows = await workbench.rowsUntil((shown) => shown.includes('Archived 1'))
    assert.ok(rows.includes('Production 1'))
    assert.ok(rows.includes('Development 0'))
  })

  it('moves nothing when the reason is cancelled', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    const before = await readModel(workspace, 'churn')
    await workbench.openModels()
    await workbench.drag(workbench.row('1.1.0'), workbench.row(/^Production/))
    await workbench.quickInput.cancel()
    assert.deepEqual(await readModel(workspace, 'churn'), before)
    assert.equal((await workbench.rows()).includes('Production 1'), true)
  })

  it('promotes by the arrow on the row', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerChurn })
    await workbench.openModels()
    const row = workbench.row('1.1.0')
    await row.hover()
    await row.getByRole('button', { name: /^Promote/ }).click()
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'staging'),
    )
    await workbench.rowsUntil((rows) => rows.includes('Staging 1'))
  })

  it('moves several selected versions at once', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerTeam })
    await workbench.openModels()
    await workbench.row('churn').filter({ hasText: '1.1.0' }).click()
    await workbench.row('sentiment').click({ modifiers: ['ControlOrMeta'] })
    await workbench.drag(workbench.row('sentiment'), workbench.row(/^Staging/))
    await eventually(async () => {
      assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'staging')
      assert.equal((await stagesOf(workspace, 'sentiment'))['0.1.0'], 'staging')
    })
  })
})
