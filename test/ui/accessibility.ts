/** What axe finds that keeps people from using a page. */
import { readFile } from 'node:fs/promises'
import type { Frame } from 'playwright-core'

const AXE = require.resolve('axe-core/axe.min.js')

/** Serious violations of the accessibility rules, with the elements that they are of. */
export async function violationsIn(frame: Frame): Promise<string[]> {
  await frame.evaluate(await readFile(AXE, 'utf8'))
  return frame.evaluate(async () => {
    // Defined by the script above.
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
  })
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}
