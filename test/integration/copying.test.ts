import assert from 'node:assert/strict'
import { commands, env, languages, window, workspace } from 'vscode'
import { emptyRegistry, sampleFile } from './window'

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  commands.executeCommand(`modelRegistry.${name}`, ...args)

describe('copying', () => {
  before(async () => {
    const registry = await emptyRegistry()
    await registry.register({
      name: 'churn',
      version: '1.0.0',
      framework: 'sklearn',
      artifact: sampleFile('churn/model.joblib').fsPath,
    })
  })

  it('gives the reference, the digest and the path of the artifact', async () => {
    await run('copyReference', 'churn@latest')
    assert.equal(await env.clipboard.readText(), 'churn:1.0.0')
    await run('copyDigest', 'churn:1.0.0')
    assert.match(await env.clipboard.readText(), /^[0-9a-f]{64}$/)
    await run('copyPath', 'churn:1.0.0')
    assert.match(await env.clipboard.readText(), /\.models.churn.1\.0\.0.model\.joblib$/)
  })

  it('gives Python that loads the version from the workspace folder', async () => {
    await run('copyLoadCode', 'churn:1.0.0')
    const code = await env.clipboard.readText()
    assert.match(code, /path = Path\("\.models\/churn\/1\.0\.0\/model\.joblib"\)/)
    assert.match(code, /joblib\.load\(path\)/)
  })
})

describe('documents', () => {
  it('are described by a schema that good ones fulfil', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', metrics: { accuracy: 0.9 } })
    await run('openDocument', 'churn')
    const document = window.activeTextEditor?.document
    assert.ok(document)
    assert.ok(document.uri.path.endsWith('/.models/churn.json'))
    assert.equal(document.languageId, 'json')
    assert.deepEqual(languages.getDiagnostics(document.uri), [])
    await commands.executeCommand('workbench.action.closeActiveEditor')
  })

  it('are found by searches, and artifacts are not', () => {
    const search = workspace.getConfiguration('search').get<Record<string, boolean>>('exclude')
    assert.equal(search?.['**/.models/*/**'], true)
    assert.equal(search['**/node_modules'], true)
  })
})
