import { window, type Disposable } from 'vscode'
import type { Host } from '../host'

/** The kind of panel, under which VS Code brings it back. */
export const CHARTS_PANEL = 'modelRegistry.charts'

/** Brings charts back after a reload; what they need is loaded when there are some. */
export function restoreChartPages(host: () => Host): Disposable {
  return window.registerWebviewPanelSerializer(CHARTS_PANEL, {
    deserializeWebviewPanel: async (panel, state: unknown) => {
      const { restoreCharts } = await import('../commands/later')
      restoreCharts(host(), panel, state)
    },
  })
}
