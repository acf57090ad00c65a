/** Changes that others make: another process, a person with an editor, a second folder. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  commands,
  DiagnosticSeverity,
  extensions,
  languages,
  Uri,
  workspace,
  type WorkspaceFolder,
} from 'vscode'
import { activate, emptyRegistry, modelsFolder, sampleFolder, until } from './window'

/** Runs a line with the library in another process, as a script or a second window would. */
async function elsewhere(root: string, script: string): Promise<void> {
  const library = join(
    extensions.getExtension('model-registry.model-registry')?.extensionPath ?? '',
    'dist/index.js',
  )
  const program = `const { ModelRegistry } = require(${JSON.stringify(library)});
    (async () => { const registry = await ModelRegistry.open({ root: ${JSON.stringify(root)}, actor: 'Somebody Else' }); ${script}; registry.dispose() })()`
  await promisify(execFile)(process.execPath, ['-e', program], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
}

describe('what others change', () => {
  it('shows when they make the registry', async () => {
    const registry = await emptyRegistry()
    await elsewhere(
      modelsFolder(),
      `await registry.register({ name: 'made-elsewhere', version: '1.0.0' })`,
    )
    await until('the model shows', () => registry.getModel('made-elsewhere'))
    assert.equal(registry.history('made-elsewhere')[0]?.actor, 'Somebody Else')
  })

  it('shows when they move, add and delete versions', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await elsewhere(
      modelsFolder(),
      `await registry.transitionStage('churn', '1.0.0', 'production')`,
    )
    await until('the version is in production', () => registry.getProduction('churn'))
    await elsewhere(modelsFolder(), `await registry.register({ name: 'fraud' })`)
    await until('the other model shows', () => registry.getModel('fraud'))
    await elsewhere(modelsFolder(), `await registry.deleteModel('fraud')`)
    await until('the other model is gone', () => registry.getModel('fraud') === undefined)
  })

  it('shows when the whole folder goes', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await rm(modelsFolder(), { recursive: true })
    await until('nothing is registered', () => registry.listModels().length === 0)
  })

  it('is told in the Problems panel where they broke a document, and the others go on', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await registry.register({ name: 'fraud', version: '1.0.0' })
    const path = join(modelsFolder(), 'churn.json')
    await writeFile(path, '{\n  "formatVersion": 1,\n  "name": \n')
    const [problem] = await until('the problem is told', () => {
      const found = ours(path)
      return found.length > 0 && found
    })
    assert.equal(problem?.severity, DiagnosticSeverity.Error)
    assert.ok(problem.range.start.line > 0)
    assert.equal(registry.getModel('churn'), undefined)
    assert.ok(registry.getModel('fraud'))
    await rm(path)
    await until('the problem is gone', () => ours(path).length === 0)
  })
})

function ours(path: string): readonly {
  readonly source?: string
  readonly severity: DiagnosticSeverity
  readonly range: { readonly start: { readonly line: number } }
}[] {
  return languages
    .getDiagnostics(Uri.file(path))
    .filter(({ source }) => source === 'Model Registry')
}

describe('a second workspace folder', () => {
  let second: WorkspaceFolder
  let told = 0

  before(async () => {
    const api = await activate()
    api.onDidChangeRegistries(() => told++)
    const path = await mkdtemp(join(await realpath(tmpdir()), 'mr-second-'))
    await writeFile(join(path, 'model.onnx'), 'not really')
    await changeFolders(() =>
      workspace.updateWorkspaceFolders(1, 0, { uri: Uri.file(path), name: 'second' }),
    )
    const folder = workspace.workspaceFolders?.[1]
    assert.ok(folder)
    second = folder
  })

  after(async () => {
    await changeFolders(() => workspace.updateWorkspaceFolders(1, 1))
    await rm(second.uri.fsPath, { recursive: true, force: true })
  })

  it('has a registry of its own', async () => {
    const api = await activate()
    const first = await emptyRegistry()
    await first.register({ name: 'shared-name', version: '1.0.0' })
    assert.ok(told > 0)
    const own = await api.getRegistry(second)
    assert.ok(own && own !== first)
    assert.equal(await api.getRegistry(sampleFolder()), first)
    const file = Uri.joinPath(second.uri, 'model.onnx')
    const answers = { name: 'shared-name', version: '7' }
    await commands.executeCommand('modelRegistry.registerModel', file, [file], answers)
    assert.deepEqual(
      [first, own].map((registry) => registry.getLatest('shared-name')?.version),
      ['1.0.0', '7'],
    )
  })
})

/** VS Code takes one change of the folders at a time, and says when it is done. */
async function changeFolders(change: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const listener = workspace.onDidChangeWorkspaceFolders(() => {
      listener.dispose()
      resolve()
    })
    assert.ok(change(), 'the change of folders is taken')
  })
}
