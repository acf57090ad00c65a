import { basename } from 'node:path'
import {
  CodeAction,
  CodeActionKind,
  languages,
  Uri,
  type CodeActionContext,
  type Disposable,
  type TextDocument,
} from 'vscode'
import { commandId, type CommandName } from '../commands/contract'
import type { Registries } from '../registries'
import { isConflict } from './conflict'

/** Offers for a document that can't be read what can be done, in the editor and in the Problems panel. */
export function offerQuickFixes(registries: Registries): Disposable {
  return languages.registerCodeActionsProvider(
    { scheme: 'file', pattern: '**/*.json' },
    {
      provideCodeActions: ({ uri }: TextDocument, _range, { diagnostics }: CodeActionContext) => {
        const own = diagnostics.filter(({ source }) => source === 'Model Registry')
        const folder = registries.all.find(
          ({ root }) => Uri.joinPath(uri, '..').toString() === root.toString(),
        )
        const model = basename(uri.path, '.json')
        const broken = folder?.current?.listBroken().find(({ name }) => name === model)
        if (!folder || !broken) return []
        const fix = (title: string, command: CommandName): CodeAction => {
          const action = new CodeAction(title, CodeActionKind.QuickFix)
          action.diagnostics = own
          action.command = {
            title,
            command: commandId(command),
            arguments: [{ folder: folder.key, model }],
          }
          return action
        }
        const actions = [fix('Restore Last Good Copy', 'recoverDocument')]
        if (!isConflict(broken.error)) return actions
        const resolve = fix('Resolve Conflict by Meaning', 'resolveConflict')
        resolve.isPreferred = true
        return [resolve, ...actions]
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  )
}
