/** The quick input at the top of a window: input boxes, picks and the palette. */
import type { Locator, Page } from 'playwright-core'
import { eventually } from '../support/eventually'

export class QuickInput {
  readonly widget: Locator
  readonly input: Locator

  constructor(page: Page) {
    this.widget = page.locator('.quick-input-widget').filter({ visible: true })
    this.input = this.widget.locator('.quick-input-box input')
  }

  /** Waits for a step by its title, for example `Register churn (1/3)`. */
  async step(title: string | RegExp): Promise<void> {
    await this.widget.locator('.quick-input-titlebar').getByText(title).waitFor()
  }

  /** Replaces what stands in the box. */
  async type(text: string): Promise<void> {
    await this.input.waitFor()
    await this.input.fill(text)
  }

  /** Enter: takes what is typed or picked. */
  async accept(): Promise<void> {
    await this.input.waitFor()
    await this.input.press('Enter')
  }

  /** Enter, and on to the next step or the end: a second Enter that comes too early would be lost. */
  async acceptStep(): Promise<void> {
    await this.onward(() => this.accept())
  }

  /** Does what leads to another input, and waits until that one is there or none is. */
  private async onward(act: () => Promise<void>): Promise<void> {
    await this.input.waitFor()
    const before = await this.titles()
    await act()
    await eventually(async () => {
      if ((await this.titles()) === before)
        throw new Error(`The quick input stayed at "${before}".`)
    })
  }

  /** The title that is shown now, nothing when the widget is gone: neither is waited for. */
  private async titles(): Promise<string> {
    return (await this.widget.locator('.quick-input-title').allInnerTexts()).join('')
  }

  /** Esc. */
  async cancel(): Promise<void> {
    await this.input.waitFor()
    await this.input.press('Escape')
    await this.widget.waitFor({ state: 'hidden' })
  }

  /** The arrow that leads to the step before. */
  async back(): Promise<void> {
    await this.press(/^Back/)
  }

  /** A button of the title bar that leads to another input. */
  async press(name: string | RegExp): Promise<void> {
    await this.onward(() => this.button(name).click())
  }

  private button(name: string | RegExp): Locator {
    return this.widget.getByRole('button', { name })
  }

  item(text: string | RegExp): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row').filter({ hasText: text })
  }

  /** Takes an item by the mouse, and on to the next input or the end. */
  async pick(text: string | RegExp): Promise<void> {
    await this.onward(() => this.item(text).first().click())
  }

  /** Waits for a sentence below the box: a prompt, or what is wrong with the input. */
  async messageSays(text: string | RegExp): Promise<void> {
    await this.widget.locator('.quick-input-message').getByText(text).waitFor()
  }
}
