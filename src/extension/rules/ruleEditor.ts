import {
  Diagnostic,
  Disposable,
  languages,
  Range,
  workspace,
  type LogOutputChannel,
  type TextDocument,
} from 'vscode'
import { POLICY } from '../../base/modelsFolder'
import { later } from '../commands/load'
import type { FolderRegistry, Registries } from '../registries'

/** Nobody reads what is wrong with a line while it is being written. */
const DEBOUNCE_MILLISECONDS = 300
/** What begins a new part of an expression, beside letters. */
const TRIGGERS = ['"', "'", '.', ' ']

/** Help with writing promotion rules: what is wrong with the file, and how its expressions can go on. */
export function helpWithRules(registries: Registries, log: LogOutputChannel): Disposable {
  const collection = languages.createDiagnosticCollection('modelRegistry.rules')
  const timers = new Map<string, NodeJS.Timeout>()
  const check = async (document: TextDocument): Promise<void> => {
    const { ruleProblem } = await later()
    const found = ruleProblem(document.getText(), document.uri.fsPath)
    if (document.isClosed) return
    collection.set(document.uri, found ? [diagnosticOf(found)] : [])
  }
  const run = (document: TextDocument): void => {
    check(document).catch((error: unknown) => log.error(String(error)))
  }
  const schedule = (document: TextDocument): void => {
    const key = document.uri.toString()
    clearTimeout(timers.get(key))
    timers.set(key, setTimeout(run, DEBOUNCE_MILLISECONDS, document))
  }
  const whenRules = (act: (document: TextDocument) => void) => (document: TextDocument) => {
    if (folderOf(registries, document)) act(document)
  }
  workspace.textDocuments.forEach(whenRules(run))
  return Disposable.from(
    collection,
    workspace.onDidOpenTextDocument(whenRules(run)),
    workspace.onDidChangeTextDocument(({ document }) => whenRules(schedule)(document)),
    workspace.onDidCloseTextDocument(({ uri }) => collection.delete(uri)),
    // A registry that is found later makes rules of a file that is open already.
    registries.onDidChangeRegistries(() => workspace.textDocuments.forEach(whenRules(run))),
    languages.registerCompletionItemProvider(
      { scheme: 'file', pattern: `**/${POLICY}` },
      {
        provideCompletionItems: async (document, position) => {
          const folder = folderOf(registries, document)
          return folder && (await later()).completeRules(document, position, folder)
        },
      },
      ...TRIGGERS,
    ),
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
  )
}

/** The folder whose rules a document holds. */
function folderOf({ all }: Registries, { uri }: TextDocument): FolderRegistry | undefined {
  return all.find(({ root }) => `${root.toString()}/${POLICY}` === uri.toString())
}

function diagnosticOf({ line, column, message }: RuleProblem): Diagnostic {
  const range = new Range(line - 1, column - 1, line - 1, column)
  const diagnostic = new Diagnostic(range, message)
  diagnostic.source = 'Model Registry'
  return diagnostic
}

/** What keeps a rule file from being read; places are counted from 1. */
export interface RuleProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}
