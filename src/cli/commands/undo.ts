import type { Command } from 'commander'
import type { ModelRegistry } from '../../app'
import { formatAgo } from '../../base/text'
import type { HistoryAction } from '../../registry/model'
import type { Undone } from '../../registry/undo'
import type { Answering } from '../program'

export function addUndo(program: Command, answering: Answering): void {
  program
    .command('undo')
    .description('Take back the last change that you made on this machine.')
    .action(() =>
      answering(async (context) => {
        const registry = await context.open()
        const undone = await registry.undo()
        return { json: { undone: undone ?? null }, text: () => undoneText(registry, undone) }
      }),
    )
}

const NOUNS: Partial<Record<HistoryAction, string>> = {
  register: 'registration',
  transition: 'move',
  rollback: 'rollback',
  update: 'edit',
  updateModel: 'edit',
  rename: 'renaming',
  delete: 'deletion',
  deleteModel: 'deletion',
  restore: 'restoration',
  setAlias: 'alias',
  removeAlias: 'removal of an alias',
}

function undoneText(registry: ModelRegistry, undone: Undone | undefined): string {
  if (!undone) return 'There is nothing of yours to undo on this machine.'
  const { model, entry } = undone
  const subject = entry.version === undefined ? model : `${model}:${entry.version}`
  const what = `the ${NOUNS[entry.action] ?? entry.action} of ${subject}`
  return `Undone: ${what}, made ${formatAgo(entry.at, new Date())}.${placesText(registry, undone)}`
}

/** Where the versions are that a change had moved. */
function placesText(registry: ModelRegistry, { model, entry }: Undone): string {
  const isMove = entry.action !== 'update' && entry.action !== 'setAlias'
  const moved = new Set(isMove ? [entry.versionId, entry.demotedId] : [])
  const versions = registry.getModel(model)?.versions ?? []
  const places: string[] = []
  for (const id of moved) {
    const version = versions.find((other) => other.id === id)
    const gone = registry
      .listTrash()
      .find((other) => other.model === model && other.record.id === id)
    const verb = places.length === 0 ? ' is' : ''
    if (version) places.push(`${version.fullName}${verb} in ${version.stage}`)
    else if (gone) places.push(`${model}:${gone.record.version}${verb} in the trash`)
  }
  return places.length === 0 ? '' : ` ${places.join(', ')}.`
}
