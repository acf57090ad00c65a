import { window, type Disposable } from 'vscode'
import type { Host } from '../host'

/** The kind of panel, under which VS Code brings it back. */
export const COMPARISON_PANEL = 'modelRegistry.comparison'

/** Brings comparisons back after a reload; what they need is loaded when there is one. */
export function restoreComparisons(host: () => Host): Disposable {
  return window.registerWebviewPanelSerializer(COMPARISON_PANEL, {
    deserializeWebviewPanel: async (panel, state: unknown) => {
      const { restoreComparison } = await import('../commands/later')
      restoreComparison(host(), panel, state)
    },
  })
}
