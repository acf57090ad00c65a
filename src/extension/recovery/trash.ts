import { ThemeIcon, window, type QuickPickItem } from 'vscode'
import type { ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import { formatAgo, formatBytes, plural } from '../../base/text'
import type { TrashRecord } from '../../registry/model'
import { readSetting } from '../config'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import type { FolderRegistry } from '../registries'
import { stageTitle } from '../tree/texts'
import { daysLeft } from './daysLeft'
import { newestChange, sayUndoable } from './undo'

interface TrashItem extends QuickPickItem {
  readonly folder: FolderRegistry
  readonly registry: ModelRegistry
  readonly model: string
  readonly record: TrashRecord
}

/** **Restore Deleted Version…** */
export async function restoreDeleted(
  host: Pick<Host, 'registries' | 'view' | 'log'>,
): Promise<void> {
  const now = new Date()
  const items: TrashItem[] = []
  for (const folder of host.registries.all) {
    const registry = await folder.open()
    const retention = readSetting('trash.retentionDays', folder.folder)
    for (const { model, record } of registry.listTrash()) {
      const { version, artifact, deletedAt, deletedBy } = record
      const left = daysLeft(deletedAt, retention, now)
      items.push({
        label: `${model}:${version}`,
        description: [
          left > 0 ? `${plural(left, 'day')} left` : 'until disk space is freed',
          artifact ? formatBytes(artifact.size) : '',
          `deleted ${formatAgo(deletedAt, now)} by ${deletedBy}`,
        ]
          .filter((part) => part !== '')
          .join(' · '),
        iconPath: new ThemeIcon('history'),
        folder,
        registry,
        model,
        record,
      })
    }
  }
  if (items.length === 0) {
    void window.showInformationMessage('The trash is empty.')
    return
  }
  items.sort((a, b) => (a.record.deletedAt < b.record.deletedAt ? 1 : -1))
  const answer = await askPick({
    title: 'Restore a Deleted Version',
    placeholder: 'Choose a version',
    items: () => items,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  const { folder, registry, model, record } = answer.value
  await restoreFromTrash(host, { folder, registry, model, id: record.id })
}

/** Brings a version back, shows it, and says where it is. */
export async function restoreFromTrash(
  host: Pick<Host, 'view' | 'log'>,
  trashed: {
    readonly folder: FolderRegistry
    readonly registry: ModelRegistry
    readonly model: string
    /** The version's own. */
    readonly id: string
  },
): Promise<void> {
  const { folder, registry, model, id } = trashed
  const version = await registry.restoreVersion(model, id)
  const name = `${version.model} ${version.version}`
  sayUndoable(
    host,
    `Restored ${name} to ${stageTitle(version.stage)}.`,
    newestChange(registry, { model, action: 'restore', versionId: version.id }),
  )
  if (host.view.visible) await host.view.reveal(folder.key, version)
}
