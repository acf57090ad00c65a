import assert from 'node:assert/strict'
import type { Frame } from 'playwright-core'
import { eventually } from '../support/eventually'
import { violationsIn } from './accessibility'
import { registerMany, registerSentiment } from './comparedModels'
import { stagesOf, withRegistry } from './sampleRegistry'
import { Session } from './session'
import type { Workbench } from './workbench'

async function comparisonPage(workbench: Workbench): Promise<Frame> {
  return eventually(async () => {
    for (const frame of workbench.page.frames())
      if ((await frame.locator('version-comparison table').count()) > 0) return frame
    throw new Error('No page compares versions.')
  }, 60_000)
}

const BY_MODEL = { 'modelRegistry.view.groupBy': 'model' }

/** Opens the comparison of all versions of the only model there is. */
async function compareAll(workbench: Workbench): Promise<Frame> {
  await workbench.openModels()
  const model = workbench.row(/versions/).first()
  await workbench.chooseFromMenu(model, 'Compare Versions…')
  return comparisonPage(workbench)
}

describe('comparing versions', () => {
  it('marks the best, takes another baseline, hides what is equal, and promotes', async () => {
    const { workbench, workspace } = await Session.start({
      settings: BY_MODEL,
      prepare: registerSentiment,
    })
    const page = await compareAll(workbench)
    await page.getByLabel('Baseline').selectOption('sentiment:1.0.0')
    const accuracy = page.getByRole('row', { name: /^accuracy/ })
    await accuracy.getByText('0.934 ★ best').waitFor()
    await accuracy.getByText('+0.022, +2.41 % better').waitFor()
    const loss = page.getByRole('row', { name: /^eval_loss ↓ lower is better/ })
    await loss.getByText('0.262 ★ best').waitFor()
    await page.getByRole('row', { name: /^optimizer/ }).waitFor()
    await page.getByLabel('Only what differs').check()
    await page.getByRole('row', { name: /^optimizer/ }).waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /^torch 2\.3\.1 2\.4\.0 2\.4\.0|^torch/ }).waitFor()
    await page.getByRole('button', { name: 'Promote to Staging: sentiment:1.1.0' }).click()
    await eventually(async () =>
      assert.equal((await stagesOf(workspace, 'sentiment'))['1.1.0'], 'staging'),
    )
    await page.getByRole('button', { name: 'Promote to Production: sentiment:1.1.0' }).waitFor()
  })

  it('says which tensors differ, and opens the differences in metadata and in code', async () => {
    const { workbench } = await Session.start({ settings: BY_MODEL, prepare: registerSentiment })
    const page = await compareAll(workbench)
    await page.getByLabel('Baseline').selectOption('sentiment:1.0.0')
    const tensors = page.getByRole('row', { name: /^tensors/ })
    await tensors.getByText('1 reshaped, 1 the same', { exact: true }).waitFor()
    await tensors.getByText('1 added, 1 reshaped, 1 the same').waitFor()
    await page
      .getByRole('row', { name: /^head\.weight/ })
      .getByText('F32 [3, 4] reshaped')
      .waitFor()
    await page
      .getByRole('row', { name: /^head\.bias/ })
      .getByText('F16 [3] added')
      .waitFor()
    await page.getByLabel('Baseline').selectOption('sentiment:1.1.0')
    await page
      .getByRole('row', { name: /^head\.weight/ })
      .getByText('F32 [2, 4] reshaped')
      .waitFor()
    await page
      .getByRole('button', { name: 'Code diff between sentiment:1.1.0 and sentiment:1.0.0' })
      .click()
    await workbench.page.getByRole('tab', { name: /^Code of sentiment:1\.0\.0 ↔/ }).waitFor()
    await workbench.page.getByRole('tab', { name: /^Compare 3 Versions/ }).click()
    const again = await comparisonPage(workbench)
    await again
      .getByRole('button', { name: 'Metadata diff between sentiment:1.1.0 and sentiment:1.2.0' })
      .click()
    await workbench.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor()
  })

  it('comes back after a reload as it was, and leaves out what is deleted meanwhile', async () => {
    const { workbench, workspace } = await Session.start({
      settings: BY_MODEL,
      prepare: registerSentiment,
    })
    const page = await compareAll(workbench)
    await page.getByLabel('Baseline').selectOption('sentiment:1.1.0')
    await page
      .getByText('Staging · baseline')
      .or(page.getByText('Development · baseline'))
      .waitFor()
    await workbench.reload()
    const restored = await comparisonPage(workbench)
    await restored.getByText('Development · baseline').waitFor()
    assert.equal(await restored.getByLabel('Baseline').inputValue(), 'sentiment:1.1.0')
    await withRegistry(workspace, (registry) => registry.deleteVersion('sentiment', '1.2.0'))
    await restored.getByText('No longer there, and left out: sentiment:1.2.0.').waitFor()
    await withRegistry(workspace, (registry) => registry.deleteVersion('sentiment', '1.1.0'))
    await eventually(async () =>
      assert.match(
        await restored.getByRole('alert').innerText(),
        /no longer there, so there is nothing to compare/,
      ),
    )
  })

  it('is copied whole, as Markdown and as CSV', async () => {
    const { workbench } = await Session.start({ settings: BY_MODEL, prepare: registerSentiment })
    const page = await compareAll(workbench)
    for (const [button, expected] of [
      ['Copy as Markdown', /\| Metrics \| sentiment/],
      ['Copy as CSV', /^section,name,sentiment/],
    ] as const) {
      await page.getByRole('button', { name: button }).click()
      await workbench.page.getByText(`Copied the comparison as ${button.slice(8)}`).waitFor()
      const text: unknown = await workbench.page.evaluate('navigator.clipboard.readText()')
      assert.ok(typeof text === 'string')
      assert.match(text, expected)
      assert.match(text, /head.*bias/)
    }
  })
})

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
}

for (const [theme, colorTheme] of Object.entries(THEMES))
  describe(`the comparison page, ${theme}`, () => {
    const settings = { ...BY_MODEL, 'workbench.colorTheme': colorTheme }

    it('can be used by everybody, and looks finished', async () => {
      const { workbench } = await Session.start({ settings, prepare: registerSentiment })
      const page = await compareAll(workbench)
      await page.getByLabel('Baseline').selectOption('sentiment:1.0.0')
      await page.getByText('1 reshaped, 1 the same', { exact: true }).waitFor()
      assert.deepEqual(await violationsIn(page), [])
      await workbench.screenshot(`${theme}-comparison`)
      await page.getByRole('row', { name: /^head\.bias/ }).scrollIntoViewIfNeeded()
      await workbench.screenshot(`${theme}-comparison-scrolled`)
    })
  })

describe('a comparison of eight versions', () => {
  it('keeps names and versions in sight, and fits a narrow window', async () => {
    const { workbench } = await Session.start({ settings: BY_MODEL, prepare: registerMany })
    const page = await compareAll(workbench)
    const region = page.getByRole('region', { name: 'Comparison' })
    await region.focus()
    await workbench.page.keyboard.press('PageDown')
    const name = page.getByRole('columnheader', { name: /^2026\.11\.1-nightly/ })
    const before = await eventually(async () => {
      const top = await region.evaluate(({ scrollTop }) => scrollTop)
      assert.ok(top > 0, 'the keyboard scrolls the table')
      return name.boundingBox()
    })
    await region.evaluate((element) => element.scrollBy(0, 100))
    assert.equal((await name.boundingBox())?.y, before?.y, 'versions stay in sight')
    assert.deepEqual(await violationsIn(page), [])
    await workbench.screenshot('comparison-eight')
    await workbench.page.setViewportSize({ width: 700, height: 700 })
    await region.evaluate((element) => element.scrollTo(0, 0))
    await workbench.screenshot('comparison-narrow')
  })
})
