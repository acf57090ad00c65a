/** The details page as a person sees it: a page in a frame of the window. */
import type { Frame, Locator } from 'playwright-core'
import { eventually } from '../support/eventually'
import { violationsIn } from './accessibility'
import type { Workbench } from './workbench'

/** A window that is opened again starts its extensions first. */
const COLD_START_MS = 60_000

export class DetailsView {
  private constructor(readonly frame: Frame) {}

  /** The page that shows a version, as soon as there is one. */
  static async of(workbench: Workbench, reference: string): Promise<DetailsView> {
    const frame = await eventually(async () => {
      for (const candidate of workbench.page.frames()) {
        const heading = candidate.locator('version-details h1')
        if ((await heading.count()) > 0 && (await heading.textContent())?.trim() === reference)
          return candidate
      }
      throw new Error(`No page shows ${reference}.`)
    }, COLD_START_MS)
    return new DetailsView(frame)
  }

  /** Clicks on the row of a version. */
  static async click(
    workbench: Workbench,
    row: string | RegExp,
    reference: string,
  ): Promise<DetailsView> {
    await workbench.row(row).first().click()
    return DetailsView.of(workbench, reference)
  }

  section(title: string | RegExp): Locator {
    return this.frame.getByRole('region', { name: title })
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name })
  }

  /** The row of a metric, parameter or tag. */
  row(name: string): Locator {
    const cell = this.frame.getByRole('rowheader', { name })
    return this.frame.getByRole('row').filter({ has: cell }).first()
  }

  /** Begins to edit a value; the box that it is typed into. */
  async edit(name: string): Promise<Locator> {
    await this.button(`Edit ${name}`).click()
    return this.frame.getByRole('textbox', { name: `Value of ${name}` })
  }

  /** Serious violations of the accessibility rules, as axe names them. */
  violations(): Promise<string[]> {
    return violationsIn(this.frame)
  }
}
