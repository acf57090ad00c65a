/** The charts page, in the words of the person in front of it. */
import type { Frame, Locator } from 'playwright-core'
import { eventually } from '../support/eventually'
import type { Workbench } from './workbench'

export const TABS = [
  'Over versions',
  'All metrics',
  'Trade-off',
  'Parameters',
  'Learning curves',
] as const

export class ChartsView {
  private constructor(
    readonly frame: Frame,
    private readonly workbench: Workbench,
  ) {}

  /** The page that is open, once it has something to show. */
  static async find(workbench: Workbench): Promise<ChartsView> {
    const frame = await eventually(async () => {
      for (const candidate of workbench.page.frames())
        if ((await candidate.locator('metric-charts [role=tablist]').count()) > 0) return candidate
      throw new Error('No page shows charts.')
    }, 60_000)
    return new ChartsView(frame, workbench)
  }

  /** Opens the page of everything from the palette. */
  static async open(workbench: Workbench): Promise<ChartsView> {
    await workbench.openModels()
    await workbench.runCommand('Model Registry: Show Metric Charts')
    return ChartsView.find(workbench)
  }

  /** Shows a chart and waits for its picture. */
  async show(tab: (typeof TABS)[number]): Promise<void> {
    await this.frame.getByRole('tab', { name: tab }).click()
    await this.frame.getByRole('tab', { name: tab, selected: true }).waitFor()
    await this.chart.locator('svg').first().waitFor()
  }

  async choose(label: string, option: string | RegExp): Promise<void> {
    const select = this.frame.getByLabel(label, { exact: true })
    const texts = await select.locator('option').allTextContents()
    const index = texts.findIndex((text) =>
      typeof option === 'string' ? text.trim() === option : option.test(text),
    )
    if (index < 0) throw new Error(`${label} has no ${String(option)}: ${texts.join(', ')}`)
    await select.selectOption({ index })
  }

  /** The first chart. */
  get chart(): Locator {
    return this.frame.getByRole('application').first()
  }

  /** What the tooltip says, title first. */
  get tooltip(): Locator {
    return this.frame.locator('.tooltip:visible')
  }

  /** Goes to the chart as somebody who uses no mouse. */
  async focusChart(): Promise<void> {
    // With keys, since a click is not a focus that is to be seen.
    await this.chart.focus()
    await this.workbench.page.keyboard.press('Tab')
    await this.workbench.page.keyboard.press('Shift+Tab')
    await this.tooltip.waitFor()
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.workbench.page.keyboard.press(key)
  }

  async showTable(): Promise<Locator> {
    await this.frame.getByRole('button', { name: 'Show Data Table' }).click()
    const table = this.frame.getByRole('table')
    await table.waitFor()
    return table
  }
}
