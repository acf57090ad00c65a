import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { readModel, registerChurn, registerTeam, stagesOf } from './sampleRegistry'
import { Session } from './session'

describe('deciding which version goes to production', () => {
  it('filters the view, says by what, and clears the filter', async () => {
    const { workbench } = await Session.start({ prepare: registerTeam })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Filter…')
    await quickInput.type("framework = 'onnx' AND stage = = 1")
    await quickInput.item(/▸= 1/).waitFor()
    await quickInput.type("framework = 'onnx' AND metrics.accuracy > 0.95")
    await quickInput.item('Show 1 of 6 versions').waitFor()
    await quickInput.accept()
    await workbench.rowsUntil((rows) => rows.includes('Staging 1') && rows.includes('Production 0'))
    await workbench.sidebar.getByText("framework = 'onnx' AND metrics").first().waitFor()
    await workbench.runCommand('Model Registry: Filter…')
    await quickInput.type('nothing-is-called-so')
    await quickInput.accept()
    await workbench.sidebar.getByText('No version matches the filter.').waitFor()
    await workbench.sidebar.getByRole('button', { name: 'Clear Filter' }).first().click()
    await workbench.rowsUntil((rows) => rows.includes('Production 2'))
  })

  it('finds versions by words and shows them; the best by a metric is promoted from its row', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerTeam })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Search Versions…')
    await quickInput.type('xgb')
    await quickInput.item('fraud:2.3.1').waitFor()
    await quickInput.accept()
    await workbench.sidebar.locator('.monaco-list-row.selected', { hasText: 'fraud' }).waitFor()
    await workbench.runCommand('Model Registry: Find Best Version by Metric…')
    await quickInput.pick('accuracy')
    await quickInput.pick('Development')
    const best = quickInput.item('1. churn:1.1.0')
    await best.hover()
    await best.getByRole('button', { name: 'Promote to Next Stage' }).click()
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'staging'),
    )
  })

  it('moves an alias from one version to another', async () => {
    const { workbench } = await Session.start({ prepare: registerChurn })
    const { quickInput } = workbench
    await workbench.openModels()
    for (const version of ['1.0.0', '1.1.0']) {
      await workbench.chooseFromMenu(workbench.row(version).first(), 'Set Alias…')
      await quickInput.type('champion')
      await quickInput.accept()
      await workbench.rowsUntil((rows) =>
        rows.some((row) => row.includes(version) && row.includes('@champion')),
      )
    }
    await workbench.notification('churn@champion is 1.1.0 now; it was 1.0.0.').waitFor()
    assert.equal((await workbench.rows()).filter((row) => row.includes('@champion')).length, 1)
  })

  it('lists every condition of an unmet rule, and keeps the reason of an override', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await registerChurn(folder)
        await mkdir(join(folder, '.models'), { recursive: true })
        await writeFile(
          join(folder, '.models/.policy.json'),
          JSON.stringify({
            production: {
              require: [
                'metrics.accuracy >= 0.9',
                'metrics.accuracy > production.metrics.accuracy',
              ],
              tasks: [{ command: 'echo checked > checked.txt' }],
            },
          }),
        )
      },
    })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.drag(workbench.row('1.1.0'), workbench.row(/^Production/))
    await quickInput.type('Beats 1.0.0')
    await quickInput.accept()
    const approval = workbench.dialog('want to run a command on this machine')
    await approval.getByText('echo checked > checked.txt').first().waitFor()
    await approval.getByRole('button', { name: 'Approve and Run' }).click()
    const refusal = workbench.dialog('churn:1.1.0 does not meet 1 of 3 conditions for Production.')
    await refusal.getByText('✗ metrics.accuracy >= 0.9 — metrics.accuracy = 0.86').first().waitFor()
    await refusal.getByText('command echo checked > checked.txt ends in 0').first().waitFor()
    assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'development')
    await refusal.getByRole('button', { name: 'Override with Reason…' }).click()
    await quickInput.type('')
    await quickInput.accept()
    await quickInput.messageSays('Give a reason')
    await quickInput.type('Agreed with the team')
    await quickInput.accept()
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'production'),
    )
    const { history } = await readModel(workspace, 'churn')
    assert.deepEqual(
      history.find(({ to, version }) => to === 'production' && version === '1.1.0')?.overrides,
      {
        policy: 'Agreed with the team',
      },
    )
  })
})
