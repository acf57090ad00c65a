/** A VS Code window, in the words of the person in front of it. Every step waits for what it needs to see. */
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { OUT } from '../host/workspace'
import { eventually } from '../support/eventually'
import { QuickInput } from './quickInput'

/** The extension host of a cold window takes several seconds to start, more on a busy machine. */
const COLD_START_MS = 60_000

/** Of the page, where what uses it runs; Node, which this project is compiled for, has none. */
declare const DataTransfer: new () => { readonly items: { add(file: File): void } }

export class Workbench {
  readonly quickInput: QuickInput
  readonly sidebar: Locator

  constructor(readonly page: Page) {
    this.quickInput = new QuickInput(page)
    this.sidebar = page.locator('.part.sidebar')
  }

  /** Shows a view container by its name in the activity bar. */
  async openContainer(name: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name })
    await tab.waitFor({ timeout: COLD_START_MS })
    const title = this.sidebar.locator('.composite.title').getByText(name).first()
    await eventually(async () => {
      // A click on the container that is shown would hide it, and the extension itself may be about to show it.
      if (!(await title.isVisible())) await tab.click()
      await title.waitFor({ timeout: 2000 })
    })
  }

  /** Shows the tree of registered models, and waits for the extension to fill it or to say why it is empty. */
  async openModels(): Promise<void> {
    await this.openContainer('Model Registry')
    await this.sidebar
      .locator('[role=treeitem], .welcome-view-content p')
      .first()
      .waitFor({ timeout: COLD_START_MS })
  }

  async openExplorer(): Promise<void> {
    await this.openContainer('Explorer')
  }

  /** A row of the tree of registered models, by what it says: a file that is not registered may have the same name. */
  row(text: string | RegExp): Locator {
    const tree = this.sidebar.locator('[role=tree][aria-label^="Models"]')
    return tree.getByRole('treeitem').filter({ hasText: text })
  }

  /** The visible rows of the tree as `label description`, from top to bottom. */
  async rows(): Promise<string[]> {
    return this.sidebar.getByRole('treeitem').evaluateAll((rows) =>
      rows
        .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((row) => {
          const parts = ['.label-name', '.label-description']
          return parts
            .map((part) => row.querySelector(part)?.textContent ?? '')
            .filter((part) => part !== '')
            .join(' ')
        }),
    )
  }

  /** Waits until the visible rows are as `expected` says. */
  async rowsUntil(expected: (rows: readonly string[]) => boolean): Promise<readonly string[]> {
    return eventually(async () => {
      const rows = await this.rows()
      if (!expected(rows)) throw new Error(`The rows stayed\n${rows.join('\n')}`)
      return rows
    })
  }

  /** Opens the folders of a path in the Explorer and returns the row of its last part. */
  async explorerRow(path: string): Promise<Locator> {
    await this.openExplorer()
    const parts = path.split('/')
    let row = this.fileRow(parts[0] ?? path)
    for (const [index, part] of parts.entries()) {
      row = this.fileRow(part)
      await row.waitFor()
      if (index < parts.length - 1 && (await row.getAttribute('aria-expanded')) === 'false')
        await row.click()
    }
    return row
  }

  private fileRow(name: string): Locator {
    return this.sidebar.getByRole('treeitem', { name, exact: true })
  }

  /** Right-clicks and chooses from the menu. */
  async chooseFromMenu(target: Locator, item: string | RegExp): Promise<void> {
    const menu = await eventually(async () => {
      const opened = await this.openMenu(target)
      try {
        await opened.getByRole('menuitem', { name: item }).first().waitFor({ timeout: 2000 })
        return opened
      } catch (error) {
        // A window that has just opened does not know yet that it is trusted, and a menu that is open stays as it is.
        await this.page.keyboard.press('Escape')
        await opened.waitFor({ state: 'hidden' })
        throw error
      }
    }, COLD_START_MS)
    // A menu takes no click in its first tenth of a second, so that the right click that opened it chooses nothing.
    await menu.getByRole('menuitem', { name: item }).first().click({ delay: 150 })
    await menu.waitFor({ state: 'hidden' })
  }

  async openMenu(target: Locator): Promise<Locator> {
    await target.click({ button: 'right' })
    const menu = this.page.locator('.monaco-menu').first()
    await menu.waitFor()
    return menu
  }

  /** Runs a command by its title in the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1')
    await this.quickInput.type(`>${title}`)
    await this.quickInput.item(title).first().click()
  }

  /** Loads the window anew, as its editors survive it: a page that is loaded by force forgets them. */
  async reload(): Promise<void> {
    // What is looked for afterwards must not be found in the window that is about to go.
    const loaded = this.page.waitForEvent('load')
    await this.runCommand('Developer: Reload Window')
    await loaded
  }

  /** Waits until a row stands still: rows above it may still be coming, and a click would hit its neighbour. */
  async settled(row: Locator): Promise<void> {
    await restingBox(row)
  }

  /** Rests the mouse on a row until its tooltip says something. */
  async hover(row: Locator, text: string): Promise<void> {
    const tooltip = this.page.locator('.workbench-hover').getByText(text).first()
    await eventually(async () => {
      // A row that is drawn anew forgets that the mouse is on it.
      await this.page.mouse.move(900, 400)
      await row.hover()
      await tooltip.waitFor({ timeout: 3000 })
    })
  }

  /** Drags with the mouse, as slowly as VS Code needs to see what it is dragged over. */
  async drag(from: Locator, to: Locator): Promise<void> {
    await centre(to)
    await this.hold(from)
    await this.dropOn(to)
  }

  /** Drags a file of the Explorer over the icon of the registry, which shows it, and drops it on a row. */
  async dragFromExplorer(path: string, onto: string | RegExp): Promise<void> {
    await this.hold(await this.explorerRow(path))
    const icon = this.page.locator('.activitybar').getByRole('tab', { name: 'Model Registry' })
    await this.moveOver(icon)
    const target = this.row(onto).first()
    await target.waitFor()
    await this.dropOn(target)
  }

  /** Drops a file that comes from outside of the browser: it has a name and bytes, and no path. */
  async dropFromSystem(onto: Locator, name: string, bytes: Buffer): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      ([fileName, base64]) => {
        const data = new DataTransfer()
        const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        data.items.add(new File([content], fileName))
        return data
      },
      [name, bytes.toString('base64')] as const,
    )
    const target = onto.locator('.monaco-tl-contents')
    for (const event of ['dragenter', 'dragover', 'drop'])
      await target.dispatchEvent(event, { dataTransfer: transfer })
  }

  private async hold(from: Locator): Promise<void> {
    const { x, y } = await centre(from)
    await this.page.mouse.move(x, y)
    await this.page.mouse.down()
    await this.page.mouse.move(x + 8, y + 8, { steps: 4 })
  }

  private async moveOver(target: Locator): Promise<void> {
    const { x, y } = await centre(target)
    await this.page.mouse.move(x, y, { steps: 8 })
    await this.page.mouse.move(x + 1, y + 1, { steps: 2 })
  }

  private async dropOn(to: Locator): Promise<void> {
    await this.moveOver(to)
    await this.page.mouse.up()
  }

  /** The text of a notification, once one with it has come up. */
  notification(text: string | RegExp): Locator {
    return this.page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ hasText: text })
  }

  /** A modal message. */
  dialog(text: string | RegExp): Locator {
    return this.page.locator('.monaco-dialog-box').filter({ hasText: text })
  }

  /** Saves a picture of the window and returns its path. */
  async screenshot(name: string): Promise<string> {
    const path = join(OUT, 'screenshots', `${name}.png`)
    await this.page.screenshot({ path, animations: 'disabled', caret: 'hide' })
    return path
  }

  /** Types a line into a new terminal. Its output is drawn, not readable: look at what the line did. */
  async runInTerminal(line: string): Promise<void> {
    await this.runCommand('Terminal: Create New Terminal')
    const terminal = this.page.locator('.terminal-wrapper.active textarea')
    await terminal.waitFor({ state: 'attached' })
    await terminal.focus()
    await this.page.keyboard.type(`${line}\n`)
  }
}

/** Looks in a row at the same place that count as standing still: views that are being filled move what is below them. */
const STILL_LOOKS = 6
const LOOK_MILLISECONDS = 100

/** Where a row is, once it has come to rest. */
async function restingBox(target: Locator): ReturnType<Locator['boundingBox']> {
  await target.waitFor()
  let box = await target.boundingBox()
  for (let still = 0; still < STILL_LOOKS;) {
    await target.page().waitForTimeout(LOOK_MILLISECONDS)
    const now = await target.boundingBox()
    still = now?.x === box?.x && now?.y === box?.y ? still + 1 : 0
    box = now
  }
  return box
}

async function centre(target: Locator): Promise<{ x: number; y: number }> {
  const box = await restingBox(target)
  if (box === null) throw new Error('The row is not visible.')
  // Rows reach beyond the sidebar's edge when names are long: their left part is always seen.
  return { x: box.x + Math.min(box.width / 2, 80), y: box.y + box.height / 2 }
}
