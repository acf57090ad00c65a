import assert from 'node:assert/strict'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { readModel, registerChurn, stagesOf, withRegistry } from './sampleRegistry'
import { Session } from './session'

async function writeRules(workspace: string, rules: unknown): Promise<void> {
  await mkdir(join(workspace, '.models'), { recursive: true })
  await writeFile(join(workspace, '.models/.policy.json'), JSON.stringify(rules, null, 2))
}

describe('promotion rules', () => {
  it('run a task of the workspace by its name, and no command that nobody approved', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await registerChurn(folder)
        await mkdir(join(folder, '.vscode'))
        const lint = { label: 'lint', type: 'shell', command: 'exit 3', problemMatcher: [] }
        await writeFile(
          join(folder, '.vscode/tasks.json'),
          JSON.stringify({ version: '2.0.0', tasks: [lint] }),
        )
        await writeRules(folder, {
          production: { tasks: ['lint', { command: 'echo ran > ran.txt' }] },
        })
      },
    })
    await workbench.openModels()
    await workbench.drag(workbench.row('1.1.0'), workbench.row(/^Production/))
    await workbench.quickInput.type('Beats 1.0.0')
    await workbench.quickInput.accept()
    const approval = workbench.dialog('want to run a command on this machine')
    await approval.getByRole('button', { name: 'Cancel' }).click()
    const refusal = workbench.dialog('churn:1.1.0 does not meet 2 of 2 conditions for Production.')
    await refusal.getByText('✗ task lint ends in 0 — exit code 3').first().waitFor()
    await refusal.getByText('this exact command was not approved on this machine').first().waitFor()
    await workbench.screenshot('rules-refusal')
    await refusal.getByRole('button', { name: 'Cancel' }).click()
    assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'development')
    await assert.rejects(access(join(workspace, 'ran.txt')), { code: 'ENOENT' })
  })

  it('hold a rollback back, which takes a reason then', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await registerChurn(folder)
        await withRegistry(folder, (registry) =>
          registry.transitionStage('churn', '1.1.0', 'production'),
        )
        await writeRules(folder, { production: { require: ['metrics.accuracy >= 0.85'] } })
      },
    })
    const { quickInput } = workbench
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('1.1.0'), /^Roll Back/)
    await quickInput.pick('1.0.0')
    await quickInput.type('Complaints')
    await quickInput.accept()
    const refusal = workbench.dialog('churn:1.0.0 does not meet 1 of 1 condition for Production.')
    await refusal.getByText('metrics.accuracy = 0.81').first().waitFor()
    await refusal.getByRole('button', { name: 'Override with Reason…' }).click()
    await quickInput.type('An outage is worse')
    await quickInput.accept()
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'churn'))['1.0.0'], 'production'),
    )
    const { history } = await readModel(workspace, 'churn')
    assert.deepEqual(history.at(-1)?.overrides, { policy: 'An outage is worse' })
  })
})
