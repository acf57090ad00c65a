import assert from 'node:assert/strict'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { DetailsView } from './detailsView'
import { registerExtremes, registerRich, rewriteDocument } from './richVersion'
import { readModel, registerChurn, stagesOf, withRegistry } from './sampleRegistry'
import { Session } from './session'
import type { Workbench } from './workbench'

/** The tabs that show versions, by their titles. */
async function versionTabs(workbench: Workbench): Promise<readonly string[]> {
  const names = await workbench.page
    .locator('.editor-group-container')
    .getByRole('tab')
    .allInnerTexts()
  return names.map((name) => name.trim()).filter((name) => name.includes(':'))
}

async function openChurn(version = '1.2.0'): Promise<{
  workbench: Workbench
  workspace: string
  session: Session
  view: DetailsView
}> {
  const session = await Session.start({ prepare: registerRich })
  const { workbench, workspace } = session
  await workbench.openModels()
  const view = await DetailsView.click(workbench, version, `churn:${version}`)
  return { workbench, workspace, session, view }
}

describe('the details of a version', () => {
  it('open beside what is being worked on as a preview that leaves the focus in the tree', async () => {
    const session = await Session.start({ prepare: registerRich })
    const { workbench } = session
    await (await workbench.explorerRow('README.md')).dblclick()
    await workbench.page.getByRole('tab', { name: /README\.md/ }).waitFor()
    await workbench.openModels()
    await DetailsView.click(workbench, '1.2.0', 'churn:1.2.0')
    assert.equal(await workbench.page.locator('.editor-group-container').count(), 2)
    // The keyboard goes on from the row.
    await workbench.page.keyboard.press('ArrowUp')
    await workbench.page.keyboard.press('ArrowUp')
    await workbench
      .row(/^Production|1\.0\.0/)
      .first()
      .waitFor()
    await workbench.sidebar
      .locator('.monaco-list.element-focused, .monaco-list:focus')
      .first()
      .waitFor()

    // Another version takes its place until it is kept.
    const other = await DetailsView.click(workbench, '1.1.0', 'churn:1.1.0')
    assert.deepEqual(await versionTabs(workbench), ['churn:1.1.0'])
    await other.button('Keep Open').click()
    await other.button('Keep Open').waitFor({ state: 'detached' })
    await DetailsView.click(workbench, '1.0.0', 'churn:1.0.0')
    assert.deepEqual((await versionTabs(workbench)).toSorted(), ['churn:1.0.0', 'churn:1.1.0'])
    await workbench.row('1.2.0').first().dblclick()
    const kept = await DetailsView.of(workbench, 'churn:1.2.0')
    await kept.button('Keep Open').waitFor({ state: 'detached' })
    await DetailsView.click(workbench, '1.0.0', 'churn:1.0.0')
    assert.equal((await versionTabs(workbench)).length, 3)
    await workbench.screenshot('details-beside')
    // The palette asks, and finds the tab that is there.
    await workbench.runCommand('Model Registry: Open Version Details…')
    await workbench.quickInput.pick('churn:1.1.0')
    await DetailsView.of(workbench, 'churn:1.1.0')
    assert.equal((await versionTabs(workbench)).length, 3)
  })

  it('say everything, with differences in words', async () => {
    const { workbench, view } = await openChurn()
    const metrics = view.section('Metrics')
    await metrics.getByRole('columnheader', { name: 'To 1.0.0 (production)' }).waitFor()
    await view.row('accuracy').getByText('+0.03, +3.7 % better').waitFor()
    await view.row('accuracy').getByText('-0.02, -2.33 % worse').waitFor()
    await view.row('log_loss').getByText('lower is better').waitFor()
    await view.row('reviewed').getByText('a\\u202eb').waitFor()
    await view.section('How to load it').getByText('joblib.load(path)').waitFor()
    await view.section('Structure').getByText('Pipeline').waitFor()
    await view.section('Inputs and outputs').or(view.section('Features')).first().waitFor()
    await view.section('Security scan').getByText('No danger found').waitFor()
    await view.section('Files').getByText('model.joblib').waitFor()
    const lineage = view.section('Lineage')
    await lineage.getByText('with changes that were not committed').waitFor()
    await lineage.getByText('Where values were read (2)').click()
    await lineage.getByText('edited since').waitFor()
    const history = view.section('History')
    await history.getByText('f1_score: 0.79 → 0.8').waitFor()
    await history.getByText('Why: Costs less per account').waitFor()
    await view.button('Copy SHA-256').first().click()
    await workbench.page.getByText(/^Copied [0-9a-f]{12}/).waitFor()
    // Its tab is left for the file that a value was read from.
    await lineage.getByRole('button', { name: 'churn/metrics.json' }).first().click()
    await workbench.page.getByRole('tab', { name: 'metrics.json' }).waitFor()
  })

  it('are edited in place: Esc leaves, Enter saves, what is wrong is said there, undo takes it back', async () => {
    const { workbench, workspace, view } = await openChurn()
    const stored = async () =>
      (await readModel(workspace, 'churn')).versions.find(({ version }) => version === '1.2.0')
    const left = await view.edit('accuracy')
    await left.fill('0.99')
    await left.press('Escape')
    await view.row('accuracy').getByText('0.84', { exact: true }).waitFor()
    // Whoever edits does not want to lose the page to the next row.
    await view.button('Keep Open').waitFor({ state: 'detached' })

    const box = await view.edit('accuracy')
    await box.fill('very good')
    // What others write meanwhile is shown, and what is typed stays.
    await withRegistry(workspace, (registry) =>
      registry.updateVersion('churn', '1.2.0', { metrics: { accuracy: 0.83, f1_score: 0.81 } }),
    )
    await view.row('f1_score').getByText('0.81', { exact: true }).waitFor()
    assert.equal(await box.inputValue(), 'very good')
    await box.press('Enter')
    await view.frame.getByText('Metric "accuracy" is "very good", not a finite number.').waitFor()
    assert.equal((await stored())?.metrics['accuracy'], 0.83)
    await workbench.screenshot('details-invalid')
    assert.deepEqual(await view.violations(), [])
    await box.fill('0.95')
    await box.press('Enter')
    await view.row('accuracy').getByText('0.95', { exact: true }).waitFor()
    assert.equal((await stored())?.metrics['accuracy'], 0.95)
    await workbench
      .notification('Changed the metrics')
      .getByRole('button', { name: 'Undo' })
      .click()
    await view.row('accuracy').getByText('0.83', { exact: true }).waitFor()

    await view.button('Add parameter…').click()
    await view.frame.getByRole('textbox', { name: 'Name of the parameter' }).fill('dropout')
    const value = view.frame.getByRole('textbox', { name: 'Value of the parameter' })
    await value.fill('0.5')
    await value.press('Enter')
    await view.row('dropout').waitFor()
    assert.equal((await stored())?.parameters['dropout'], 0.5)
    await view.button('Remove optimizer').click()
    await view.row('optimizer').waitFor({ state: 'detached' })
    // The last change, by the keys of undo.
    await view.frame.getByRole('heading', { level: 1 }).click()
    await workbench.page.keyboard.press('ControlOrMeta+z')
    await view.row('optimizer').waitFor()

    await view.button('Edit description…').click()
    const description = view.frame.getByRole('textbox', { name: 'Description' })
    await description.fill('First line')
    await description.press('Shift+Enter')
    await description.pressSequentially('second line')
    await description.press('Enter')
    await view.section('Description').getByText('second line').waitFor()
    assert.equal((await stored())?.description, 'First line\nsecond line')
  })

  it('lead through the stages and aliases', async () => {
    const { workbench, workspace, view } = await openChurn()
    await view.button('Promote to Production').click()
    await workbench.quickInput.type('Passed the review')
    await workbench.quickInput.acceptStep()
    await view.frame.getByText('Why: Passed the review').waitFor()
    assert.deepEqual(await stagesOf(workspace, 'churn'), {
      '1.0.0': 'archived',
      '1.1.0': 'development',
      '1.2.0': 'production',
    })
    await view.button('Promote to Production').waitFor({ state: 'detached' })
    await view.button('Remove alias challenger').click()
    await view.button('Remove alias challenger').waitFor({ state: 'detached' })
    await view.button('Add Alias…').click()
    await workbench.quickInput.type('canary')
    await workbench.quickInput.pick('@canary')
    await view.button('Remove alias canary').waitFor()
    await view.button('Roll Back…').click()
    await workbench.quickInput.pick('1.0.0')
    await workbench.quickInput.acceptStep()
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'churn'))['1.2.0'], 'archived'),
    )
    await view.frame.getByText('Archived, as 1.0.0 went to Production').waitFor()
    await view.button('Compare with Production').click()
    await workbench.page.getByRole('tab', { name: 'churn:1.0.0 ↔ churn:1.2.0' }).waitFor()
  })

  it('follow what others do: edits, renames, deletions, broken documents', async () => {
    const { workbench, workspace, view } = await openChurn()
    await withRegistry(workspace, (registry) =>
      registry.updateVersion('churn', '1.2.0', { tags: { from: 'elsewhere' } }),
    )
    await view.row('from').getByText('elsewhere').waitFor()
    await withRegistry(workspace, (registry) => registry.renameModel('churn', 'leavers'))
    const renamed = await DetailsView.of(workbench, 'leavers:1.2.0')
    await workbench.page.getByRole('tab', { name: 'leavers:1.2.0' }).waitFor()
    await withRegistry(workspace, (registry) => registry.deleteVersion('leavers', '1.2.0'))
    await renamed.frame.getByText(/leavers:1\.2\.0 was deleted .* by Grace/).waitFor()
    await workbench.screenshot('details-deleted')
    assert.deepEqual(await renamed.violations(), [])
    await renamed.button('Restore Version').click()
    await renamed.row('accuracy').waitFor()
    const good = JSON.stringify(await readModel(workspace, 'leavers'), null, 2)
    await rewriteDocument(workspace, 'leavers', (text) => text.slice(0, 200))
    await renamed.frame.getByText(/leavers\.json/).waitFor()
    await renamed.button('Open Document').waitFor()
    await workbench.screenshot('details-broken')
    await rewriteDocument(workspace, 'leavers', () => `${good}\n`)
    await renamed.row('accuracy').waitFor()
  })

  it('come back after a reload, where they were, under the new name of the model', async () => {
    const { workbench, workspace, view } = await openChurn()
    await view.section('History').scrollIntoViewIfNeeded()
    await eventually(async () => {
      const kept: unknown = await view.frame.evaluate('scrollY')
      assert.ok(Number(kept) > 100)
    })
    await withRegistry(workspace, (registry) => registry.renameModel('churn', 'leavers'))
    await DetailsView.of(workbench, 'leavers:1.2.0')
    await workbench.reload()
    const restored = await DetailsView.of(workbench, 'leavers:1.2.0')
    await restored.row('accuracy').waitFor()
    await eventually(async () => assert.ok(Number(await restored.frame.evaluate('scrollY')) > 100))
    // It is the preview still.
    await workbench.openModels()
    await DetailsView.click(workbench, '1.1.0', 'leavers:1.1.0')
    assert.deepEqual(await versionTabs(workbench), ['leavers:1.1.0'])
  })

  it('change nothing in Restricted Mode, and say why', async () => {
    const { workbench } = await Session.start({ prepare: registerRich, trusted: false })
    await workbench.openModels()
    const view = await DetailsView.click(workbench, '1.2.0', 'churn:1.2.0')
    await view.frame.getByText(/Restricted Mode: nothing can be changed/).waitFor()
    for (const name of [
      /^Edit /,
      /^Remove /,
      /^Add /,
      /Promote/,
      /Move to Stage/,
      /Delete/,
      /Code/,
    ])
      assert.equal(await view.button(name).count(), 0, String(name))
    await view.button('Manage Workspace Trust').waitFor()
    assert.deepEqual(await view.violations(), [])
    await workbench.screenshot('details-restricted')
  })

  it('stand up to versions without anything, with too much, and with names that deceive', async () => {
    const { workbench } = await Session.start({ prepare: registerExtremes })
    await workbench.openModels()
    const bare = await DetailsView.click(workbench, 'bare', 'bare:0.1.0')
    await bare.frame.getByText('none, metadata alone').waitFor()
    await bare.section('Metrics').getByText('No metrics are recorded.').waitFor()
    assert.equal(await bare.section('Files').count(), 0)
    assert.deepEqual(await bare.violations(), [])
    await workbench.screenshot('details-bare')

    const many = await DetailsView.click(
      workbench,
      /^many-/,
      `many-${'x'.repeat(100)}:1.0.0-${'y'.repeat(100)}`,
    )
    const metrics = many.section(/^Metrics \(500\)/)
    await metrics.getByRole('button', { name: 'Show 480 more' }).waitFor()
    await workbench.screenshot('details-many')
    await metrics.getByRole('searchbox').fill('loss_499')
    await many.row('eval/loss_499').getByText('62.375').waitFor()
    assert.equal(await metrics.getByRole('rowheader').count(), 1)
    await metrics.getByRole('searchbox').fill('')
    await metrics.getByRole('button', { name: 'Show 480 more' }).click()
    await eventually(async () => assert.equal(await metrics.getByRole('rowheader').count(), 500))
    await many.frame.getByText('safe\\u202etxt.exe').waitFor()
    await many.frame.getByText('<img src=x onerror=alert(1)>\\x07').waitFor()
    assert.equal(await many.frame.locator('img').count(), 0)
    const width: unknown = await many.frame.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    assert.equal(width, 0, 'Long names make the page wider than the window.')
    assert.deepEqual(await many.violations(), [])
  })

  it('scan again where the rules are newer, and show the card that somebody wrote', async () => {
    const session = await Session.start({
      prepare: async (workspace) => {
        await registerChurn(workspace)
        await withRegistry(workspace, (registry) =>
          registry.writeCard('churn', '1.1.0', '# Intended use\n\nFor <b>accounts</b>\n\n- one'),
        )
        await rewriteDocument(workspace, 'churn', (text) =>
          text.replaceAll(/"rules": "\d+"/g, '"rules": "0"'),
        )
      },
    })
    const { workbench, workspace } = session
    await workbench.openModels()
    const view = await DetailsView.click(workbench, '1.1.0', 'churn:1.1.0')
    await view.section('Model card').getByRole('heading', { name: 'Intended use' }).waitFor()
    await view.section('Model card').getByText('For <b>accounts</b>').waitFor()
    await view.frame.getByText('There are newer rules.').waitFor()
    await view.button('Scan Again').click()
    await view.frame.getByText('There are newer rules.').waitFor({ state: 'detached' })
    await view.section('History').getByText('Scanned again').waitFor()
    const { history } = await readModel(workspace, 'churn')
    assert.equal(history.at(-1)?.version, '1.1.0')
    await view.button('Edit Card').click()
    await workbench.page.getByRole('tab', { name: '1.1.0.md' }).waitFor()
  })

  it('say when the artifact is damaged, and offer what helps', async () => {
    const { workbench } = await Session.start({
      prepare: async (workspace) => {
        await registerChurn(workspace)
        await truncate(join(workspace, '.models/churn/1.1.0/model.joblib'), 100)
      },
    })
    await workbench.openModels()
    const view = await DetailsView.click(workbench, '1.1.0', 'churn:1.1.0')
    await view.frame.getByText(/has another size than was registered/).waitFor()
    await view.button('Locate Artifact…').first().waitFor()
    assert.equal(await view.button('Open in Model Inspector').count(), 0)
    assert.equal(
      await view
        .section('Files')
        .getByRole('button', { name: 'model.joblib', exact: true })
        .count(),
      0,
    )
    assert.deepEqual(await view.violations(), [])
    await workbench.screenshot('details-damaged')
  })

  it('open by themselves after the first registration of all, and not after the second', async () => {
    const { workbench } = await Session.start()
    await workbench.openModels()
    const register = async (path: string): Promise<void> => {
      await workbench.chooseFromMenu(await workbench.explorerRow(path), 'Register as Model…')
      for (let step = 0; step < 3; step++) await workbench.quickInput.acceptStep()
    }
    await register('churn/model.joblib')
    await DetailsView.of(workbench, 'churn:1.0.0')
    // The folder that has come moves the rows below it.
    await workbench.explorerRow('.models')
    await register('vision/digits-cnn.onnx')
    await workbench.openModels()
    await workbench.row('digits-cnn').first().waitFor()
    assert.deepEqual(await versionTabs(workbench), ['churn:1.0.0'])
  })

  for (const [name, theme] of Object.entries({
    dark: 'Default Dark Modern',
    light: 'Default Light Modern',
    'high-contrast': 'Default High Contrast',
    'high-contrast-light': 'Default High Contrast Light',
  }))
    it(`look finished, ${name}, wide and narrow`, async () => {
      const { workbench } = await Session.start({
        prepare: registerRich,
        settings: { 'workbench.colorTheme': theme },
      })
      await workbench.openModels()
      const view = await DetailsView.click(workbench, '1.2.0', 'churn:1.2.0')
      await view.row('accuracy').waitFor()
      await workbench.screenshot(`details-${name}`)
      assert.deepEqual(await view.violations(), [])
      await view.section('Lineage').scrollIntoViewIfNeeded()
      await workbench.screenshot(`details-${name}-lineage`)
      await workbench.page.setViewportSize({ width: 800, height: 900 })
      await view.section('Metrics').scrollIntoViewIfNeeded()
      await workbench.screenshot(`details-${name}-narrow`)
    })
})
