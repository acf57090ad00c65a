/** The model inspector as a person sees it: a page in a frame of the window. */
import { basename, dirname } from 'node:path'
import type { Frame, Locator } from 'playwright-core'
import { eventually } from '../support/eventually'
import { violationsIn } from './accessibility'
import type { Workbench } from './workbench'

/** A window that is opened again starts its extensions first. */
const COLD_START_MS = 60_000

export class InspectorView {
  private constructor(
    private readonly workbench: Workbench,
    readonly frame: Frame,
  ) {}

  /** Opens a file of the workspace, as a person who knows its name does. */
  static async openFile(workbench: Workbench, path: string): Promise<InspectorView> {
    const name = basename(path)
    await workbench.page.keyboard.press('Control+P')
    await workbench.quickInput.type(path)
    const folder = dirname(path)
    const row = folder === '.' ? name : `${name}${folder}`
    // Not Enter: what is on top changes while the search goes on.
    await workbench.quickInput.item(row).first().click()
    return InspectorView.of(workbench, name)
  }

  /** **Inspect Model…** on a file or folder in the Explorer. */
  static async inspect(workbench: Workbench, path: string): Promise<InspectorView> {
    await workbench.chooseFromMenu(await workbench.explorerRow(path), 'Inspect Model…')
    return InspectorView.of(workbench, basename(path))
  }

  /** The page that shows a file of this name. */
  static async of(workbench: Workbench, name: string): Promise<InspectorView> {
    const frame = await eventually(async () => {
      for (const candidate of workbench.page.frames()) {
        const heading = candidate.locator('model-inspector h1')
        if ((await heading.count()) > 0 && (await heading.textContent())?.trim() === name)
          return candidate
      }
      throw new Error(`No page shows ${name}.`)
    }, COLD_START_MS)
    return new InspectorView(workbench, frame)
  }

  /** What is known at a glance, by its label. */
  async facts(): Promise<Record<string, string>> {
    const facts: Record<string, string> = {}
    for (const fact of await this.frame.locator('.facts > div').all()) {
      const label = (await fact.locator('dt').textContent())?.trim() ?? ''
      facts[label] = (await fact.locator('dd').textContent())?.trim() ?? ''
      const exact = await fact.getAttribute('title')
      if (exact !== null) facts[`${label}, exactly`] = exact
    }
    return facts
  }

  /** Format and framework. */
  async kind(): Promise<string> {
    return (await this.frame.locator('header .kind').textContent())?.trim() ?? ''
  }

  section(title: string | RegExp): Locator {
    return this.frame.getByRole('region', { name: title })
  }

  get tensors(): Locator {
    return this.frame.getByRole('treegrid')
  }

  row(text: string | RegExp): Locator {
    return this.tensors.getByRole('row').filter({ hasText: text })
  }

  /** Labels of the rows that are drawn, from top to bottom. */
  async labels(): Promise<string[]> {
    const texts = await this.tensors.locator('.row .label').allTextContents()
    return texts.map((text) => text.trim())
  }

  async search(text: string): Promise<void> {
    const box = this.frame.getByRole('searchbox', { name: /Search tensors/ })
    await box.fill(text)
  }

  /** What the table says of its rows: `12 tensors · 9,824 parameters`. */
  get status(): Locator {
    return this.frame.locator('tensor-table [role=status]')
  }

  /** Serious violations of the accessibility rules, as axe names them. */
  violations(): Promise<string[]> {
    return violationsIn(this.frame)
  }

  async screenshot(name: string): Promise<void> {
    await this.workbench.screenshot(name)
  }
}
