import { ConfigurationTarget, workspace, type ConfigurationScope } from 'vscode'
import type { DirectionOverrides } from '../registry/metricDirection'

export const SECTION = 'modelRegistry'

/** Every setting with its type; the defaults stand in package.json. */
export interface Settings {
  readonly path: string
  readonly 'artifacts.extensions': readonly string[]
  readonly 'stages.confirmProduction': boolean
  readonly 'metrics.primary': string
  readonly 'metrics.directions': DirectionOverrides
  readonly 'view.groupBy': GroupBy
  readonly 'view.sortBy': SortBy
  readonly 'statusBar.visibility': 'always' | 'auto' | 'never'
  readonly 'delete.confirm': boolean
  readonly 'trash.retentionDays': number
  readonly 'offers.enabled': boolean
  readonly 'decorations.enabled': boolean
  readonly 'git.patch': boolean
  readonly 'scan.policy': 'block' | 'strict' | 'warn' | 'off'
  readonly 'scan.allow': readonly string[]
  readonly actor: string
}

export type GroupBy = 'stage' | 'model'
export type SortBy = 'name' | 'updated' | 'metric' | 'size'

/** A setting in the scope of a folder, or of the window. */
export function readSetting<K extends keyof Settings>(
  key: K,
  scope?: ConfigurationScope,
): Settings[K] {
  const value = workspace.getConfiguration(SECTION, scope).get<Settings[K]>(key)
  // Only a setting that package.json does not declare has no value.
  if (value === undefined) throw new TypeError(`The setting ${SECTION}.${key} has no default.`)
  return value
}

/** Changes the user's setting, never the workspace's: that one is shared with others. */
export async function writeSetting<K extends keyof Settings>(
  key: K,
  value: Settings[K],
): Promise<void> {
  await workspace.getConfiguration(SECTION).update(key, value, ConfigurationTarget.Global)
}
