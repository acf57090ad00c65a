import { readFile } from 'node:fs/promises'
import type { Frame } from 'playwright-core'

const AXE = require.resolve('axe-core/axe.min.js')

/** What axe finds that keeps people from using a page. */
export async function violations(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(await readFile(AXE, 'utf8'))
  const found: unknown = await frame.evaluate(
    'axe.run({ runOnly: ["wcag2a", "wcag2aa"] }).then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => id + " " + nodes[0].html))',
  )
  return found as string[]
}
