/** A VS Code window: a page of a Chromium that shows what a server serves. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { provisionChromium } from './provision'

/** What a window opens with. Paths are absolute. */
export interface WindowOptions {
  /** A folder, or a `.code-workspace` file; without either the window is empty. */
  readonly workspace?: string
  /** A folder of an extension under development, beside what is installed. Takes a server with the test driver. */
  readonly extension?: string
  /** A module that exports `run()`, which the window then runs. */
  readonly tests?: string
}

const WINDOW_SIZE = { width: 1280, height: 800 }

/** Starts a Chromium without a screen. Its owner closes it. */
export async function launchBrowser(): Promise<Browser> {
  const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
  quiet.push('--disable-background-networking', '--disable-component-update')
  return chromium.launch({
    executablePath: await provisionChromium(),
    // Chromium refuses to run sandboxed as root, which is who runs in containers.
    args: process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet,
  })
}

/** A browser profile of its own: nothing is remembered from another test. */
export async function openProfile(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: WINDOW_SIZE, permissions: CLIPBOARD })
}

const CLIPBOARD = ['clipboard-read', 'clipboard-write']

/** The address of a window. The authority in the URIs must be that of the address bar. */
export function windowUrl(authority: string, options: WindowOptions): string {
  const url = new URL(`http://${authority}/`)
  const { workspace, extension, tests } = options
  if (workspace !== undefined)
    url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace)
  else url.searchParams.set('ew', 'true')
  const remote = (path: string): string => `vscode-remote://${authority}${path}`
  const payload: [string, string][] = []
  if (extension !== undefined) payload.push(['extensionDevelopmentPath', remote(extension)])
  if (tests !== undefined) payload.push(['extensionTestsPath', remote(tests)])
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload))
  return url.href
}

/** Opens a window and waits until it can be clicked; `prepare` gets the page before anything is loaded. */
export async function openWindow(
  profile: BrowserContext,
  authority: string,
  options: WindowOptions,
  prepare?: (page: Page) => Promise<void>,
): Promise<Page> {
  const page = await profile.newPage()
  await prepare?.(page)
  await page.goto(windowUrl(authority, options))
  await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 })
  return page
}
