/**
 * `npm run bench:charts`: how long the charts page of a registry of 1,000 versions with 60 metrics takes to open, without
 * VS Code: what the extension works out, what travels, and what the page does until the chart stands there.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Page } from 'playwright-core'
import { versionsIn, choicesOf } from '../../src/extension/charts/scope'
import { viewOf } from '../../src/extension/charts/view'
import { RegisteredModel } from '../../src/registry/model'
import type { ModelDocument } from '../../src/registry/model'
import type { ChartKind, ChartsView } from '../../src/webview/charts/protocol'
import { CHARTS } from '../../src/webview/charts/protocol'
import { launchBrowser } from '../host/browserWindow'
import { createTempFolder, removeFolder } from '../support/tempFolder'
import { writeThousand } from '../ui/chartRegistry'

const ROUNDS = 7
const LIMIT = 500
const THEME = {
  '--vscode-font-family': 'sans-serif',
  '--vscode-foreground': '#cccccc',
  '--vscode-editor-background': '#1f1f1f',
  '--vscode-charts-blue': '#59a4f9',
}

/** The page's script runs in the browser, which this project is compiled without. */
declare const document: {
  readonly documentElement: { readonly style: { setProperty(name: string, value: string): void } }
}

async function main(): Promise<void> {
  const folder = await createTempFolder('bench-charts')
  const browser = await launchBrowser()
  try {
    await writeThousand(folder)
    const text = await readFile(join(folder, '.models/grown.json'), 'utf8')
    const { versions } = new RegisteredModel('grown', JSON.parse(text) as ModelDocument)
    const script = await readFile('dist/webview/charts.js', 'utf8')
    let isKept = true
    for (const chart of CHARTS) {
      const opened: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const began = performance.now()
        const view = viewed(chart, versions)
        const message = JSON.stringify(view)
        const host = performance.now() - began
        const page = await browser.newPage({ viewport: { width: 920, height: 720 } })
        const drawn = await timeInPage(page, script, message, chart)
        await page.close()
        opened.push(host + drawn)
        if (round === ROUNDS - 1)
          console.log(
            `${chart}: last round ${host.toFixed(0)} ms in the extension, ${(message.length / 1000).toFixed(0)} kB, ${drawn.toFixed(0)} ms in the page`,
          )
      }
      const median = opened.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
      isKept &&= median <= LIMIT
      console.log(
        `${median <= LIMIT ? ' ok ' : 'FAIL'}  ${chart}: ${median.toFixed(0)} ms (≤ ${LIMIT} ms)`,
      )
    }
    process.exitCode = isKept ? 0 : 1
  } finally {
    await browser.close()
    await removeFolder(folder)
  }
}

function viewed(chart: ChartKind, versions: RegisteredModel['versions']): ChartsView {
  const scope = { kind: 'all' } as const
  const folders = [{ folder: 'file:///bench', versions }]
  const chosen = versionsIn(scope, folders)
  return {
    ...viewOf({ scope, chart, smoothing: 0 }, { of: 'any model', versions: chosen }),
    ...choicesOf(scope, folders, chosen),
  }
}

/** From the first line of the page's script to the chart on the screen. */
async function timeInPage(
  page: Page,
  script: string,
  message: string,
  chart: ChartKind,
): Promise<number> {
  await page.setContent('<!doctype html><html><body><metric-charts></metric-charts></body></html>')
  await page.evaluate((theme) => {
    for (const [name, value] of Object.entries(theme))
      document.documentElement.style.setProperty(name, value)
  }, THEME)
  const shown = chart === 'curves' ? '.empty' : 'svg'
  const time: unknown = await page.evaluate(`new Promise((resolve) => {
    globalThis.acquireVsCodeApi = () => ({
      getState: () => undefined,
      setState: () => undefined,
      postMessage: ({ id }) => window.postMessage({ id, ok: JSON.parse(${JSON.stringify(message)}) }),
    })
    const began = performance.now()
    const isShown = () => {
      const page = document.querySelector('metric-charts')?.shadowRoot
      const chart = page?.querySelector('chart-figure, parallel-figure')?.shadowRoot ?? page
      return chart?.querySelector(${JSON.stringify(shown)})
    }
    const look = () => (isShown() ? resolve(performance.now() - began) : requestAnimationFrame(look))
    ;(0, eval)(${JSON.stringify(script)})
    look()
  })`)
  return Number(time)
}

void main()
