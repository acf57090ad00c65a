import { plural } from '../../base/text'
import { byCreation } from '../../registry/compareCharts'
import type { ModelVersion } from '../../registry/model'
import type { ChartScope, ScopeChoice } from '../../webview/charts/protocol'

/** The versions of one workspace folder's registry. */
export interface FolderVersions {
  readonly folder: string
  /** Absent where there is only one folder. */
  readonly title?: string
  readonly versions: readonly ModelVersion[]
}

export interface ScopedVersion {
  readonly folder: string
  readonly version: ModelVersion
}

/** The versions that a scope names and that are there, in the order of their creation. */
export function versionsIn(
  scope: ChartScope,
  folders: readonly FolderVersions[],
): readonly ScopedVersion[] {
  const found = namedBy(scope, folders)
  const at = new Map(found.map((one) => [one.version, one]))
  return byCreation([...at.keys()]).flatMap((version) => at.get(version) ?? [])
}

function namedBy(scope: ChartScope, folders: readonly FolderVersions[]): readonly ScopedVersion[] {
  switch (scope.kind) {
    case 'all':
      return folders.flatMap(({ folder, versions }) =>
        versions.map((version) => ({ folder, version })),
      )
    case 'model':
      return folders.flatMap(({ folder, versions }) =>
        folder === scope.folder
          ? versions
              .filter(({ model }) => model === scope.model)
              .map((version) => ({ folder, version }))
          : [],
      )
    case 'versions': {
      const named = new Set(scope.versions.map(({ folder, reference }) => keyOf(folder, reference)))
      return folders.flatMap(({ folder, versions }) =>
        versions
          .filter(({ fullName }) => named.has(keyOf(folder, fullName)))
          .map((version) => ({ folder, version })),
      )
    }
  }
}

/** Every way to choose versions, and the place of the one that is chosen. */
export function choicesOf(
  scope: ChartScope,
  folders: readonly FolderVersions[],
  chosen: readonly ScopedVersion[],
): { readonly scopes: readonly ScopeChoice[]; readonly scope: number } {
  const scopes: ScopeChoice[] = [
    {
      scope: { kind: 'all' },
      label: 'All models',
      count: folders.reduce((sum, { versions }) => sum + versions.length, 0),
    },
  ]
  for (const { folder, title, versions } of folders) {
    const counts = new Map<string, number>()
    for (const { model } of versions) counts.set(model, (counts.get(model) ?? 0) + 1)
    for (const [model, count] of counts) {
      const label = title === undefined ? model : `${model} · ${title}`
      scopes.push({ scope: { kind: 'model', folder, model }, label, count })
    }
  }
  const place = scopes.findIndex(({ scope: one }) => isSame(one, scope))
  if (place >= 0) return { scopes, scope: place }
  const label = scope.kind === 'model' ? scope.model : 'Chosen versions'
  return {
    scopes: [...scopes, { scope, label, count: chosen.length }],
    scope: scopes.length,
  }
}

/** What sentences call the versions of a scope. */
export function nameOf(scope: ChartScope, chosen: readonly ScopedVersion[]): string {
  switch (scope.kind) {
    case 'all':
      return 'any model'
    case 'model':
      return scope.model
    case 'versions':
      return chosen.length === 1
        ? 'the chosen one'
        : `the ${plural(chosen.length, 'chosen version')}`
  }
}

function isSame(a: ChartScope, b: ChartScope): boolean {
  if (a.kind === 'all') return b.kind === 'all'
  return a.kind === 'model' && b.kind === 'model' && a.folder === b.folder && a.model === b.model
}

function keyOf(folder: string, reference: string): string {
  return `${folder} ${reference}`
}
