import { ThemeIcon, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import type { ModelVersion } from '../../registry/model'
import type { Host } from '../host'
import { askPick, askText } from '../input/steps'
import type { FolderRegistry } from '../registries'
import { stageIcon } from '../tree/item'
import type { ActivityEntry } from './entries'
import { parseMoment } from './moment'
import { localTime } from './texts'

type Slice = Pick<Host, 'registries' | 'view' | 'activity'>

/** **Filter Activity by Model…** */
export async function filterActivity(host: Slice): Promise<void> {
  const names = new Set<string>()
  for (const folder of host.registries.all)
    for (const { name } of (await folder.open()).listModels()) names.add(name)
  const items = [...names].sort().map((name) => ({
    label: name,
    iconPath: new ThemeIcon('package'),
    model: name as string | undefined,
  }))
  const answer = await askPick({
    title: 'Filter Activity by Model',
    placeholder: 'Choose a model',
    items: () => [
      { label: 'All Models', iconPath: new ThemeIcon('clear-all'), model: undefined },
      ...items,
    ],
  })
  if (answer.kind === 'accept') host.activity.filter(answer.value.model)
}

/** Shows the version that a change was of, where it is now. */
export async function revealVersion(host: Slice, row?: ActivityEntry): Promise<void> {
  if (!row) return
  const folder = host.registries.byKey(row.folder)
  if (!folder) return
  const { entry } = row
  const registry = await folder.open()
  const version = registry
    .getModel(row.model)
    ?.versions.find(({ id, version: name }) =>
      entry.versionId === undefined ? name === entry.version : id === entry.versionId,
    )
  if (!version) {
    const isTrashed = registry.listTrash().some(({ record }) => record.id === entry.versionId)
    throw new AppError(
      'notFound',
      isTrashed
        ? `${row.model}:${entry.version} is in the trash; "Restore Deleted Version…" brings it back.`
        : `${row.model}:${entry.version} is no longer there.`,
    )
  }
  await host.view.show(folder.key, version)
}

interface ProductionItem extends QuickPickItem {
  readonly folder: FolderRegistry
  /** Where it is now; `undefined` where it is no more. */
  readonly version: ModelVersion | undefined
}

/** **What Was in Production On…** */
export async function showProductionOn(host: Slice): Promise<void> {
  const now = new Date()
  const asked = await askText({
    title: 'What Was in Production On…',
    value: localTime(now.toISOString()).slice(0, 10),
    prompt: 'A day such as 2026-01-31, or a time such as 2026-01-31 14:30',
    problem: (text) => (parseMoment(text) ? undefined : 'Write a day as 2026-01-31.'),
  })
  const at = parseMoment(asked.typed)
  if (!at) return
  const items: ProductionItem[] = []
  for (const folder of host.registries.all) {
    const registry = await folder.open()
    for (const { model, versions } of registry.asOf(at)) {
      const found = versions.filter(({ stage }) => stage === 'production')
      for (const { version, since } of found)
        items.push({
          label: `${model} ${version}`,
          description: `since ${localTime(since)}`,
          iconPath: stageIcon('production'),
          folder,
          version: registry.getVersion(model, version),
        })
    }
  }
  if (items.length === 0) {
    throw new AppError('notFound', `Nothing was in production on ${asked.typed.trim()}.`)
  }
  const answer = await askPick({
    title: `In Production On ${asked.typed.trim()}`,
    placeholder: 'Enter shows the version where it is now',
    items: () => items,
  })
  if (answer.kind !== 'accept') return
  const { folder, version, label } = answer.value
  if (!version) throw new AppError('notFound', `${label} is no longer there.`)
  await host.view.show(folder.key, version)
}
