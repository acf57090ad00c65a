/** What keeps models safe: undo, verification, repair, and documents that git or a person broke. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { commands, languages, Uri, window, workspace, type CodeAction } from 'vscode'
import { emptyRegistry, modelsFolder, sampleFile, sampleFolder, until } from './window'

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  commands.executeCommand(`modelRegistry.${name}`, ...args)

const folder = (): string => sampleFolder().uri.toString()
const document = (model: string): string => join(modelsFolder(), `${model}.json`)

describe('undoing', () => {
  it('takes back the last change, and the one before', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', stage: 'production' })
    await registry.register({ name: 'churn', version: '1.0.1' })
    await run('transitionStage', 'churn:1.0.1', undefined, 'production', 'better')
    await run('undo')
    assert.equal(registry.getProduction('churn')?.version, '1.0.0')
    await run('undo')
    assert.equal(registry.getVersion('churn', '1.0.1'), undefined)
  })

  it('leaves alone what somebody else changed since', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await run('transitionStage', 'churn:1.0.0', undefined, 'staging')
    const text = await readFile(document('churn'), 'utf8')
    const changed = JSON.parse(text) as { history: { action: string; id: string }[] }
    const moved = changed.history.at(-1)
    changed.history.push({ ...moved, id: `${moved?.id.slice(0, -1)}Z`, action: 'update' })
    await writeFile(document('churn'), JSON.stringify(changed))
    await until('the change of others shows', () => {
      void run('refresh')
      return registry.getModel('churn')?.history.length === 3
    })
    await run('undo')
    assert.equal(registry.getVersion('churn', '1.0.0')?.stage, 'staging')
  })
})

describe('a damaged artifact', () => {
  it('is found by verifying, and comes back from a file with its content', async () => {
    const registry = await emptyRegistry()
    const version = await registry.register({
      name: 'churn',
      version: '1.0.0',
      artifact: sampleFile('churn/model.joblib').fsPath,
    })
    const stored = registry.artifactPath(version) ?? ''
    const bytes = await readFile(stored)
    await chmod(stored, 0o644)
    bytes[10] = (bytes[10] ?? 0) ^ 1
    await writeFile(stored, bytes)
    assert.equal(await registry.artifactProblem(version), undefined)
    await run('verifyArtifacts')
    assert.match((await registry.artifactProblem(version)) ?? '', /not what was registered/)
    await run('promote', 'churn:1.0.0')
    assert.equal(registry.getVersion('churn', '1.0.0')?.stage, 'development')

    const wrong = sampleFile('churn/baseline/model.pkl')
    await run('locateArtifact', 'churn:1.0.0', undefined, wrong)
    assert.notEqual(await registry.artifactProblem(version), undefined)
    await run('locateArtifact', 'churn:1.0.0', undefined, sampleFile('churn/model.joblib'))
    assert.equal(await registry.artifactProblem(version), undefined)
    await run('verifyArtifacts', 'churn:1.0.0')
    await run('promote', 'churn:1.0.0')
    assert.equal(registry.getVersion('churn', '1.0.0')?.stage, 'staging')
  })
})

async function fixesOf(path: string): Promise<CodeAction[]> {
  const uri = Uri.file(path)
  const opened = await workspace.openTextDocument(uri)
  await window.showTextDocument(opened)
  const range = languages.getDiagnostics(uri)[0]?.range
  let fixes: CodeAction[] = []
  // The problem is told to the editor on its own way, and the fixes are asked about what the editor knows of it.
  await until('the fixes are offered', async () => {
    const all = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
    )
    fixes = all.filter(({ command }) => command?.command.startsWith('modelRegistry.'))
    return fixes.length > 0
  })
  return fixes
}

async function broken(path: string): Promise<void> {
  await until('the problem is told', () => languages.getDiagnostics(Uri.file(path)).length > 0)
}

async function apply(fixes: readonly CodeAction[], title: string): Promise<void> {
  const command = fixes.find((fix) => fix.title === title)?.command
  assert.ok(command, `${title} is offered`)
  await commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]))
}

describe('a broken document', () => {
  it('gives way to its last good copy by a quick fix, and is kept', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await run('transitionStage', 'churn:1.0.0', undefined, 'staging')
    await writeFile(document('churn'), '{ "formatVersion": 1, "name": ')
    await run('refresh')
    await broken(document('churn'))
    const fixes = await fixesOf(document('churn'))
    assert.deepEqual(
      fixes.map(({ title }) => title),
      ['Restore Last Good Copy'],
    )
    await apply(fixes, 'Restore Last Good Copy')
    assert.ok(registry.getVersion('churn', '1.0.0'))
  })

  it('with a conflict of git is merged by meaning', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    const base = await readFile(document('churn'), 'utf8')
    await registry.register({ name: 'churn', version: '1.1.0' })
    const ours = await readFile(document('churn'), 'utf8')
    await writeFile(document('churn'), base)
    await run('refresh')
    await registry.register({ name: 'churn', version: '2.0.0' })
    await copyFile(document('churn'), `${document('churn')}.theirs`)
    await writeFile(`${document('churn')}.base`, base)
    await writeFile(`${document('churn')}.ours`, ours)
    await markConflict(document('churn'))
    await run('refresh')
    await broken(document('churn'))
    const fixes = await fixesOf(document('churn'))
    assert.deepEqual(
      fixes.map(({ title }) => title),
      ['Resolve Conflict by Meaning', 'Restore Last Good Copy'],
    )
    await apply(fixes, 'Resolve Conflict by Meaning')
    assert.deepEqual(
      registry.listVersions('churn').map(({ version }) => version),
      ['1.0.0', '1.1.0', '2.0.0'],
    )
  })
})

/** As git writes it where it can't merge two changes of one place. */
async function markConflict(path: string): Promise<void> {
  const result = await promisify(execFile)('git', [
    'merge-file',
    '-p',
    '--diff3',
    `${path}.ours`,
    `${path}.base`,
    `${path}.theirs`,
  ]).catch((error: { stdout: string }) => error)
  assert.match(result.stdout, /^<{7}/m)
  for (const side of ['ours', 'base', 'theirs']) await rm(`${path}.${side}`)
  await writeFile(path, result.stdout)
}

describe('the merge driver', () => {
  let repository: string
  const home = process.env['XDG_DATA_HOME']
  before(async () => {
    repository = await mkdtemp(join(tmpdir(), 'mr-driver-'))
    process.env['XDG_DATA_HOME'] = join(repository, 'data')
  })
  after(async () => {
    if (home === undefined) delete process.env['XDG_DATA_HOME']
    else process.env['XDG_DATA_HOME'] = home
    await rm(repository, { recursive: true, force: true })
    await rm(join(sampleFolder().uri.fsPath, '.git'), { recursive: true, force: true })
  })

  it('is installed for the repository of the folder', async () => {
    const git = promisify(execFile)
    const cwd = sampleFolder().uri.fsPath
    await git('git', ['init', '--quiet'], { cwd })
    await run('installMergeDriver')
    const { stdout } = await git('git', ['config', 'merge.model-registry.driver'], { cwd })
    const launcher = join(repository, 'data/model-registry/merge')
    assert.equal(stdout.trim(), `"${launcher}" %O %A %B %P`)
    const { stdout: help } = await git(launcher, ['--help'])
    assert.match(help, /merge driver/)
  })
})

describe('the activity', () => {
  it('leads to the version that a change was of', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0' })
    const [entry] = registry.history('churn')
    // It throws where there is no row to show.
    await run('revealVersion', { folder: folder(), model: 'churn', entry })
    await run('showActivity')
  })
})
