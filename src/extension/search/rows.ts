import {
  QuickPickItemKind,
  ThemeColor,
  ThemeIcon,
  type QuickInputButton,
  type QuickPickItem,
} from 'vscode'
import type { ModelVersion } from '../../registry/model'
import { knownNames } from '../../registry/search/complete'
import { QueryError } from '../../registry/search/queryError'
import type { Host } from '../host'
import type { FolderRegistry } from '../registries'
import { findAmong } from './find'
import { continuations, pointAt } from './suggest'

/** What a list knows of every registry while it is open. */
export interface Searched {
  readonly registries: readonly {
    readonly folder: FolderRegistry
    readonly versions: readonly ModelVersion[]
  }[]
  readonly known: ReturnType<typeof knownNames>
  /** The folder that each version is in. */
  readonly folderOf: ReadonlyMap<ModelVersion, FolderRegistry>
}

export type SearchRow = QuickPickItem &
  (
    | { readonly row: 'version'; readonly version: ModelVersion; readonly folder: FolderRegistry }
    | { readonly row: 'continuation'; readonly text: string }
    | { readonly row: 'apply'; readonly text: string }
    | { readonly row: 'told' }
  )

/** @param asOf The time whose versions are meant, in place of the present. */
export async function searched(
  { registries }: Pick<Host, 'registries'>,
  asOf?: Date,
): Promise<Searched> {
  const read = await Promise.all(
    registries.all.map(async (folder) => {
      const registry = await folder.open()
      const models = asOf ? registry.modelsAt(asOf) : registry.listModels()
      return { folder, versions: models.flatMap((model) => model.versions) }
    }),
  )
  const folderOf = new Map(
    read.flatMap(({ folder, versions }) => versions.map((version) => [version, folder] as const)),
  )
  return {
    registries: read,
    folderOf,
    known: knownNames(read.flatMap(({ versions }) => versions)),
  }
}

/** What a text finds: versions, or what is wrong with it and where. */
export function search(
  text: string,
  { registries }: Searched,
): readonly ModelVersion[] | QueryError {
  try {
    return findAmong(
      text,
      registries.map(({ versions }) => versions),
    )
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
}

/** The ways to go on with a text, below a line that says so. */
export function continuationRows(text: string, { known }: Searched): readonly SearchRow[] {
  const found = continuations(text, known)
  if (found.length === 0) return []
  return [
    { row: 'told', label: 'Complete the filter', kind: QuickPickItemKind.Separator },
    ...found.map(({ label, kind, detail, text: whole }): SearchRow => ({
      row: 'continuation',
      label,
      description: detail ?? '',
      iconPath: new ThemeIcon(ICONS[kind]),
      alwaysShow: true,
      text: whole,
    })),
  ]
}

const ICONS = {
  field: 'symbol-field',
  operator: 'symbol-operator',
  keyword: 'symbol-keyword',
  value: 'symbol-constant',
} as const

/** What is wrong with a filter, at its character; one that only has not ended yet is no error to a person who types. */
export function errorRows(error: QueryError, searchedNow: Searched): readonly SearchRow[] {
  const { text, offset } = error.details
  const isUnfinished = offset >= text.trimEnd().length
  const told: SearchRow = {
    row: 'told',
    label: error.message,
    detail: pointAt(error.details),
    iconPath: isUnfinished
      ? new ThemeIcon('edit')
      : new ThemeIcon('error', new ThemeColor('list.errorForeground')),
    alwaysShow: true,
  }
  const more = continuationRows(text, searchedNow)
  return isUnfinished ? [...more, told] : [told, ...more]
}

/** The buttons on a version's row. */
export const COPY: QuickInputButton = {
  iconPath: new ThemeIcon('copy'),
  tooltip: 'Copy Reference',
}
export const MOVE: QuickInputButton = {
  iconPath: new ThemeIcon('arrow-swap'),
  tooltip: 'Move to Stage…',
}
