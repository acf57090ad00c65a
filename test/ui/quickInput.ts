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

  async title(): Promise<string> {
    return (await this.widget.locator('.quick-input-title').textContent()) ?? ''
  }

  /** Replaces what stands in the box. */
  async type(text: string): Promise<void> {
    await this.input.waitFor()
    await this.input.fill(text)
  }

  async value(): Promise<string> {
    await this.input.waitFor()
    return this.input.inputValue()
  }

  /** Enter: takes what is typed or picked. */
  async accept(): Promise<void> {
    await this.input.waitFor()
    await this.input.press('Enter')
  }

  /** Enter, and waits until the next step or the end: a second Enter that comes too early would be lost. */
  async acceptStep(): Promise<void> {
    await this.input.waitFor()
    const before = await this.text()
    await this.input.press('Enter')
    await eventually(async () => {
      if ((await this.text()) === before) throw new Error(`The quick input stayed at\n${before}`)
    })
  }

  /** What the widget says now; nothing when it is gone, which is not waited for. */
  private async text(): Promise<string> {
    const texts = await this.widget.evaluateAll((widgets) => widgets.map((one) => one.innerText))
    return texts.join('\n')
  }

  /** Esc. */
  async cancel(): Promise<void> {
    await this.input.waitFor()
    await this.input.press('Escape')
    await this.widget.waitFor({ state: 'hidden' })
  }

  /** The arrow that leads to the step before. */
  async back(): Promise<void> {
    await this.button(/^Back/).click()
  }

  button(name: string | RegExp): Locator {
    return this.widget.getByRole('button', { name })
  }

  item(text: string | RegExp): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row').filter({ hasText: text })
  }

  /** The visible items, each by its label. */
  async items(): Promise<string[]> {
    await this.item(/./).first().waitFor()
    return this.widget.locator('.quick-input-list .monaco-list-row .label-name').allTextContents()
  }

  async pick(text: string | RegExp): Promise<void> {
    await this.item(text).first().click()
  }

  /** Waits for a sentence below the box: a prompt, or what is wrong with the input. */
  async messageSays(text: string | RegExp): Promise<void> {
    await this.widget.locator('.quick-input-message').getByText(text).waitFor()
  }

  async gone(): Promise<void> {
    await this.widget.waitFor({ state: 'hidden' })
  }
}
