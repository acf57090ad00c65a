import { Disposable, window, type WebviewPanel } from 'vscode'
import type * as Later from '../commands/later'
import { later } from '../commands/load'
import type { Host } from '../host'

/** The kinds of panel, under which VS Code brings them back. */
export const CHARTS_PANEL = 'modelRegistry.charts'
export const COMPARISON_PANEL = 'modelRegistry.comparison'

type Restore = (host: Host, panel: WebviewPanel, state: unknown) => void

const RESTORERS: readonly (readonly [kind: string, restore: (from: typeof Later) => Restore])[] = [
  [CHARTS_PANEL, ({ restoreCharts }) => restoreCharts],
  [COMPARISON_PANEL, ({ restoreComparison }) => restoreComparison],
]

/** Brings charts and comparisons back after a reload; what they need is loaded when there is one. */
export function restorePages(host: () => Host): Disposable {
  return Disposable.from(
    ...RESTORERS.map(([kind, restore]) =>
      window.registerWebviewPanelSerializer(kind, {
        deserializeWebviewPanel: async (panel, state: unknown) =>
          restore(await later())(host(), panel, state),
      }),
    ),
  )
}
