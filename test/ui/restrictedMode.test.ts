import assert from 'node:assert/strict'
import { registerChurn, readModel } from './sampleRegistry'
import { Session } from './session'

describe('Restricted Mode', () => {
  it('shows the registry, offers nothing that writes, and says why', async () => {
    const { workbench, workspace } = await Session.start({
      trusted: false,
      prepare: registerChurn,
    })
    const before = await readModel(workspace, 'churn')
    await workbench.openModels()
    await workbench.row('1.1.0').waitFor()
    await workbench.sidebar.getByText(/Restricted Mode/).waitFor()

    const menu = await workbench.openMenu(workbench.row('1.1.0'))
    const items = await menu.getByRole('menuitem').allTextContents()
    assert.ok(items.some((item) => /Copy/.test(item)))
    assert.deepEqual(
      items.filter((item) => /Move|Promote|Delete|Edit|Rename/.test(item)),
      [],
    )
    await workbench.page.keyboard.press('Escape')

    await workbench.drag(workbench.row('1.1.0'), workbench.row(/^Production/))
    await workbench.notification(/Restricted Mode|trust/i).waitFor()
    assert.deepEqual(await readModel(workspace, 'churn'), before)
  })

  it('tells an empty folder to be trusted first', async () => {
    const { workbench } = await Session.start({ trusted: false })
    await workbench.openModels()
    await workbench.sidebar.getByText(/Restricted Mode/).waitFor()
    const file = await workbench.explorerRow('churn/model.joblib')
    const menu = await workbench.openMenu(file)
    assert.equal(await menu.getByRole('menuitem', { name: /Register as Model/ }).count(), 0)
  })
})
