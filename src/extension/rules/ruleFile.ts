import { CompletionItem, CompletionItemKind, Range, type Position, type TextDocument } from 'vscode'
import { isAppError } from '../../base/errors'
import { parsePolicy } from '../../registry/policyFile'
import { completeQuery, knownNames, type Suggestion } from '../../registry/search/complete'
import type { FolderRegistry } from '../registries'
import type { RuleProblem } from './ruleEditor'
import { expressionAt } from './ruleExpression'

/** What keeps a rule file from being read; `undefined` where nothing does. */
export function ruleProblem(text: string, file: string): RuleProblem | undefined {
  try {
    parsePolicy(text, file)
    return undefined
  } catch (error) {
    if (!isAppError(error)) throw error
    const { line = 1, column = 1 } = error.location ?? {}
    return { line, column, message: error.message }
  }
}

const KINDS: Readonly<Record<Suggestion['kind'], CompletionItemKind>> = {
  field: CompletionItemKind.Field,
  operator: CompletionItemKind.Operator,
  keyword: CompletionItemKind.Keyword,
  value: CompletionItemKind.Value,
}

/** How the expression at a position can go on, with the names and values that the registry knows. */
export async function completeRules(
  document: TextDocument,
  position: Position,
  folder: FolderRegistry,
): Promise<CompletionItem[]> {
  const expression = expressionAt(document.getText(), document.offsetAt(position))
  if (!expression) return []
  const versions = (await folder.open()).listModels().flatMap((model) => model.versions)
  const { text, start: from } = expression
  const suggestions = completeQuery(text, document.offsetAt(position) - from, knownNames(versions))
  return suggestions.map(({ label, kind, insert, detail, start, end }) => {
    const item = new CompletionItem(label, KINDS[kind])
    item.insertText = insert
    item.filterText = insert
    item.range = new Range(document.positionAt(from + start), document.positionAt(from + end))
    if (detail !== undefined) item.detail = detail
    return item
  })
}
