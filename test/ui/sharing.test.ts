import assert from 'node:assert/strict'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { readModel, registerChurn, stagesOf, withRegistry } from './sampleRegistry'
import { Session } from './session'

describe('a registry that others change too', () => {
  it('is found again after a restart, with the view as it was left', async () => {
    const session = await Session.start({ prepare: registerChurn })
    await session.workbench.openModels()
    await session.workbench.row('1.1.0').waitFor()
    await session.workbench.runCommand('Model Registry: Group by Model')
    const before = await session.workbench.rowsUntil((rows) => !rows.some(isStage))
    const again = await session.reopen()
    await again.openModels()
    assert.deepEqual(await again.rowsUntil((rows) => rows.length === before.length), before)
  })

  it('shows in a second window what was done in the first', async () => {
    const session = await Session.start({ prepare: registerChurn })
    const first = session.workbench
    await first.openModels()
    const second = await session.openWindow()
    await second.openModels()
    await second.row('1.1.0').waitFor()
    await first.page.bringToFront()
    await first.drag(first.row('1.1.0'), first.row(/^Staging/))
    await eventually(async () =>
      assert.equal((await stagesOf(session.workspace, 'churn'))['1.1.0'], 'staging'),
    )
    await second.rowsUntil((rows) => rows.includes('Staging 1') && rows.includes('Development 0'))
  })

  it('shows what another process makes and changes, also the first .models of a folder', async () => {
    const { workbench, workspace } = await Session.start()
    await workbench.openModels()
    await registerChurn(workspace)
    await workbench.row('1.1.0').waitFor()
    await withRegistry(workspace, (registry) => registry.deleteVersion('churn', '1.1.0'))
    await workbench.row('1.1.0').waitFor({ state: 'detached' })
  })

  it('has model-registry on the PATH of a terminal', async () => {
    const { workbench, workspace } = await Session.start()
    await workbench.openModels()
    await workbench.runInTerminal(
      `model-registry register ${join(workspace, 'vision/digits-cnn.onnx')} --name digits --metric accuracy=0.97`,
    )
    const { history, versions } = await eventually(() => readModel(workspace, 'digits'))
    assert.equal(history[0]?.via, 'cli')
    assert.equal(versions[0]?.metrics['accuracy'], 0.97)
    await workbench.row('digits').first().waitFor()
  })
})

function isStage(row: string): boolean {
  return /^(Production|Staging|Development|Archived) \d+$/.test(row)
}
