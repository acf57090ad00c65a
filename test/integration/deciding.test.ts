import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  commands,
  languages,
  Range,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type CompletionList,
  type TextDocument,
} from 'vscode'
import type { PolicyResult } from '../../src/registry/policyCheck'
import { eventually } from '../support/eventually'
import { emptyRegistry, modelsFolder } from './window'

const run = <T>(name: string, ...args: unknown[]): Thenable<T> =>
  commands.executeCommand<T>(`modelRegistry.${name}`, ...args)

describe('promotion rules', () => {
  it('are begun with an example that can be read, and opened where they are there', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', metrics: { f1: 0.9 } })
    await run('openPromotionRules')
    const file = join(modelsFolder(), '.policy.json')
    assert.equal(window.activeTextEditor?.document.uri.fsPath, file)
    const text = await readFile(file, 'utf8')
    assert.match(text, /metrics\.f1 >= production\.metrics\.f1/)
    await run('openPromotionRules')
    assert.equal(await readFile(file, 'utf8'), text)
    const { conditions } = await registry.checkRules('churn', '1.0.0', 'production')
    assert.equal(conditions.length, 3)
    // An editor that stays open shows its text on, whatever the next test writes in the place of the file.
    await commands.executeCommand('workbench.action.closeActiveEditor')
  })

  it('let a version through that meets them, and say where none speaks of it', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', metrics: { f1: 0.9 } })
    await mkdir(modelsFolder(), { recursive: true })
    await writeFile(
      join(modelsFolder(), '.policy.json'),
      '{"production":{"require":["metrics.f1 >= 0.9"]}}',
    )
    const result = await run<PolicyResult>('checkPromotionRules', 'churn:1.0.0', [], 'staging')
    assert.deepEqual([result.ok, result.conditions], [true, []])
    await run('transitionStage', 'churn:1.0.0', undefined, 'production', 'good')
    assert.equal(registry.getProduction('churn')?.version, '1.0.0')
  })
})

describe('the file of promotion rules', () => {
  const openRules = async (text: string): Promise<TextDocument> => {
    await mkdir(modelsFolder(), { recursive: true })
    const file = join(modelsFolder(), '.policy.json')
    await writeFile(file, text)
    const document = await workspace.openTextDocument(Uri.file(file))
    await window.showTextDocument(document)
    // One that an earlier test had open is still known to VS Code, with its old text where the watcher has seen nothing.
    await commands.executeCommand('workbench.action.files.revert')
    await eventually(() => assert.equal(document.getText(), text))
    return document
  }

  it('says what is wrong with an expression where it stands, until it is mended', async () => {
    await emptyRegistry()
    const document = await openRules('{\n  "production": { "require": ["stge = 1"] }\n}\n')
    const problems = () =>
      languages
        .getDiagnostics(document.uri)
        .filter(({ source }) => source === 'Model Registry')
        .map(({ message, range }) => [message, range.start.line, range.start.character] as const)
    await eventually(async () => {
      const [[message, line, character] = []] = problems()
      assert.match(message ?? '', /There is no field stge/)
      assert.deepEqual([line, character], [1, '  "production": { "require": ["'.length])
    })
    const edit = new WorkspaceEdit()
    const start = document.getText().indexOf('stge')
    const range = new Range(document.positionAt(start), document.positionAt(start + 8))
    edit.replace(document.uri, range, "stage = 'staging'")
    await workspace.applyEdit(edit)
    await eventually(async () => assert.deepEqual(problems(), []))
    await document.save()
    await commands.executeCommand('workbench.action.closeActiveEditor')
  })

  it('completes expressions with the names that the registry knows', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', metrics: { 'mAP50(B)': 0.9, recall: 0.8 } })
    const text = '{ "production": { "require": ["metrics.re"] } }'
    const document = await openRules(text)
    const { items } = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(text.indexOf('"] }')),
    )
    assert.ok(items.some(({ insertText }) => insertText === 'metrics.recall'))
    await commands.executeCommand('workbench.action.closeActiveEditor')
  })
})

describe('an alias', () => {
  it('has one holder, and is moved and removed', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await registry.register({ name: 'churn', version: '1.0.1' })
    await run('setAlias', 'churn:1.0.0', undefined, 'champion')
    await run('setAlias', 'churn:1.0.1', undefined, 'champion')
    assert.deepEqual(registry.getModel('churn')?.aliases, { champion: '1.0.1' })
    await run('removeAlias', 'churn@champion', undefined, 'champion')
    assert.deepEqual(registry.getModel('churn')?.aliases, {})
  })
})
