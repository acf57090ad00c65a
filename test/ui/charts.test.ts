import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../support/eventually'
import { violationsIn } from './accessibility'
import { registerTrainings, writeModel, writeThousand } from './chartRegistry'
import { ChartsView } from './chartsView'
import { DetailsView } from './detailsView'
import { withRegistry } from './sampleRegistry'
import { Session } from './session'
import type { Workbench } from './workbench'

describe('charts', () => {
  it('tell the values of points by key and mouse, open a version, and have a table', async () => {
    const { workbench } = await Session.start({ prepare: registerTrainings })
    const charts = await ChartsView.open(workbench)
    await charts.choose('Versions', /^\s*digits/)
    await charts.frame.getByText('16 versions', { exact: true }).waitFor()
    await charts.focusChart()
    await charts.press('End')
    await charts.tooltip.getByText('digits:1.15.0').waitFor()
    await charts.frame
      .getByRole('status')
      .getByText(/digits:1\.15\.0, accuracy 0\.\d+/)
      .waitFor()
    await charts.press('ArrowLeft')
    await charts.tooltip.getByText('Staging').waitFor()
    const box = await charts.chart.boundingBox()
    assert.ok(box)
    await workbench.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 20 })
    await workbench.page.mouse.move(box.x + 68, box.y + 320, { steps: 20 })
    await charts.tooltip.getByText('digits:1.0.0', { exact: true }).waitFor()
    await workbench.page.mouse.move(2, 2)
    const table = await charts.showTable()
    assert.equal(await table.getByRole('row').count(), 17)
    await table.getByRole('row', { name: /digits:1\.9\.0.*Production/ }).waitFor()
    assert.deepEqual(await violationsIn(charts.frame), [])
    await workbench.screenshot('charts-table')
    await charts.focusChart()
    await charts.press('End', 'Enter')
    await DetailsView.of(workbench, 'digits:1.15.0')
  })

  it('draw the model of a row and the selected versions, follow changes, and are back after a reload', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerTrainings })
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('digits 1.9.0').first(), 'Show Metric Charts')
    const charts = await ChartsView.find(workbench)
    await charts.frame.getByText('16 versions', { exact: true }).waitFor()
    await charts.show('Trade-off')
    await withRegistry(workspace, (registry) =>
      registry.register({
        name: 'digits',
        version: '2.0.0',
        metrics: { accuracy: 0.99, latency_ms: 1 },
      }),
    )
    await charts.frame.getByText('17 versions', { exact: true }).waitFor()
    await charts.chart.getByText('2.0.0').waitFor()
    await workbench.reload()
    const restored = await ChartsView.find(workbench)
    await restored.frame.getByRole('tab', { name: 'Trade-off', selected: true }).waitFor()
    await restored.frame.getByText('17 versions', { exact: true }).waitFor()
    await workbench.openModels()
    await workbench.row('digits 1.9.0').first().click()
    await workbench
      .row('churn 2.3.0')
      .first()
      .click({ modifiers: ['ControlOrMeta'] })
    await workbench.chooseFromMenu(workbench.row('churn 2.3.0').first(), 'Show Metric Charts')
    await eventually(async () => {
      const two = workbench.page
        .frames()
        .map((frame) => frame.getByText('2 versions', { exact: true }).count())
      assert.ok((await Promise.all(two)).some((count) => count > 0))
    })
  })

  it('draw versions of several models that are chosen from a list', async () => {
    const { workbench } = await Session.start({ prepare: registerTrainings })
    const charts = await ChartsView.open(workbench)
    await charts.frame.getByRole('button', { name: 'Choose Versions…' }).click()
    const { quickInput } = workbench
    for (const reference of ['churn:2.3.0', 'digits:1.9.0']) {
      await quickInput.type(reference)
      await quickInput.item(reference).first().click()
    }
    await quickInput.accept()
    await charts.frame.getByText('2 versions', { exact: true }).waitFor()
    await charts.chart.getByText('Production 2.3.0').waitFor()
  })

  it('narrow parallel coordinates by keys and by mouse', async () => {
    const { workbench } = await Session.start({ prepare: registerTrainings })
    const charts = await ChartsView.open(workbench)
    await charts.choose('Versions', /^\s*digits/)
    await charts.show('Parameters')
    const upper = charts.frame.getByRole('slider', { name: 'optimizer, up to' })
    await upper.focus()
    await charts.press('Home')
    await charts.press('ArrowUp')
    assert.equal(await upper.getAttribute('aria-valuetext'), 'adam')
    await charts.frame.getByText('4 of 16 versions within').waitFor()
    const table = await charts.showTable()
    assert.equal(await table.getByRole('row').count(), 5)
    await charts.press('Tab')
    await upper.focus()
    await charts.press('Escape')
    await charts.frame.getByText('Drag along an axis').waitFor()
    const lower = charts.frame.getByRole('slider', { name: 'accuracy, from' })
    const [from, to] = [await lower.boundingBox(), await upper.boundingBox()]
    assert.ok(from && to)
    const { mouse } = workbench.page
    await mouse.move(from.x + from.width / 2, to.y + 80)
    await mouse.down()
    await mouse.move(from.x + from.width / 2, to.y + 4, { steps: 10 })
    await mouse.up()
    await charts.frame.getByText(/^\s*\d of 16 versions within/).waitFor()
    await workbench.screenshot('charts-brushed')
  })

  it('overlay learning curves, smoothed and on a logarithmic scale', async () => {
    const { workbench } = await Session.start({ prepare: registerTrainings })
    const charts = await ChartsView.open(workbench)
    await charts.show('Learning curves')
    await charts.choose('Curve', 'val_loss')
    await charts.chart.getByText('val_loss, lower is better').waitFor()
    await charts.choose('Smoothing', 'Medium')
    await charts.frame.getByLabel('Log scale').check()
    await charts.chart.getByText('val_loss, lower is better, on a logarithmic scale').waitFor()
    await charts.focusChart()
    await charts.press('ArrowDown')
    await charts.tooltip.getByText(/\(smoothed\) at step/).waitFor()
    await workbench.screenshot('charts-smoothed')
  })

  it('are saved as SVG, with colours and font in the file, and as PNG', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerTrainings })
    const charts = await ChartsView.open(workbench)
    await charts.choose('Versions', /^\s*digits/)
    await charts.show('Over versions')
    await charts.frame.getByRole('button', { name: 'Save as SVG…' }).click()
    await saveDialog(workbench)
    const svg = await eventually(() =>
      readFile(join(workspace, 'chart-Over-versions-accuracy.svg'), 'utf8'),
    )
    assert.match(svg, /^<\?xml[^>]*>\n<svg [^>]*width="\d+"/)
    assert.match(svg, /Production 1\.9\.0/)
    assert.doesNotMatch(svg, /var\(|currentColor|style=|<style|<script/)
    await charts.frame.getByRole('button', { name: 'Save as PNG…' }).click()
    await saveDialog(workbench)
    const png = await eventually(async () => {
      const bytes = await readFile(join(workspace, 'chart-Over-versions-accuracy.png'))
      assert.ok(bytes.length > 1000)
      return bytes
    })
    assert.equal(png.toString('latin1', 1, 4), 'PNG')
    // Width and height, as the header of the file says.
    assert.ok(png.readUInt32BE(16) > 400 && png.readUInt32BE(20) > 200)
  })

  it('say what is missing', async () => {
    const { workbench } = await Session.start({
      prepare: (workspace) => writeModel(workspace, 'plain', [{ metrics: { accuracy: 0.9 } }]),
    })
    const charts = await ChartsView.open(workbench)
    await charts.choose('Versions', /^\s*plain/)
    for (const [tab, sentence] of [
      ['Trade-off', 'accuracy is the only metric that the versions have'],
      ['Parameters', 'No version of plain has parameters. Parameters are read from'],
      ['Learning curves', 'No version of plain has learning curves on this machine.'],
    ] as const) {
      await charts.frame.getByRole('tab', { name: tab }).click()
      await charts.frame.getByText(sentence).waitFor()
    }
    await charts.show('Over versions')
    await charts.focusChart()
    await charts.tooltip.getByText('plain:1.0.0').waitFor()
  })

  it('stay fluid with a thousand versions and sixty metrics, on a narrow page, too', async () => {
    const { workbench } = await Session.start({ prepare: (workspace) => writeThousand(workspace) })
    const charts = await ChartsView.open(workbench)
    await charts.show('Over versions')
    await charts.frame.getByText('1,000 versions', { exact: true }).waitFor()
    await charts.focusChart()
    await charts.press('End', 'PageUp')
    await charts.tooltip.getByText('grown:1.989.0').waitFor()
    await workbench.screenshot('charts-thousand')
    await charts.show('Parameters')
    await workbench.screenshot('charts-thousand-parameters')
    await charts.show('All metrics')
    const figures = charts.frame.locator('chart-figure')
    assert.equal(await figures.count(), 60)
    assert.equal(await figures.last().locator('svg').count(), 0)
    await figures.last().scrollIntoViewIfNeeded()
    await figures.last().locator('svg').first().waitFor()
    await workbench.page.setViewportSize({ width: 760, height: 800 })
    await charts.show('Over versions')
    assert.deepEqual(await violationsIn(charts.frame), [])
    await workbench.screenshot('charts-thousand-narrow')
  })

  it('are opened from a comparison, of the versions that are compared', async () => {
    const { workbench } = await Session.start({ prepare: registerTrainings })
    await workbench.openModels()
    await workbench.chooseFromMenu(
      workbench.row('digits 1.14.0').first(),
      'Compare with Production',
    )
    const button = await eventually(async () => {
      for (const frame of workbench.page.frames()) {
        const found = frame.getByRole('button', { name: 'Show Charts' })
        if ((await found.count()) > 0) return found
      }
      throw new Error('No page compares versions.')
    }, 60_000)
    await button.click()
    const charts = await ChartsView.find(workbench)
    await charts.frame.getByText('2 versions', { exact: true }).waitFor()
    await charts.chart.getByText('Production 1.9.0').waitFor()
  })
})

/** Accepts the place that the dialog for saving suggests. */
async function saveDialog({ quickInput }: Workbench): Promise<void> {
  await eventually(async () =>
    assert.match(await quickInput.input.inputValue(), /chart-Over-versions/),
  )
  // The dialog takes no Enter while it looks at the folder.
  await eventually(async () => {
    await quickInput.input.press('Enter', { timeout: 1000 })
    await quickInput.widget.waitFor({ state: 'hidden', timeout: 1000 })
  })
}
