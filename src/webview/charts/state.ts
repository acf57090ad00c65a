import type { ChartKind, ChartScope, ChartsState } from './protocol'

/** The charts in the order of their tabs. */
export const TABS: readonly { readonly kind: ChartKind; readonly title: string }[] = [
  { kind: 'history', title: 'Over versions' },
  { kind: 'metrics', title: 'All metrics' },
  { kind: 'tradeoff', title: 'Trade-off' },
  { kind: 'parameters', title: 'Parameters' },
  { kind: 'curves', title: 'Learning curves' },
]

export const FIRST_STATE: ChartsState = {
  chart: 'history',
  smoothing: 0,
  logScale: false,
  table: false,
}

/** How much a curve is smoothed. */
export const SMOOTHINGS: readonly { readonly weight: number; readonly title: string }[] = [
  { weight: 0, title: 'Off' },
  { weight: 0.6, title: 'Light' },
  { weight: 0.9, title: 'Medium' },
  { weight: 0.97, title: 'Strong' },
]

/** What the page was set to before a reload; what can't be told is as at first. */
export function restoreState(kept: unknown): ChartsState {
  const state = (kept ?? {}) as Partial<Record<keyof ChartsState, unknown>>
  const chart = TABS.find(({ kind }) => kind === state.chart)?.kind ?? FIRST_STATE.chart
  const smoothing = SMOOTHINGS.find(({ weight }) => weight === state.smoothing)?.weight ?? 0
  return {
    chart,
    smoothing,
    logScale: state.logScale === true,
    table: state.table === true,
    ...(isScope(state.scope) ? { scope: state.scope } : {}),
    ...texts(state, ['metric', 'x', 'y', 'curve']),
    ...lists(state, ['metrics', 'parameters']),
  }
}

function isScope(scope: unknown): scope is ChartScope {
  if (typeof scope !== 'object' || scope === null) return false
  const { kind, folder, model, versions } = scope as Record<string, unknown>
  if (kind === 'model') return typeof folder === 'string' && typeof model === 'string'
  if (kind === 'versions') return Array.isArray(versions) && versions.every(isKey)
  return kind === 'all'
}

function isKey(key: unknown): boolean {
  if (typeof key !== 'object' || key === null) return false
  const { folder, reference } = key as Record<string, unknown>
  return typeof folder === 'string' && typeof reference === 'string'
}

function texts<K extends string>(
  state: Partial<Record<K, unknown>>,
  names: readonly K[],
): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {}
  for (const name of names) {
    const value = state[name]
    if (typeof value === 'string') result[name] = value
  }
  return result
}

function lists<K extends string>(
  state: Partial<Record<K, unknown>>,
  names: readonly K[],
): Partial<Record<K, readonly string[]>> {
  const result: Partial<Record<K, readonly string[]>> = {}
  for (const name of names) {
    const value = state[name]
    if (!Array.isArray(value)) continue
    result[name] = value.filter((one) => typeof one === 'string')
  }
  return result
}
