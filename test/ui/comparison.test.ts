import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Frame } from 'playwright-core'
import { eventually } from '../support/eventually'
import { registerChurn, stagesOf, withRegistry } from './sampleRegistry'
import { Session } from './session'
import type { Workbench } from './workbench'

const AXE = require.resolve('axe-core/axe.min.js')

/** Three versions of churn, one in production. */
async function registerThree(workspace: string): Promise<void> {
  await registerChurn(workspace)
  await withRegistry(workspace, (registry) =>
    registry.register({
      name: 'churn',
      version: '1.2.0',
      framework: 'sklearn',
      metrics: { accuracy: 0.84, loss: 0.31 },
      parameters: { depth: 6 },
    }),
  )
}

async function comparisonPage(workbench: Workbench): Promise<Frame> {
  return eventually(async () => {
    for (const frame of workbench.page.frames())
      if ((await frame.locator('version-comparison table').count()) > 0) return frame
    throw new Error('No page compares versions.')
  }, 60_000)
}

/** What axe finds that keeps people from using the page. */
async function violations(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(await readFile(AXE, 'utf8'))
  const found: unknown = await frame.evaluate(
    'axe.run({ runOnly: ["wcag2a", "wcag2aa"] }).then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => id + " " + nodes[0].html))',
  )
  return found as string[]
}

describe('comparing versions', () => {
  it('marks the best, takes another baseline, hides what is equal, and promotes', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerThree })
    await workbench.openModels()
    await workbench.row('1.1.0').first().click()
    await workbench
      .row('1.2.0')
      .first()
      .click({ modifiers: ['ControlOrMeta'] })
    await workbench
      .row('1.0.0')
      .first()
      .click({ modifiers: ['ControlOrMeta'] })
    await workbench.chooseFromMenu(workbench.row('1.0.0').first(), 'Compare Versions…')
    const page = await comparisonPage(workbench)
    const accuracy = page.getByRole('row', { name: /accuracy/ })
    await accuracy.getByText('0.86 ★ best').waitFor()
    await page.getByLabel('Baseline').selectOption('churn:1.0.0')
    await accuracy.getByText('+0.05, +6.17 % better').waitFor()
    await page.getByRole('row', { name: /^framework/ }).waitFor()
    await page.getByLabel('Only what differs').check()
    await page.getByRole('row', { name: /^framework/ }).waitFor({ state: 'detached' })
    assert.deepEqual(await violations(page), [])
    await workbench.screenshot('comparison')
    await page.getByRole('button', { name: 'Promote churn:1.1.0 to Staging' }).click()
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'churn'))['1.1.0'], 'staging'),
    )
    await page.getByRole('button', { name: 'Promote churn:1.1.0 to Production' }).waitFor()
  })

  it('compares with production, comes back after a reload, and shows metadata as a difference', async () => {
    const { workbench } = await Session.start({ prepare: registerThree })
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('1.2.0').first(), 'Compare with Production')
    const page = await comparisonPage(workbench)
    await page.getByText('+0.03, +3.7 % better').waitFor()
    // A page that is loaded anew by force would forget its editors.
    await workbench.runCommand('Developer: Reload Window')
    const restored = await comparisonPage(workbench)
    await restored.getByText('+0.03, +3.7 % better').waitFor()
    await workbench.openModels()
    await workbench.row('1.1.0').first().click()
    await workbench
      .row('1.2.0')
      .first()
      .click({ modifiers: ['ControlOrMeta'] })
    await workbench.chooseFromMenu(workbench.row('1.2.0').first(), 'Compare Metadata…')
    await workbench.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor()
    await workbench.page
      .getByRole('tab', { name: /churn:1\.\d\.0 ↔ churn:1\.\d\.0/ })
      .last()
      .waitFor()
  })
})
