import { commands } from 'vscode'

/** The keys that `when` clauses in package.json ask for, as `modelRegistry.<key>`. */
export interface ContextKeys {
  readonly state: 'loading' | 'noDisk' | 'empty' | 'noMatch' | 'past' | 'ready'
  readonly modelCount: number
  readonly hasProduction: boolean
  readonly hasBroken: boolean
  readonly filtered: boolean
  /** The Models view shows another time than the present. */
  readonly past: boolean
  readonly artifactExtensions: readonly string[]
  readonly activityFiltered: boolean
  readonly unregisteredCount: number
}

const told = new Map<string, string>()

/** Sets a key where its value is another one than before: each change makes VS Code evaluate its menus. */
export function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  const text = JSON.stringify(value)
  if (told.get(key) === text) return
  told.set(key, text)
  void commands.executeCommand('setContext', `modelRegistry.${key}`, value)
}
