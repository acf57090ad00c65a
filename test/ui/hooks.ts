/** Around every UI test: a picture of what failed, and nothing left running. */
import type { Context } from 'mocha'
import { closeBrowser, openWorkbenches, stopSessions } from './session'

export const mochaHooks = {
  async afterEach(this: Context): Promise<void> {
    const test = this.currentTest
    if (test?.isFailed())
      for (const [index, workbench] of openWorkbenches().entries()) {
        const name = `failed-${test.fullTitle().replaceAll(/[^a-z0-9]+/gi, '-')}-${index}`
        console.log(`      window: ${await workbench.screenshot(name)}`)
      }
    await stopSessions()
  },
  afterAll: closeBrowser,
}
