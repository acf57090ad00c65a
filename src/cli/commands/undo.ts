import type { Command } from 'commander'
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
        return { json: { undone: undone ?? null }, text: () => undoneText(undone) }
      }),
    )
}

function undoneText(undone: Undone | undefined): string {
  if (!undone) return 'There is nothing of yours to undo on this machine.'
  const { model, entry } = undone
  const subject = entry.version === undefined ? model : `${model}:${entry.version}`
  return `Undone: ${entry.action} of ${subject}, made ${entry.at}.`
}
