/** The browser lane for suites: a server, a window in Chromium, and the exit code that VS Code reports. */
import type { Page } from 'playwright-core'
import { launchBrowser, openProfile, openWindow } from './browserWindow'
import { startCodeServer } from './codeServer'
import type { SuiteRun } from './desktop'

const LIMIT_MS = 8 * 60_000

/** Runs suites in a browser window; resolves with the exit code. */
export async function runInBrowser(run: SuiteRun): Promise<number> {
  const server = await startCodeServer({
    dataFolder: run.dataFolder,
    trusted: true,
    testDriver: true,
    env: run.env,
  })
  try {
    const browser = await launchBrowser()
    try {
      const profile = await openProfile(browser)
      return await new Promise<number>((resolve, reject) => {
        const prepare = (page: Page): Promise<void> => reportTo(page, resolve, reject)
        openWindow(profile, server.authority, run, prepare).catch(reject)
      })
    } finally {
      await browser.close()
    }
  } catch (error) {
    console.error(error, `\nVS Code's server wrote:\n${server.output()}`)
    return 1
  } finally {
    await server.stop()
  }
}

/** VS Code calls two functions of the page when it runs tests: one for its log lines, one with the exit code. */
async function reportTo(
  page: Page,
  resolve: (code: number) => void,
  reject: (error: Error) => void,
): Promise<void> {
  const timer = setTimeout(
    () => reject(new Error(`The suites did not end within ${LIMIT_MS / 60_000} minutes.`)),
    LIMIT_MS,
  )
  page.once('close', () => clearTimeout(timer))
  page.once('crash', () => reject(new Error('The browser window crashed.')))
  await page.exposeFunction('codeAutomationExit', resolve)
  // Chatty, and mocha's text takes another way: only a failure to load the suites is told here alone.
  await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
    if (type === 'error' && args.some((arg) => String(arg).includes('extensionTestsPath')))
      console.error(...args)
  })
}
