/** The code that a version was made with: what VS Code's git extension knows, beside what git says. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ConfigurationTarget,
  NotebookCellData,
  NotebookCellKind,
  NotebookEdit,
  Uri,
  WorkspaceEdit,
  commands,
  extensions,
  window,
  workspace,
} from 'vscode'
import { knownRepository } from '../../src/extension/origin/repository'
import { selectedInterpreter } from '../../src/extension/origin/interpreter'
import { readLineage } from '../../src/harvest/git'
import { emptyRegistry, sampleFile, sampleFolder, until } from './window'

interface GitExtension {
  getAPI(version: 1): {
    openRepository(uri: Uri): Promise<unknown>
    getRepository(uri: Uri): { readonly rootUri: Uri } | null
  }
}

describe('the code of a version', () => {
  const folder = sampleFile('tracked').fsPath
  const model = join(folder, 'model.joblib')
  const git = (...parameters: string[]): string =>
    execFileSync('git', ['-C', folder, ...parameters], { encoding: 'utf8' }).trim()

  before(async () => {
    await mkdir(folder)
    await copyFile(sampleFile('churn/model.joblib').fsPath, model)
    await writeFile(join(folder, 'train.py'), 'layers = 3\n')
    git('init', '-q', '-b', 'main')
    git('config', 'user.name', 'Ada Lovelace')
    git('config', 'user.email', 'ada@example.org')
    git('remote', 'add', 'origin', 'https://ada:s3cret@github.com/acme/churn.git')
    git('add', '.')
    git('commit', '-qm', 'first')
    const extension = extensions.getExtension<GitExtension>('vscode.git')
    assert.ok(extension, 'VS Code has no git extension')
    const api = (await extension.activate()).getAPI(1)
    await api.openRepository(Uri.file(folder))
    await until('the repository is open', () => api.getRepository(Uri.file(folder)) ?? undefined)
  })
  after(async () => {
    await workspace
      .getConfiguration('modelRegistry')
      .update('git.patch', undefined, ConfigurationTarget.Global)
    await rm(folder, { recursive: true, force: true })
  })

  async function assertSame(dirty: boolean): Promise<void> {
    const known = await knownRepository(folder, [model])
    const asked = await readLineage(folder, { outputs: [model] })
    assert.deepEqual(known, asked)
    assert.equal(known?.source.dirty, dirty)
    assert.equal(known.source.remote, 'https://github.com/acme/churn.git')
  }

  it('is known as git knows it: clean, with outputs and new files, changed, staged, detached', async () => {
    await assertSame(false)
    await writeFile(model, 'trained again')
    await writeFile(join(folder, 'new.py'), 'new')
    await assertSame(false)
    await writeFile(join(folder, 'train.py'), 'layers = 5\n')
    await assertSame(true)
    git('add', 'train.py')
    await assertSame(true)
    git('commit', '-qm', 'second')
    git('checkout', '-q', '--detach', 'HEAD~1')
    await assertSame(false)
    git('checkout', '-q', 'main')
  })

  it('is not that of a repository around it', async () => {
    const inner = join(folder, 'vendor')
    await mkdir(inner)
    execFileSync('git', ['-C', inner, 'init', '-q'])
    assert.equal(await knownRepository(inner, []), undefined)
  })

  it('is kept with its changes where the setting says so', async () => {
    const registry = await emptyRegistry()
    const register = () =>
      commands.executeCommand('modelRegistry.registerModel', Uri.file(model), [Uri.file(model)], {
        name: 'tracked',
      })
    await copyFile(sampleFile('churn/model.joblib').fsPath, model)
    await writeFile(join(folder, 'train.py'), 'layers = 7\n')
    await register()
    const [first] = registry.listVersions('tracked')
    assert.equal(first?.source?.git?.commit, git('rev-parse', 'HEAD'))
    assert.equal(first.source.git.dirty, true)
    assert.equal(await registry.readSideFile('tracked', '1.0.0', 'changes.patch'), undefined)
    await workspace
      .getConfiguration('modelRegistry')
      .update('git.patch', true, ConfigurationTarget.Global)
    await register()
    const patch = await registry.readSideFile('tracked', '1.0.1', 'changes.patch')
    assert.match(Buffer.from(patch ?? []).toString('utf8'), /^\+layers = 7$/m)
  })
})

describe('the interpreter of a folder', () => {
  it('is what the settings say, relative to the folder', async () => {
    const folder = sampleFolder().uri
    const file = Uri.joinPath(folder, '.vscode/settings.json').fsPath
    await mkdir(join(folder.fsPath, '.vscode'), { recursive: true })
    try {
      for (const [setting, expected] of [
        ['./env/bin/python', join(folder.fsPath, 'env/bin/python')],
        ['${workspaceFolder}/.venv', join(folder.fsPath, '.venv')],
        ['/opt/python/bin/python3', '/opt/python/bin/python3'],
        ['python', undefined],
      ] as const) {
        const text = JSON.stringify({ 'python.defaultInterpreterPath': setting })
        await writeFile(file, text)
        await until(`the setting is ${setting}`, () => {
          const value = workspace.getConfiguration('python', folder).get('defaultInterpreterPath')
          return value === setting
        })
        assert.equal(selectedInterpreter(folder), expected)
      }
    } finally {
      await rm(file)
    }
  })
})

describe('the notebook of a version', () => {
  it('is the open one whose cell was running when the file was written', async () => {
    const registry = await emptyRegistry()
    const path = sampleFile('noted/train.ipynb')
    const model = sampleFile('noted/model.joblib')
    await mkdir(join(sampleFolder().uri.fsPath, 'noted'))
    try {
      await writeFile(
        path.fsPath,
        JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] }),
      )
      const document = await workspace.openNotebookDocument(path)
      await window.showNotebookDocument(document)
      await copyFile(sampleFile('churn/model.joblib').fsPath, model.fsPath)
      const { mtimeMs } = await stat(model.fsPath)
      // As a kernel leaves them: the second cell was at work when the file was written.
      const cells = [mtimeMs - 60_000, mtimeMs - 1000, mtimeMs + 2000].map((startTime, index) => {
        const cell = new NotebookCellData(NotebookCellKind.Code, `step(${index})`, 'python')
        const timing = { startTime, endTime: startTime + 1500 }
        cell.executionSummary = { executionOrder: index + 4, success: true, timing }
        return cell
      })
      const edit = new WorkspaceEdit()
      edit.set(path, [NotebookEdit.insertCells(0, cells)])
      assert.ok(await workspace.applyEdit(edit))
      await commands.executeCommand('modelRegistry.registerModel', model, [model], {
        name: 'noted',
      })
      assert.deepEqual(registry.getVersion('noted', '1.0.0')?.source?.notebook, {
        path: 'noted/train.ipynb',
        cell: 2,
        executionCount: 5,
      })
    } finally {
      await commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
      await rm(join(sampleFolder().uri.fsPath, 'noted'), { recursive: true, force: true })
    }
  })
})
