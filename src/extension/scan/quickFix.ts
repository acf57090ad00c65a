import {
  CodeAction,
  CodeActionKind,
  languages,
  type CodeActionContext,
  type Disposable,
  type TextDocument,
} from 'vscode'
import { commandId } from '../commands/contract'
import { SCAN_SOURCE } from './problems'

/** Leads from what the scan found in a file to the inspector, which says why it matters and what to do. */
export function offerScanDetails(): Disposable {
  return languages.registerCodeActionsProvider(
    { scheme: 'file' },
    {
      provideCodeActions: ({ uri }: TextDocument, _range, { diagnostics }: CodeActionContext) => {
        const own = diagnostics.filter(({ source }) => source === SCAN_SOURCE)
        if (own.length === 0) return []
        const title = 'Show What the Scan Found'
        const action = new CodeAction(title, CodeActionKind.QuickFix)
        action.diagnostics = own
        action.isPreferred = true
        action.command = { title, command: commandId('inspect'), arguments: [uri] }
        return [action]
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  )
}
